import {
  DECISIONS,
  DELIVERIES,
  FACETS,
  type Facet,
  type RecordFilter,
  type Selection,
} from '../../../shared/records.ts';
import type { Shape } from './catalogue.ts';
import { STATES } from './columns.ts';
import { KeySet } from './key-set.ts';
import type { SearchIndex } from './search-index.ts';
import type { StoreFile } from './store-file.ts';

/** A filter made ready to be asked about every record in a tight loop. */
export interface View {
  /** First and last key to look at. */
  from: number;
  to: number;
  /** When set, only these. */
  members: KeySet | null;
  /** Answers by shape × {@link STATES} + state. */
  accept: Uint8Array;
  /** Everything is accepted by `accept`. */
  all: boolean;
}

type Dimensions = Pick<RecordFilter, Facet>;

/** What value a shape or state has in a dimension. */
export function dimensionValue(file: StoreFile, dimension: Facet, shape: Shape, state: number): string {
  switch (dimension) {
    case 'type':
      return shape.type;
    case 'tlp':
      return shape.tlp;
    case 'severity':
      return shape.severity;
    case 'change':
      return shape.change;
    case 'decision':
      return DECISIONS[(state & 3) as 0 | 1 | 2 | 3];
    case 'delivery':
      return DELIVERIES[((state >> 2) & 3) as 0 | 1 | 2 | 3];
    case 'source':
      return file.catalogue.feed(shape.feed).source;
    case 'collection':
      return file.catalogue.feed(shape.feed).ref.collection;
    case 'kind':
      return file.catalogue.feed(shape.feed).ref.kind;
  }
}

/** Whether a dimension's value passes the filter, `not` included. An empty list is no condition. */
export function dimensionTest(filter: RecordFilter, dimension: Facet): ((value: string) => boolean) | null {
  const wanted = (filter as Dimensions)[dimension] as readonly string[] | undefined;
  const unwanted = (filter.not as Dimensions | undefined)?.[dimension] as readonly string[] | undefined;
  const some = wanted !== undefined && wanted.length > 0 ? new Set(wanted) : null;
  const none = unwanted !== undefined && unwanted.length > 0 ? new Set(unwanted) : null;
  if (some === null && none === null) return null;
  return (value) => (some === null || some.has(value)) && (none === null || !none.has(value));
}

const OF_STATE: readonly Facet[] = ['decision', 'delivery'];

/** Turns filters into {@link View}s. */
export class Views {
  readonly #file: StoreFile;
  readonly #search: SearchIndex;

  constructor(file: StoreFile, search: SearchIndex) {
    this.#file = file;
    this.#search = search;
  }

  /** `dimensions: false` leaves out the facet dimensions, for counting them; `text: false` the words to search for. */
  compile(filter: RecordFilter, options: { dimensions?: boolean; text?: boolean } = {}): View {
    const { columns } = this.#file;
    const view: View = {
      from: 1,
      to: Math.min(columns.count, filter.asOf ?? columns.count),
      members: null,
      accept: this.#accept(filter, options.dimensions ?? true),
      all: false,
    };
    view.all = view.accept.every((a) => a === 1);
    this.#limitToArrivals(filter, view);
    if (filter.id !== undefined && filter.id.length > 0) {
      restrict(view, this.#search.withIds(filter.id));
    }
    const text = filter.text?.trim() ?? '';
    if (text !== '' && options.text !== false) restrict(view, this.#search.matching(text));
    return view;
  }

  #accept(filter: RecordFilter, dimensions: boolean): Uint8Array {
    const { shapes } = this.#file.catalogue;
    const accept = new Uint8Array(Math.max(1, shapes.length) * STATES).fill(1);
    const tests = dimensions
      ? FACETS.map((facet) => [facet, dimensionTest(filter, facet)] as const).filter(([, t]) => t !== null)
      : [];
    for (const shape of shapes) {
      const base = shape.id * STATES;
      const shapeFits =
        (filter.problems !== true || shape.problems) &&
        tests.every(
          ([facet, test]) => OF_STATE.includes(facet) || test?.(dimensionValue(this.#file, facet, shape, 0)),
        );
      if (!shapeFits) {
        accept.fill(0, base, base + STATES);
        continue;
      }
      for (const facet of OF_STATE) {
        const test = tests.find(([f]) => f === facet)?.[1];
        if (test === undefined || test === null) continue;
        for (let state = 0; state < STATES; state++) {
          if (!test(dimensionValue(this.#file, facet, shape, state))) accept[base + state] = 0;
        }
      }
    }
    return accept;
  }

  /** Arrival time and pulling id belong to whole ranges of keys. */
  #limitToArrivals(filter: RecordFilter, view: View): void {
    const { receivedFrom, receivedTo, pullingId } = filter;
    if (receivedFrom === undefined && receivedTo === undefined && pullingId === undefined) return;
    const ranges: [from: number, to: number][] = [];
    for (const a of this.#file.catalogue.arrivals) {
      if (receivedFrom !== undefined && a.received < receivedFrom) continue;
      if (receivedTo !== undefined && a.received >= receivedTo) continue;
      if (pullingId !== undefined && String(a.pull) !== pullingId) continue;
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === a.first - 1) last[1] += a.records;
      else ranges.push([a.first, a.first + a.records - 1]);
    }
    const [only] = ranges;
    if (only === undefined) view.to = 0;
    else if (ranges.length === 1) {
      view.from = only[0];
      view.to = Math.min(view.to, only[1]);
    } else {
      const keys = new Uint32Array(ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0));
      let at = 0;
      for (const [from, to] of ranges) for (let key = from; key <= to; key++) keys[at++] = key;
      restrict(view, new KeySet(keys));
    }
  }

  /** The keys of a selection, ascending. Lazy: what is selected is settled when this is called, states are looked at as it goes. */
  *keys(selection: Selection): Generator<number> {
    if ('keys' in selection) {
      const { count } = this.#file.columns;
      for (const key of KeySet.of(selection.keys.filter((k) => k >= 1 && k <= count)).list) yield key;
      return;
    }
    const except = new Set(selection.except ?? []);
    const view = this.compile(selection.filter);
    for (let key = next(this.#file, view, 0); key !== 0; key = next(this.#file, view, key)) {
      if (!except.has(key)) yield key;
    }
  }
}

function restrict(view: View, keys: KeySet): void {
  view.members = view.members === null ? keys : view.members.intersect(keys);
}

/** Whether this record is in the view. */
export function matches(file: StoreFile, view: View, key: number): boolean {
  if (key < view.from || key > view.to) return false;
  if (view.members !== null && !view.members.has(key)) return false;
  const { shape, state } = file.columns;
  return view.accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1;
}

/** The first key of the view above `after`; 0 when there is none. */
export function next(file: StoreFile, view: View, after: number): number {
  const { shape, state } = file.columns;
  const { accept, members } = view;
  const start = Math.max(after + 1, view.from);
  if (members !== null) {
    const { list } = members;
    for (let at = members.from(start); at < list.length; at++) {
      const key = list[at] ?? 0;
      if (key > view.to) return 0;
      if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) return key;
    }
    return 0;
  }
  for (let key = start; key <= view.to; key++) {
    if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) return key;
  }
  return 0;
}

/** The last key of the view below `before`; 0 when there is none. */
export function previous(file: StoreFile, view: View, before: number): number {
  const { shape, state } = file.columns;
  const { accept, members } = view;
  const start = Math.min(before - 1, view.to);
  if (members !== null) {
    const { list } = members;
    for (let at = members.from(start + 1) - 1; at >= 0; at--) {
      const key = list[at] ?? 0;
      if (key < view.from) return 0;
      if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) return key;
    }
    return 0;
  }
  for (let key = start; key >= view.from; key--) {
    if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) return key;
  }
  return 0;
}
