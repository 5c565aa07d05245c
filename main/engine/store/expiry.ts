import { DECISIONS, DELIVERIES } from '../../../shared/records.ts';
import { decodeKeys } from './batch-keys.ts';
import { EXPIRED } from './columns.ts';
import { eachOf } from './decision-log.ts';
import type { StoreFile } from './store-file.ts';

const REJECTED = DECISIONS.indexOf('rejected');
const NONE = DELIVERIES.indexOf('none');
const HANDED_OVER = DELIVERIES.indexOf('handed_over');

/** Epoch ms: what was rejected, or handed over, before that has been kept long enough. null: it stays. */
export interface Cutoffs {
  rejected: number | null;
  handedOver: number | null;
}

/** Which texts have been kept long enough. */
export class Expiry {
  readonly #file: StoreFile;
  readonly #sql;

  constructor(file: StoreFile) {
    this.#file = file;
    this.#sql = {
      decided: file.db.prepare<[number, number], { seg: number; before: Buffer }>(
        `SELECT seg, before FROM decision JOIN decision_part ON decision_part.decision = decision.id
         WHERE at > ? OR undone > ?`,
      ),
      delivered: file.db
        .prepare<[number], Buffer>("SELECT keys FROM batch WHERE state = 'handed_over' AND ended > ?")
        .pluck(),
    };
  }

  /**
   * Keys whose text may go, ascending, from `from` on, by reason. Never what still has to go out, nor what somebody decided on, or a
   * destination took, since the cut-off. Inside a read or a write.
   */
  due(cutoffs: Cutoffs, from = 1): { rejected: number[]; handedOver: number[] } {
    const { state, shape, count } = this.#file.columns;
    const kept = this.#keptShapes();
    const rejected: number[] = [];
    const handedOver: number[] = [];
    const decided = cutoffs.rejected === null ? null : this.#decidedSince(cutoffs.rejected, count);
    const delivered = cutoffs.handedOver === null ? null : this.#deliveredSince(cutoffs.handedOver, count);
    for (let key = from; key <= count; key++) {
      const now = state[key - 1] ?? 0;
      if ((now & EXPIRED) !== 0 || kept[shape[key - 1] ?? 0] === 1) continue;
      const delivery = (now >> 2) & 3;
      const out = delivery === HANDED_OVER;
      if (out && delivered !== null && delivered[key] === 0) handedOver.push(key);
      else if ((now & 3) !== REJECTED || decided === null || decided[key] !== 0) continue;
      else if (delivery === NONE || out) rejected.push(key);
    }
    return { rejected, handedOver };
  }

  /** A table is handed over as a whole: its rows are needed again. */
  #keptShapes(): Uint8Array {
    const { catalogue } = this.#file;
    return Uint8Array.from(catalogue.shapes, (s) => Number(catalogue.feed(s.feed).ref.kind === 'cewl'));
  }

  #decidedSince(at: number, count: number): Uint8Array {
    const touched = new Uint8Array(count + 1);
    for (const { seg, before } of this.#sql.decided.iterate(at, at)) {
      eachOf(seg, before, (key) => {
        touched[key] = 1;
      });
    }
    return touched;
  }

  #deliveredSince(at: number, count: number): Uint8Array {
    const touched = new Uint8Array(count + 1);
    for (const keys of this.#sql.delivered.iterate(at)) for (const key of decodeKeys(keys)) touched[key] = 1;
    return touched;
  }
}
