import type { Failure } from '../../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import { decodeKeys, encodeKeys } from './batch-keys.ts';
import type { Marks } from './columns.ts';
import { isAlive, thisProcess } from './process-marker.ts';
import type { StoreFile } from './store-file.ts';

/** Most records of one batch: its keys are held in memory. */
const MOST = 1_000_000;

export interface OpenBatch {
  id: number;
  destination: string;
  keys: readonly number[];
}

/** The batches on their way, in the file and (this process' own) in memory. */
export class Batches {
  /** Begun here and neither handed over nor returned. */
  readonly #own = new Map<number, OpenBatch>();
  readonly #clock: Clock;
  readonly #sql;

  constructor(file: StoreFile, clock: Clock) {
    this.#clock = clock;
    const { db } = file;
    this.#sql = {
      add: db.prepare(
        `INSERT INTO batch (destination, state, process, began, records, first, last, keys)
         VALUES (?, 'in_flight', ?, ?, ?, ?, ?, ?)`,
      ),
      end: db.prepare(
        "UPDATE batch SET state = ?, ended = ?, failure = ? WHERE id = ? AND state = 'in_flight'",
      ),
      keep: db.prepare('UPDATE batch SET records = ?, keys = ? WHERE id = ?'),
      open: db.prepare<[], { id: number; destination: string; process: string; keys: Buffer }>(
        `SELECT batch.id, destination.name AS destination, process, keys
         FROM batch JOIN destination ON destination.id = batch.destination WHERE state = 'in_flight' ORDER BY batch.id`,
      ),
    };
  }

  static readonly most = MOST;

  /** Inside a write. The caller has marked the keys. */
  add(destination: Marks, keys: readonly number[]): OpenBatch {
    const { lastInsertRowid } = this.#sql.add.run(
      destination.id,
      thisProcess(),
      this.#clock.now(),
      keys.length,
      keys[0] ?? 0,
      keys.at(-1) ?? 0,
      encodeKeys(keys),
    );
    return { id: Number(lastInsertRowid), destination: destination.name, keys };
  }

  /** To call when {@link add} is committed. */
  remember(batch: OpenBatch): void {
    this.#own.set(batch.id, batch);
  }

  own(id: number): OpenBatch | null {
    return this.#own.get(id) ?? null;
  }

  /** Inside a write. False when it was not in flight any more. */
  end(
    id: number,
    state: 'handed_over' | 'returned' | 'recovered',
    at: number,
    failure: Failure | null,
  ): boolean {
    return this.#sql.end.run(state, at, failure === null ? null : JSON.stringify(failure), id).changes === 1;
  }

  /** Inside a write: the batch goes on with fewer records. */
  shrink(id: number, keys: readonly number[]): void {
    this.#sql.keep.run(keys.length, encodeKeys(keys), id);
  }

  forget(id: number): void {
    this.#own.delete(id);
  }

  /** Batches nobody carries any more: their process is gone, or they were begun by an earlier store of this one. */
  orphans(): OpenBatch[] {
    return this.#sql.open
      .all()
      .filter(({ id, process }) => !this.#own.has(id) && (process === thisProcess() || !isAlive(process)))
      .map(({ id, destination, keys }) => ({ id, destination, keys: decodeKeys(keys) }));
  }
}
