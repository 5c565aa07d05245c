import { aboveCeiling } from '../../../shared/tlp.ts';
import { type Columns, MARK, MARK_OVERRIDE, MARK_STATE, MARK_TWICE, type Marks } from './columns.ts';
import { APPROVED } from './delivery-state.ts';
import type { Route } from './outbox-store.ts';
import type { RowVersions } from './row-versions.ts';
import type { StoreFile } from './store-file.ts';

/** What a hand-over would make of a version of a row that has no mark at the destination yet. */
export const VERDICT = { none: 0, send: 1, superseded: 2, needless: 3, above: 4 } as const;

/** Marks as they count for the lookup that the route goes to now: what was handed over to another lookup under this name does not. */
export function marksFor(columns: Columns, route: Route): { marks: Uint16Array; elsewhere: boolean } | null {
  const to = columns.destinations.get(route.destination);
  return to === undefined ? null : { marks: to.marks, elsewhere: holdsAnother(to, route) };
}

export function holdsAnother(to: Marks, { lookup }: Route): boolean {
  return lookup !== undefined && to.holds !== '' && to.holds !== lookup.identity;
}

/** {@link VERDICT} of each version, and which versions the route's lookup holds, by row (-1: it does not hold the row). */
export interface RowStates {
  verdicts: Uint8Array;
  held: Int32Array;
  /** Something was handed over to this lookup. */
  begun: boolean;
}

/**
 * How every version of every row stands at a destination. Three loops over all versions, about 5 ms for 250,000: made anew whenever it is
 * asked for, so that it is never behind the marks.
 */
export function rowStates(file: StoreFile, versions: RowVersions, route: Route): RowStates {
  const { columns, catalogue } = file;
  const { count, rows, key, row } = versions;
  const known = marksFor(columns, route);
  const wanted = new Int32Array(rows).fill(-1);
  const held = new Int32Array(rows).fill(-1);
  const mayHold = new Uint8Array(rows);
  const gone = catalogue.shapes.map((s) => s.revoked);
  let begun = false;
  for (let v = 0; v < count; v++) {
    const i = (key[v] ?? 0) - 1;
    const r = row[v] ?? 0;
    if (counts(columns, i)) wanted[r] = v;
    const mark = known?.marks[i] ?? 0;
    const state = mark & MARK_STATE;
    const revoked = gone[columns.shape[i] ?? 0] === true;
    if (state === MARK.handedOver && known?.elsewhere === false) {
      begun = true;
      held[r] = revoked ? -1 : v;
      mayHold[r] = revoked ? 0 : 1;
    } else if (!revoked && (state === MARK.inFlight || (mark & MARK_TWICE) !== 0)) mayHold[r] = 1;
  }
  const verdicts = new Uint8Array(count);
  const takes = takenShapes(file, route);
  for (let v = 0; v < count; v++) {
    const i = (key[v] ?? 0) - 1;
    if (((columns.state[i] ?? 0) & 3) !== APPROVED) continue;
    const mark = known?.marks[i] ?? 0;
    const state = mark & MARK_STATE;
    const settled = state !== MARK.none && !(known?.elsewhere === true && isPast(state));
    const shape = columns.shape[i] ?? 0;
    const take = takes[shape];
    if (settled || take === VERDICT.none) continue;
    const r = row[v] ?? 0;
    // An override was written for the lookup that the rows went to then.
    const covered = (mark & MARK_OVERRIDE) !== 0 && known?.elsewhere === false;
    if (take === VERDICT.above && !covered) verdicts[v] = VERDICT.above;
    else if (wanted[r] !== v) verdicts[v] = VERDICT.superseded;
    else verdicts[v] = gone[shape] === true && mayHold[r] === 0 ? VERDICT.needless : VERDICT.send;
  }
  return { verdicts, held, begun };
}

/** Marks that say something of a lookup that the destination went to before. */
export const isPast = (state: number): boolean =>
  state === MARK.handedOver || state === MARK.superseded || state === MARK.needless;

function counts({ state, allMarks }: Columns, i: number): boolean {
  if (((state[i] ?? 0) & 3) === APPROVED) return true;
  for (let d = 0; d < allMarks.length; d++) {
    const mark = (allMarks[d]?.marks[i] ?? 0) & MARK_STATE;
    if (mark === MARK.inFlight || mark === MARK.handedOver) return true;
  }
  return false;
}

/** By shape: whether the route takes it (`send`), it is above what the destination accepts, or neither. */
function takenShapes({ catalogue }: StoreFile, route: Route): Uint8Array {
  const sources = new Set(route.sources);
  return Uint8Array.from(catalogue.shapes, (shape) => {
    const { source, ref } = catalogue.feed(shape.feed);
    if (ref.kind !== 'cewl' || !route.kinds.includes('cewl') || !sources.has(source)) return VERDICT.none;
    return aboveCeiling(shape.tlp, route.maxTlp) ? VERDICT.above : VERDICT.send;
  });
}
