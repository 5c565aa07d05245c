import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ForkOptions, UtilityProcess } from 'electron';
import { guarded, NotImplemented } from '../refuse.ts';
import { app } from './app.ts';
import { Preventable } from './preventable.ts';

const START = fileURLToPath(new URL('../utility-start.ts', import.meta.url));

/** The processes that run, by service name, for tests that crash one. */
export const utilityProcesses = new Set<{ name: string; child: ChildProcess }>();

/** A child process of Node with a parent port: what Electron's utility process is to its parent. */
class StandInUtility extends EventEmitter implements Partial<Omit<UtilityProcess, keyof EventEmitter>> {
  /** Undefined until the process has been spawned and after it has ended. */
  pid: number | undefined = undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
  readonly #child: ChildProcess;

  constructor(path: string, args: string[], options: ForkOptions) {
    super();
    const stdio = options.stdio ?? 'inherit';
    if (stdio !== 'inherit' && stdio !== 'pipe' && stdio !== 'ignore')
      throw new NotImplemented('utilityProcess.fork with stdio other than inherit, pipe and ignore');
    this.#child = fork(path, args, {
      execArgv: ['--import', START, ...(options.execArgv ?? [])],
      env: { ...process.env, ...(options.env as NodeJS.ProcessEnv | undefined) },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      serialization: 'advanced',
      stdio: ['ignore', stdio, stdio, 'ipc'],
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    const entry = { name: options.serviceName ?? 'Node Utility Process', child: this.#child };
    utilityProcesses.add(entry);
    this.#child.once('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.on('message', (message) => this.emit('message', message));
    // 'close' comes when the last message has been read, 'exit' may come before.
    this.#child.once('close', (code, signal) => {
      utilityProcesses.delete(entry);
      this.pid = undefined;
      const exitCode = code ?? 128;
      if (signal !== null || exitCode !== 0)
        app.emit('child-process-gone', new Preventable(), {
          type: 'Utility',
          reason:
            signal === null
              ? 'abnormal-exit'
              : signal === 'SIGKILL' || signal === 'SIGTERM'
                ? 'killed'
                : 'crashed',
          exitCode,
          serviceName: 'node.mojom.NodeService',
          name: entry.name,
        });
      this.emit('exit', exitCode);
    });
  }

  postMessage(message: unknown, transfer: unknown[] = []): void {
    if (transfer.length > 0) throw new NotImplemented('UtilityProcess.postMessage with ports');
    const copy = structuredClone(message);
    // Electron drops what is sent to a process that has just gone.
    if (this.#child.connected) this.#child.send(copy as object, () => {});
  }

  kill(): boolean {
    return this.#child.kill();
  }
}

export const utilityProcess = guarded(
  {
    fork: (path: string, args: string[] = [], options: ForkOptions = {}): StandInUtility => {
      if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready.');
      return guarded(new StandInUtility(path, args, options), 'UtilityProcess');
    },
  },
  'utilityProcess',
);
