import { net, powerMonitor } from 'electron';
import type { EngineSupervisor } from '../engine/supervise.ts';

/** Electron tells of sleep by itself, of the network only when asked. */
const LOOK_MS = 5_000;

/** Tells the engine of sleep and network. Answers how to stop. */
export function watchComputer(engine: Pick<EngineSupervisor, 'tell'>): () => void {
  let online: boolean | null = null;
  const look = (): void => {
    const now = net.isOnline();
    if (now === online) return;
    online = now;
    engine.tell({ online });
  };
  const suspend = (): void => engine.tell({ power: 'suspend' });
  const resume = (): void => {
    look();
    engine.tell({ power: 'resume' });
  };
  powerMonitor.on('suspend', suspend);
  powerMonitor.on('resume', resume);
  const timer = setInterval(look, LOOK_MS);
  look();
  return () => {
    clearInterval(timer);
    powerMonitor.off('suspend', suspend);
    powerMonitor.off('resume', resume);
  };
}
