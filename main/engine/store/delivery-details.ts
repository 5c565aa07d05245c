import { type Failure, failure } from '../../../shared/errors.ts';
import type { Delivery } from '../../../shared/records.ts';
import { holdsKey } from './batch-keys.ts';
import { attemptsOf, MARK, MARK_STATE, MARK_TWICE } from './columns.ts';
import type { RecordDetail } from './store.ts';
import type { StoreFile } from './store-file.ts';

/** Batches looked through for the one a record was in last. */
const LOOKED_AT = 1000;

/** Why an approved row of a table is not sent. */
export const UNSENT = {
  superseded: 'A newer version of the row goes out, or went out, in its place.',
  needless: 'The row is gone and the lookup does not hold it: there is nothing to remove.',
} as const;

const DELIVERY_OF_MARK: readonly Delivery[] = ['none', 'queued', 'queued', 'handed_over', 'failed'];

/** One record's delivery to every destination, for its detail. */
export class DeliveryDetails {
  readonly #file: StoreFile;
  readonly #batches;
  readonly #refused;

  constructor(file: StoreFile) {
    this.#file = file;
    this.#batches = file.db.prepare<
      [number, number, number, number],
      { ended: number | null; keys: Buffer; failure: string | null }
    >(
      `SELECT ended, keys, failure FROM batch WHERE destination = ? AND first <= ? AND last >= ?
       ORDER BY id DESC LIMIT ?`,
    );
    this.#refused = file.db.prepare<[number, number], { at: number; failure: string }>(
      'SELECT at, failure FROM refused WHERE destination = ? AND key = ?',
    );
  }

  of(key: number): RecordDetail['deliveries'] {
    const found: RecordDetail['deliveries'] = [];
    for (const { id, name, marks } of this.#file.columns.destinations.values()) {
      const mark = marks[key - 1] ?? 0;
      const state = mark & MARK_STATE;
      if (state === MARK.none) continue;
      const unsent = state === MARK.superseded ? 'superseded' : state === MARK.needless ? 'needless' : null;
      if (unsent !== null) {
        const why = failure({ code: `delivery.${unsent}`, message: UNSENT[unsent] });
        found.push({
          destination: name,
          state: 'none',
          at: null,
          maybeTwice: false,
          attempts: 0,
          failure: why,
        });
        continue;
      }
      const last = this.#last(id, key, state === MARK.failed);
      found.push({
        destination: name,
        state: DELIVERY_OF_MARK[state] ?? 'none',
        at: last?.at ?? null,
        maybeTwice: (mark & MARK_TWICE) !== 0,
        attempts: attemptsOf(mark),
        failure: state === MARK.handedOver ? null : (last?.failure ?? null),
      });
    }
    return found;
  }

  #last(
    destination: number,
    key: number,
    failed: boolean,
  ): { at: number | null; failure: Failure | null } | null {
    if (failed) {
      const refused = this.#refused.get(destination, key);
      if (refused !== undefined) return { at: refused.at, failure: JSON.parse(refused.failure) as Failure };
    }
    for (const batch of this.#batches.iterate(destination, key, key, LOOKED_AT)) {
      if (!holdsKey(batch.keys, key)) continue;
      const failure = batch.failure === null ? null : (JSON.parse(batch.failure) as Failure);
      return { at: batch.ended, failure };
    }
    return null;
  }
}
