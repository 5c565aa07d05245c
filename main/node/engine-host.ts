import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStart, FromEngine } from '../engine/serve-engine.ts';
import { EngineSupervisor } from '../engine/supervise.ts';

const ENTRY = fileURLToPath(new URL('./engine-process.ts', import.meta.url));

/**
 * Room for what a page leaves behind while it is worked on. Less, and it is promoted and stays until the old generation is collected (a pull's
 * peak is 30 MB higher with 4, and it takes longer); more only keeps memory. MB.
 */
export const ENGINE_FLAGS = ['--max-semi-space-size=16'];

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
