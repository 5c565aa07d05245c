import type { OverrideState } from '../../../shared/views/override.ts';
import { decodeKeys, encodeKeys, holdsKey } from './batch-keys.ts';
import { MARK, MARK_ENDED, MARK_OVERRIDE, MARK_STATE, type Marks } from './columns.ts';
import { KeySet } from './key-set.ts';
import type { OpenOverride, Override } from './override-store.ts';
import type { RecordDetail } from './store.ts';
import type { StoreFile } from './store-file.ts';

type Written = Pick<
  Override,
  'id' | 'destination' | 'place' | 'at' | 'reason' | 'ceiling' | 'highest' | 'records'
>;

interface Row extends Written {
  /** JSON. */
  parts: string;
  withdrawn: number | null;
  why: string | null;
  keys: Buffer;
}

const SELECT = `SELECT override.id, destination.name AS destination, place, at, reason, ceiling, highest, records, parts,
  withdrawn, why, keys FROM override JOIN destination ON destination.id = override.destination`;

/** How an override that owns a record stands to it, by the record's mark; null when it does not let it through any more. */
function stateBy(mark: number): OverrideState | null {
  if ((mark & (MARK_OVERRIDE | MARK_ENDED)) === 0) return null;
  switch (mark & MARK_STATE) {
    case MARK.handedOver:
      return 'handedOver';
    case MARK.inFlight:
      return 'inFlight';
    default:
      return 'waiting';
  }
}

/** Every override ever written, with its keys. There are few: they are not kept in memory. */
export class OverrideRows {
  readonly #file: StoreFile;
  readonly #sql;
  /** Found to have nothing to go any more: that stays so. */
  readonly #settled = new Set<number>();

  constructor(file: StoreFile) {
    this.#file = file;
    file.onReset(() => this.#settled.clear());
    const { db } = file;
    this.#sql = {
      add: db.prepare(
        `INSERT INTO override (destination, place, at, reason, ceiling, highest, records, parts, first, last, keys)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
      get: db.prepare<[number], Row>(`${SELECT} WHERE override.id = ?`),
      list: db.prepare<[number, string | null, number], Row>(
        `${SELECT} WHERE override.id < ? AND name = coalesce(?, name) ORDER BY override.id DESC LIMIT ?`,
      ),
      open: db.prepare<[], OpenOverride>(
        `SELECT override.id, destination.name AS destination, place, ceiling
         FROM override JOIN destination ON destination.id = override.destination
         WHERE withdrawn IS NULL ORDER BY override.id DESC`,
      ),
      later: db
        .prepare<[string, number], Buffer>(
          `SELECT keys FROM override JOIN destination ON destination.id = override.destination
         WHERE name = ? AND override.id > ?`,
        )
        .pluck(),
      holding: db.prepare<[number, number], Row>(
        `${SELECT} WHERE first <= ? AND last >= ? ORDER BY override.id DESC`,
      ),
      withdraw: db.prepare('UPDATE override SET withdrawn = ?, why = ? WHERE id = ?'),
    };
  }

  /** Inside a write. Keys ascend. */
  add(
    to: Marks,
    written: Pick<Override, 'place' | 'at' | 'reason' | 'ceiling' | 'highest' | 'parts'>,
    keys: readonly number[],
  ): number {
    const { place, at, reason, ceiling, highest, parts } = written;
    const { lastInsertRowid } = this.#sql.add.run(
      to.id,
      place,
      at,
      reason,
      ceiling,
      highest,
      keys.length,
      JSON.stringify(parts),
      keys[0] ?? 0,
      keys.at(-1) ?? 0,
      encodeKeys(keys),
    );
    return Number(lastInsertRowid);
  }

  /** Inside a write. */
  withdraw(id: number, at: number, why: string | null): void {
    this.#sql.withdraw.run(at, why, id);
  }

  get(id: number): Override | null {
    const row = this.#sql.get.get(id);
    return row === undefined ? null : this.#read(row);
  }

  list(options: { destination?: string; before?: number; limit: number }): Override[] {
    const { destination = null, before = Number.MAX_SAFE_INTEGER, limit } = options;
    return this.#sql.list.all(before, destination, limit).map((row) => this.#read(row));
  }

  /** Those that may have something to go still; no keys are looked at. */
  open(): OpenOverride[] {
    return this.#sql.open.all().filter(({ id }) => !this.#settled.has(id));
  }

  /** The records that no later override of the destination covers: for those this one had ended before the later one was written. */
  ownKeys(id: number): number[] {
    const row = this.#sql.get.get(id);
    return row === undefined ? [] : this.#own(row);
  }

  #own({ id, destination, keys }: Row): number[] {
    const own = decodeKeys(keys);
    const later = this.#sql.later.all(destination, id);
    if (later.length === 0) return own;
    const others = KeySet.of(later.flatMap((blob) => decodeKeys(blob)));
    return own.filter((key) => !others.has(key));
  }

  #read(row: Row): Override {
    const marks = this.#file.columns.destinations.get(row.destination)?.marks;
    const counts = { waiting: 0, inFlight: 0, handedOver: 0 };
    for (const key of this.#own(row)) {
      const state = stateBy(marks?.[key - 1] ?? 0);
      if (state === 'waiting' || state === 'inFlight' || state === 'handedOver') counts[state]++;
    }
    const { id, destination, place, at, reason, ceiling, highest, records } = row;
    if (counts.waiting + counts.inFlight === 0) this.#settled.add(id);
    return {
      ...{ id, destination, place, at, reason, ceiling, highest, records },
      parts: JSON.parse(row.parts) as Override['parts'],
      withdrawnAt: row.withdrawn,
      withdrawnWhy: row.why,
      ...counts,
    };
  }

  /** The overrides written over one record, newest first, each with how it stands to it. */
  of(key: number): RecordDetail['overrides'] {
    const owned = new Set<string>();
    const found: RecordDetail['overrides'] = [];
    for (const row of this.#sql.holding.all(key, key)) {
      if (!holdsKey(row.keys, key)) continue;
      const { id, destination, at, reason, ceiling, withdrawn } = row;
      const marks = this.#file.columns.destinations.get(destination)?.marks;
      const now = owned.has(destination) ? null : stateBy(marks?.[key - 1] ?? 0);
      owned.add(destination);
      const state = now ?? (withdrawn === null ? 'ended' : 'withdrawn');
      found.push({ id, destination, at, reason, ceiling, withdrawnAt: withdrawn, state });
    }
    return found;
  }
}
