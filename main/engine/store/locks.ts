import { SluiceError } from '../../../shared/errors.ts';
import { isAlive, pidOf, thisProcess } from './process-marker.ts';
import type { Locks } from './store.ts';
import type { StoreFile } from './store-file.ts';

/** Locks between processes, kept in the file. A dead holder's lock is free. */
export class StoreLocks implements Locks {
  readonly #held = new Set<string>();
  /** Released, but the file could not be written then. */
  readonly #left = new Set<string>();
  readonly #file: StoreFile;
  readonly #get;
  readonly #put;
  readonly #drop;

  constructor(file: StoreFile) {
    this.#file = file;
    this.#get = file.db.prepare<[string], string>('SELECT process FROM lock WHERE name = ?').pluck();
    this.#put = file.db.prepare('INSERT OR REPLACE INTO lock VALUES (?, ?)');
    this.#drop = file.db.prepare('DELETE FROM lock WHERE name = ? AND process = ?');
  }

  acquire(name: string): { release(): void } {
    this.#file.writeRelaxed(() => {
      const holder = this.#get.get(name);
      const ours = holder === thisProcess() && this.#left.has(name);
      if (holder !== undefined && !ours && isAlive(holder)) {
        const pid = pidOf(holder);
        throw new SluiceError({
          code: 'store.busy',
          message: `${busyWith(name)} is already running in process ${pid}.`,
          remedy: 'Wait until it has finished, or stop that process.',
          retryable: true,
          details: { pid, lock: name },
        });
      }
      this.#put.run(name, thisProcess());
    });
    this.#left.delete(name);
    this.#held.add(name);
    let released = false;
    return {
      release: () => {
        if (released) return;
        released = true;
        this.#release(name);
      },
    };
  }

  /** Never throws: on a full disk what the holder did must still be told, and a dead holder's lock is free anyway. */
  #release(name: string): void {
    if (!this.#held.delete(name)) return;
    try {
      this.#file.writeRelaxed(() => {
        this.#drop.run(name, thisProcess());
      });
    } catch {
      this.#left.add(name);
    }
  }

  /** Before the file is closed. */
  releaseAll(): void {
    for (const name of [...this.#held]) this.#release(name);
  }
}

function busyWith(lock: string): string {
  return lock.startsWith('pull/') ? `A pull of ${lock.slice(5)}` : lock === 'forward' ? 'A hand-over' : lock;
}
