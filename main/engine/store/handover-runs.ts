import type { HandoverRun } from './outbox-store.ts';
import { isAlive, thisProcess } from './process-marker.ts';
import type { StoreFile } from './store-file.ts';

interface Row {
  id: number;
  process: string;
  run: string;
}

/** Those of before events could be flattened say no records: each was one message. */
type Kept = Omit<HandoverRun, 'records'> & { records?: number };

/** History of hand-overs. */
export class HandoverRuns {
  readonly #put;
  readonly #next;
  readonly #list;

  constructor(file: StoreFile) {
    this.#put = file.db.prepare(
      'INSERT OR REPLACE INTO handover (id, state, process, run) VALUES (?, ?, ?, ?)',
    );
    this.#next = file.db.prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM handover').pluck();
    this.#list = file.db.prepare<[number, number], Row>(
      'SELECT id, process, run FROM handover WHERE id < ? ORDER BY id DESC LIMIT ?',
    );
  }

  /** Inside a write. The same id again replaces; id 0 takes the next free one. */
  put(run: HandoverRun): void {
    const id = run.id > 0 ? run.id : (this.#next.get() ?? 1);
    this.#put.run(id, run.state, thisProcess(), JSON.stringify({ ...run, id }));
  }

  list({ limit, before }: { limit: number; before?: number }): HandoverRun[] {
    return this.#list.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(({ process, run }) => {
      const kept = JSON.parse(run) as Kept;
      const read: HandoverRun = { ...kept, records: kept.records ?? kept.messages };
      return read.state === 'running' && !isAlive(process) ? { ...read, state: 'interrupted' } : read;
    });
  }
}
