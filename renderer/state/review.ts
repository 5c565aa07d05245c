import { create } from 'zustand';
import type { Decision, RecordSort, Selection } from '../../shared/records.ts';
import { call } from '../bridge.ts';
import { count, countOf } from '../ui/format.ts';
import { useEngine } from './engine.ts';
import { type Asked, leaves } from './filter.ts';
import { attempt, say, sayFailure } from './notices.ts';
import { PageCache } from './page-cache.ts';
import { addRange, asSelection, type Chosen, chosenCount, EVERYTHING, NOTHING, toggle } from './selection.ts';

export const DETAIL_TABS = ['summary', 'devo', 'text', 'relations', 'versions', 'problems'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];

export interface ReviewState {
  asked: Asked;
  sort: RecordSort;
  /** Arrivals after this key wait behind the "new records" bar. */
  asOf: number;
  /** Rows of the view; null before the engine's first word. */
  cache: PageCache | null;
  chosen: Chosen;
  /** Row with the keyboard's focus. */
  cursor: number;
  /** Where a range began. */
  anchor: number;
  /** Record shown in the detail pane; null: closed. */
  detail: number | null;
  tab: DetailTab;
  /** Records looked at on the way here through relations and versions, and what of them was shown. */
  trail: readonly { key: number; tab: DetailTab }[];
  /** Record that {@link back} left; null after any other way. */
  left: number | null;
  /** Matching records that arrived after the view was opened. */
  fresh: number;
}

export const useReview = create<ReviewState>(() => ({
  asked: { decision: ['staged'] },
  sort: { by: 'arrival', dir: 'desc' },
  asOf: 0,
  cache: null,
  chosen: NOTHING,
  cursor: 0,
  anchor: 0,
  detail: null,
  tab: 'summary',
  trail: [],
  left: null,
  fresh: 0,
}));

const get = useReview.getState;
const set = useReview.setState;

/** Opens a view on what is there now. Selection and place start anew: what is chosen is always what is seen. */
export function openView(asked: Asked = get().asked, sort: RecordSort = get().sort): void {
  const asOf = useEngine.getState().snapshot?.lastKey ?? 0;
  const cache = new PageCache({ filter: { ...asked, asOf }, sort });
  set({ asked, sort, asOf, cache, chosen: NOTHING, cursor: 0, anchor: 0, fresh: 0 });
}

/** Coming back to a view whose place nobody has taken yet shows what has arrived meanwhile. */
export function enterView(): void {
  const { fresh, detail, cursor, chosen, cache } = get();
  const untouched = detail === null && cursor === 0 && chosenCount(chosen, cache?.total ?? 0) === 0;
  if (fresh > 0 && untouched) openView();
}

/** Columns of text begin with A; numbers and times with the highest and newest. */
const TEXTS: ReadonlySet<RecordSort['by']> = new Set(['name', 'type', 'vendor', 'product', 'cwe']);

/** Another order of the same records keeps the selection. */
export function sortBy(by: RecordSort['by']): void {
  const { sort, asked, asOf } = get();
  const dir =
    sort.by === by && sort.dir === 'desc' ? 'asc' : sort.by === by ? 'desc' : TEXTS.has(by) ? 'asc' : 'desc';
  const next: RecordSort = { by, dir };
  set({ sort: next, cache: new PageCache({ filter: { ...asked, asOf }, sort: next }), cursor: 0, anchor: 0 });
}

export function openDetail(key: number, tab: DetailTab = get().tab): void {
  set({ detail: key, tab, trail: [], left: null });
}

/** Follows a relation or a version; {@link back} returns. */
export function follow(key: number): void {
  const { detail, tab, trail } = get();
  const from = detail === null ? [] : [{ key: detail, tab }];
  set({ detail: key, tab: 'summary', trail: [...trail, ...from], left: null });
}

export function back(): void {
  const { detail, trail } = get();
  const last = trail.at(-1);
  if (last !== undefined) set({ detail: last.key, tab: last.tab, trail: trail.slice(0, -1), left: detail });
}

export function closeDetail(): void {
  set({ detail: null, trail: [], left: null });
}

/** Moves the focus; an open detail follows it. `extend` selects from where the range began. */
export function moveTo(index: number, extend = false): void {
  const { cache, detail } = get();
  const total = cache?.total ?? 0;
  if (cache === null || total === 0) return;
  const cursor = Math.min(Math.max(0, index), total - 1);
  set(extend ? { cursor } : { cursor, anchor: cursor });
  if (detail !== null) openAt(cursor);
  if (extend) attempt('The range could not be selected', () => selectRange());
}

/** Opens the record of a row, also one that is still on its way: a key pressed early is not lost. */
export function openAt(index: number): void {
  const { cache } = get();
  const row = cache?.row(index);
  if (cache === null) return;
  if (row) {
    openDetail(row.key);
    return;
  }
  attempt('The record could not be opened', async () => {
    const [key] = await cache.keys(index, index);
    if (key !== undefined && get().cache === cache && get().cursor === index) openDetail(key);
  });
}

async function selectRange(): Promise<void> {
  const { cache, anchor, cursor, chosen } = get();
  if (cache === null) return;
  const keys = await cache.keys(Math.min(anchor, cursor), Math.max(anchor, cursor));
  if (get().cache !== cache) return;
  const next = addRange(chosen, keys);
  if (next === null) say('A range holds at most 10,000 records. Ctrl+A selects everything that matches.');
  else set({ chosen: next });
}

export function toggleRow(index: number): void {
  const row = get().cache?.row(index);
  if (row === undefined || row === null) return;
  const next = toggle(get().chosen, row.key);
  if (next === get().chosen) say('A selection by hand holds at most 10,000 records.');
  set({ chosen: next, cursor: index, anchor: index });
}

export function selectAll(): void {
  set({ chosen: EVERYTHING });
}

export function selectNone(): void {
  set({ chosen: NOTHING });
}

/** How many records the next decision is about: the selection, else the focused or opened record. */
export function targetCount(state: ReviewState): number {
  const chosen = chosenCount(state.chosen, state.cache?.total ?? 0);
  if (chosen > 0) return chosen;
  return state.detail !== null || state.cache?.row(state.cursor) ? 1 : 0;
}

/** What the next decision or export is about; null where there is nothing. */
export async function target(): Promise<{ selection: Selection; single: number | null } | null> {
  const { chosen, cache, cursor, detail } = get();
  if (cache === null) return null;
  const selection = asSelection(chosen, cache.query.filter);
  if (selection !== null && chosenCount(chosen, cache.total ?? 0) > 0) return { selection, single: null };
  const key = detail ?? (await cache.keys(cursor, cursor))[0];
  return key === undefined ? null : { selection: { keys: [key] }, single: key };
}

const DONE: Readonly<Record<Decision, string>> = {
  approved: 'Approved',
  held: 'Held',
  rejected: 'Rejected',
  staged: 'Staged again:',
};

/** Decides about the selection, or the focused record and then moves on to the next one. */
export async function decide(decision: Decision, reason: string | null = null): Promise<void> {
  const { cache, asked, cursor } = get();
  try {
    const what = await target();
    if (what === null || cache === null) return say('Nothing is selected.');
    const { changed, undo } = await call('records.decide', { selection: what.selection, decision, reason });
    if ('keys' in what.selection) cache.patch(new Set(what.selection.keys), { decision });
    cache.refresh();
    say(`${DONE[decision]} ${countOf(changed, 'record')}.`, undo);
    if (what.single === null) set({ chosen: NOTHING });
    else if (cache.row(cursor)?.key === what.single) {
      if (leaves(asked, decision)) stayAt(cursor, what.single);
      else moveTo(cursor + 1);
    }
  } catch (thrown) {
    sayFailure(thrown, 'The decision was not taken');
  }
}

/** After the focused row left the view, shows in an open detail the row that took its place. */
function stayAt(cursor: number, gone: number): void {
  const { cache } = get();
  const stop = cache?.subscribe(() => {
    const row = cache.row(cursor);
    if (get().cache !== cache || row?.key !== gone) {
      stop?.();
      if (get().detail === gone && row) openDetail(row.key);
    }
  });
}

/** Takes the last decision back. */
export async function undo(token: number | null = null): Promise<void> {
  try {
    const last = token ?? (await call('records.lastUndo', {}))?.token ?? null;
    if (last === null) return say('There is no decision to undo.');
    const { restored, skipped } = await call('records.undo', { token: last });
    get().cache?.refresh();
    const left = skipped === 0 ? '' : ` ${count(skipped)} had been handed over and stay as they are.`;
    say(`Undone for ${countOf(restored, 'record')}.${left}`);
  } catch (thrown) {
    sayFailure(thrown, 'The decision could not be undone');
  }
}
