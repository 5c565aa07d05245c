import type { RecordFilter, RecordSort } from '../../../shared/records.ts';
import { STATES } from './columns.ts';
import type { Orders } from './orders.ts';
import type { SearchIndex } from './search-index.ts';
import type { StoreFile } from './store-file.ts';
import { matches, type View, type Views } from './view.ts';

/** Lists kept: 4 bytes a record in each. */
const CACHED = 4;

interface List {
  keys: Uint32Array;
  stamp: string;
}

/**
 * The keys of a view, ascending in its sort: what a scroll bar's position is looked up in. Made on demand in one pass over the
 * columns and kept until something the view shows has changed.
 */
export class ViewLists {
  readonly #file: StoreFile;
  readonly #views: Views;
  readonly #orders: Orders;
  readonly #search: SearchIndex;
  readonly #lists = new Map<string, List>();

  constructor(file: StoreFile, views: Views, orders: Orders, search: SearchIndex) {
    this.#file = file;
    this.#views = views;
    this.#orders = orders;
    this.#search = search;
  }

  reset(): void {
    this.#lists.clear();
  }

  /** The list if it is there. */
  known(filter: RecordFilter, by: RecordSort['by']): Uint32Array | null {
    const name = nameOf(filter, by);
    const list = this.#lists.get(name);
    if (list === undefined || list.stamp !== this.#stamp(filter)) return null;
    this.#lists.delete(name);
    this.#lists.set(name, list);
    return list.keys;
  }

  get(filter: RecordFilter, by: RecordSort['by']): Uint32Array {
    const known = this.known(filter, by);
    if (known !== null) return known;
    const view = this.#views.compile(filter);
    const keys =
      by === 'arrival' ? this.#byArrival(view) : this.#sorted(view, this.#orders.get(by, view.to), by);
    this.#lists.set(nameOf(filter, by), { keys, stamp: this.#stamp(filter) });
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= CACHED) break;
      this.#lists.delete(oldest);
    }
    return keys;
  }

  /** What the list would have to be made anew for. */
  #stamp(filter: RecordFilter): string {
    const { columns } = this.#file;
    const arrivals = filter.asOf === undefined ? columns.count : Math.min(filter.asOf, columns.count);
    const states = usesStates(filter) ? columns.restated : 0;
    const searched = filter.text !== undefined || filter.id !== undefined ? this.#search.indexed() : 0;
    return `${arrivals} ${states} ${searched} ${columns.replacements}`;
  }

  #byArrival(view: View): Uint32Array {
    const { shape, state } = this.#file.columns;
    const { accept, members } = view;
    const keys = new Uint32Array(
      members === null ? Math.max(0, view.to - view.from + 1) : members.list.length,
    );
    let n = 0;
    if (members === null) {
      for (let key = view.from; key <= view.to; key++) {
        if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) keys[n++] = key;
      }
    } else {
      for (const key of members.list) {
        if (key < view.from || key > view.to) continue;
        if (accept[(shape[key - 1] ?? 0) * STATES + (state[key - 1] ?? 0)] === 1) keys[n++] = key;
      }
    }
    return n === keys.length ? keys : keys.slice(0, n);
  }

  #sorted(view: View, order: Uint32Array, by: Exclude<RecordSort['by'], 'arrival'>): Uint32Array {
    if (view.members !== null && view.members.list.length < FEW) return this.#fewSorted(view, order, by);
    const found = new Uint32Array(order.length);
    let n = 0;
    for (const key of order) if (matches(this.#file, view, key)) found[n++] = key;
    return n === found.length ? found : found.slice(0, n);
  }

  /** A handful found by text is put in order by itself. */
  #fewSorted(view: View, order: Uint32Array, by: Exclude<RecordSort['by'], 'arrival'>): Uint32Array {
    const placed = [...this.#byArrival(view)].map(
      (key) => [this.#orders.positionOf(by, order, key), key] as const,
    );
    placed.sort((a, b) => a[0] - b[0]);
    return Uint32Array.from(placed, ([, key]) => key);
  }
}

const FEW = 500;

const nameOf = (filter: RecordFilter, by: string): string => `${by} ${JSON.stringify(filter)}`;

function usesStates(filter: RecordFilter): boolean {
  return [filter, filter.not].some((f) => f?.decision !== undefined || f?.delivery !== undefined);
}
