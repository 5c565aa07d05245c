import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStart, FromEngine } from '../engine/serve-engine.ts';
import { EngineSupervisor } from '../engine/supervise.ts';

const ENTRY = fileURLToPath(new URL('./engine-process.ts', import.meta.url));

/** A small young generation: pages are short-lived, and memory that is never returned costs more than collecting it. MB. */
export const ENGINE_FLAGS = ['--max-semi-space-size=4'];

/** The engine in a child process of Node. */
export function engineHost(options: Omit<EngineStart, 'host'>): EngineSupervisor {
  return new EngineSupervisor(
    (on) => {
      const child = fork(ENTRY, [], {
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        execArgv: ENGINE_FLAGS,
      });
      child.on('message', (message) => on.message(message as FromEngine));
      child.once('exit', (code, signal) => on.exit(signal ?? code));
      return {
        pid: child.pid ?? null,
        post: (message) => {
          // The callback keeps a closed channel from becoming an error event; the exit handler settles what was in flight.
          if (child.connected) child.send(message, () => {});
        },
        kill: () => child.kill('SIGKILL'),
      };
    },
    { ...options, host: 'loopback' },
  );
}
