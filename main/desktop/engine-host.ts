import { utilityProcess } from 'electron';
import type { EngineStart, FromEngine } from '../engine/serve-engine.ts';
import { EngineSupervisor } from '../engine/supervise.ts';

/** The engine in Electron's utility process. */
export function engineHost(entry: string, options: Omit<EngineStart, 'host'>): EngineSupervisor {
  return new EngineSupervisor(
    (on) => {
      const child = utilityProcess.fork(entry, [], { serviceName: 'Sluice engine', stdio: 'inherit' });
      child.on('message', (message: FromEngine) => on.message(message));
      child.once('exit', on.exit);
      return {
        pid: child.pid ?? null,
        post: (message) => child.postMessage(message),
        kill: () => void child.kill(),
      };
    },
    { ...options, host: 'electron' },
  );
}
