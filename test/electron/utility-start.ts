/** Gives a forked process what Electron's utility process has: `process.parentPort`, no parent over Node's IPC, no `electron` of main. */
import { EventEmitter } from 'node:events';
import { standInFor } from './module/electron-hook.ts';

const send = process.send?.bind(process);
process.send = undefined as never;
standInFor(new URL('./module/electron-utility.ts', import.meta.url));
Object.defineProperty(process, 'type', { value: 'utility' });

/** Messages wait until someone listens, as on a MessagePort. */
class ParentPort extends EventEmitter {
  #held: unknown[] | null = [];

  constructor() {
    super();
    process.on('message', (data) => {
      if (this.#held !== null) this.#held.push(data);
      else this.emit('message', { data, ports: [] });
    });
    // Electron ends a utility process whose parent is gone.
    process.once('disconnect', () => process.exit(0));
    this.on('newListener', (name) => {
      if (name === 'message' && this.#held !== null)
        process.nextTick(() => {
          const held = this.#held ?? [];
          this.#held = null;
          for (const data of held) this.emit('message', { data, ports: [] });
        });
    });
  }

  postMessage(message: unknown): void {
    send?.(structuredClone(message));
  }
}

Object.defineProperty(process, 'parentPort', { value: new ParentPort() });
