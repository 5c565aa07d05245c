import { DECISIONS, DELIVERIES } from '../../../shared/records.ts';
import {
  type Columns,
  EXPIRED,
  MARK,
  MARK_ENDED,
  MARK_OVERRIDE,
  MARK_STATE,
  MARK_TWICE,
  MAYBE_TWICE,
  type Marks,
  REPLACED,
} from './columns.ts';

export const APPROVED = DECISIONS.indexOf('approved');
const NONE = DELIVERIES.indexOf('none');
const QUEUED = DELIVERIES.indexOf('queued');
const HANDED_OVER = DELIVERIES.indexOf('handed_over');
const FAILED = DELIVERIES.indexOf('failed');

/**
 * Sets a record's decision and works out its delivery over all destinations: queued while any still has to take it, failed when one
 * failed for good, handed over when every one it was routed to has it. An approved record nobody routed yet is queued, unless it is
 * `superseded` or needs no sending.
 */
export function settle(columns: Columns, i: number, decision: number, superseded = false): void {
  let waiting = false;
  let failed = false;
  let taken = false;
  let moot = superseded;
  let twice = false;
  const { allMarks } = columns;
  for (let d = 0; d < allMarks.length; d++) {
    const mark = allMarks[d]?.marks[i] ?? 0;
    const state = mark & MARK_STATE;
    if (state === MARK.queued || state === MARK.inFlight) waiting = true;
    else if (state === MARK.failed) failed = true;
    else if (state === MARK.handedOver) taken = true;
    else if (state === MARK.superseded || state === MARK.needless) moot = true;
    if ((mark & MARK_TWICE) !== 0) twice = true;
  }
  const delivery = waiting
    ? QUEUED
    : failed
      ? FAILED
      : taken
        ? HANDED_OVER
        : decision === APPROVED && !moot
          ? QUEUED
          : NONE;
  const before = columns.state[i] ?? 0;
  const state = decision | (delivery << 2) | (twice ? MAYBE_TWICE : 0) | (before & (REPLACED | EXPIRED));
  if (state !== before) columns.setState(i, state);
}

/**
 * Inside a write: the written override that lets this record through to the destination ends for it. What waits is taken back; what is on
 * its way is not queued again if it comes back; what was handed over was handed over. True when it was taken back; the caller settles it then.
 */
export function endCover(columns: Columns, to: Marks, i: number): boolean {
  const mark = to.marks[i] ?? 0;
  if ((mark & MARK_OVERRIDE) === 0) return false;
  switch (mark & MARK_STATE) {
    case MARK.handedOver:
      return false;
    case MARK.inFlight:
      columns.setMark(to, i, (mark & ~MARK_OVERRIDE) | MARK_ENDED);
      return false;
    default:
      columns.setMark(to, i, MARK.none | (mark & MARK_TWICE));
      return true;
  }
}
