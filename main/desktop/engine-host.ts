import { utilityProcess } from 'electron';
import type { EngineStart, FromEngine } from '../engine/serve-engine.ts';
import { type AnswerAsk, EngineSupervisor } from '../engine/supervise.ts';

/** The engine in Electron's utility process. */
export function engineHost(
  entry: string,
  options: Omit<EngineStart, 'host' | 'askHost'>,
  answer: AnswerAsk,
): EngineSupervisor {
  return new EngineSupervisor(
    (on) => {
      const child = utilityProcess.fork(entry, [], { serviceName: 'Sluice engine', stdio: 'inherit' });
      child.on('message', (message: FromEngine) => on.message(message));
      child.once('exit', (code) => on.exit(code));
      return {
        pid: child.pid ?? null,
        post: (message) => child.postMessage(message),
        kill: () => void child.kill(),
      };
    },
    { ...options, host: 'electron', askHost: true },
    answer,
  );
}
