import { SluiceError } from '../../../shared/errors.ts';
import { DECISIONS } from '../../../shared/records.ts';
import { EXPIRED, MARK, MARK_KEPT, MARK_STATE, MARK_TWICE } from './columns.ts';
import { Before, type DecisionLog } from './decision-log.ts';
import { APPROVED, endCover, settle } from './delivery-state.ts';
import type { SearchIndex } from './search-index.ts';
import type { DecisionStore } from './store.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';
import type { Views } from './view.ts';

const HANDED_OVER = 2;
const FAILED = 3;

/** Decisions, each one transaction whatever its size, and their undo. */
export function createDecisionStore(
  file: StoreFile,
  views: Views,
  log: DecisionLog,
  search: SearchIndex,
  superseding: Superseding,
): DecisionStore {
  const { columns } = file;

  /** Failed deliveries of an approved record get another chance; what is not approved any more is taken back, and with it its override. */
  const remark = (i: number, approved: boolean): void => {
    for (const destination of columns.destinations.values()) {
      const mark = destination.marks[i] ?? 0;
      const state = mark & MARK_STATE;
      if (approved) {
        if (state === MARK.failed) columns.setMark(destination, i, MARK.queued | (mark & MARK_KEPT));
      } else if (state === MARK.none || state === MARK.inFlight || state === MARK.handedOver) {
        endCover(columns, destination, i);
      } else columns.setMark(destination, i, MARK.none | (mark & MARK_TWICE));
    }
  };

  const inFlight = (i: number): boolean => {
    for (const { marks } of columns.destinations.values()) {
      if (((marks[i] ?? 0) & MARK_STATE) === MARK.inFlight) return true;
    }
    return false;
  };

  return {
    decide(selection, decision, reason, at) {
      if ('filter' in selection && (selection.filter.text ?? '') !== '') search.all();
      return file.write(() => {
        const wanted = DECISIONS.indexOf(decision);
        const before = new Before();
        const rows = superseding.collect();
        let changed = 0;
        for (const key of views.keys(selection)) {
          const i = key - 1;
          const state = columns.state[i] ?? 0;
          if ((state & EXPIRED) !== 0) continue;
          const again = wanted === APPROVED && state >> 2 !== 0 && ((state >> 2) & 3) === FAILED;
          if ((state & 3) === wanted && !again) continue;
          before.add(key, state);
          remark(i, wanted === APPROVED);
          settle(columns, i, wanted);
          rows.add(key);
          changed++;
        }
        rows.settle();
        if (changed === 0) return { changed, undo: null };
        return { changed, undo: log.add(at, decision, reason, changed, before) };
      });
    },

    undo(token, at) {
      return file.write(() => {
        const made = log.get(token);
        if (made === null || made.undone !== null) {
          throw new SluiceError({
            code: 'store.undo-gone',
            message: made === null ? 'There is no such decision.' : 'This decision was undone already.',
          });
        }
        const decided = DECISIONS.indexOf(made.decision);
        const rows = superseding.collect();
        let restored = 0;
        let skipped = 0;
        log.eachBefore(token, (key, before) => {
          const i = key - 1;
          const state = columns.state[i] ?? 0;
          const back = before & 3;
          const taken = ((state >> 2) & 3) === HANDED_OVER && ((before >> 2) & 3) !== HANDED_OVER;
          // Decided anew since, without its text, or on its way out, or out.
          if (
            (state & 3) !== decided ||
            (state & EXPIRED) !== 0 ||
            taken ||
            (back !== APPROVED && inFlight(i))
          ) {
            skipped++;
            return;
          }
          remark(i, back === APPROVED);
          settle(columns, i, back);
          rows.add(key);
          restored++;
        });
        rows.settle();
        log.markUndone(token, at);
        return { restored, skipped };
      });
    },

    lastUndo: () =>
      file.read(() => {
        const last = log.last();
        return last === null
          ? null
          : { token: last.id, decision: last.decision, changed: last.changed, at: last.at };
      }),
  };
}
