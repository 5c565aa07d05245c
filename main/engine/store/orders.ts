import type { RecordSort } from '../../../shared/records.ts';
import { orderOf } from './radix-sort.ts';
import type { Rows } from './rows.ts';
import { nameKey, type SearchIndex } from './search-index.ts';
import type { StoreFile } from './store-file.ts';

type Sorted = Exclude<RecordSort['by'], 'arrival'>;

interface Order {
  /** Keys, ascending by value, then by key. */
  keys: Uint32Array;
  replacements: number;
}

/**
 * All records in the order of a column, as arrays of keys: 4 MB a million records and column. Kept until records come that a
 * view wants to see (a view with `asOf` goes on with the one it has).
 */
export class Orders {
  readonly #file: StoreFile;
  readonly #rows: Rows;
  readonly #search: SearchIndex;
  readonly #orders = new Map<Sorted, Order>();
  readonly #byName;

  constructor(file: StoreFile, rows: Rows, search: SearchIndex) {
    this.#file = file;
    this.#rows = rows;
    this.#search = search;
    this.#byName = file.db
      .prepare<[], string | null>(
        'SELECT group_concat(key) FROM (SELECT key FROM name_order ORDER BY name, key)',
      )
      .pluck();
  }

  reset(): void {
    this.#orders.clear();
  }

  /** Keys in ascending order; holds at least the keys up to `upTo`. */
  get(by: Sorted, upTo: number): Uint32Array {
    const known = this.#orders.get(by);
    const { replacements } = this.#file.columns;
    if (known !== undefined && known.keys.length >= upTo && known.replacements === replacements)
      return known.keys;
    const keys = this.#make(by);
    this.#orders.set(by, { keys, replacements });
    return keys;
  }

  #make(by: Sorted): Uint32Array {
    const { columns } = this.#file;
    if (by === 'name') return this.#names();
    const values = by === 'modified' ? columns.modified : this.#typeRanks();
    const order = orderOf(values, columns.count);
    for (let at = 0; at < order.length; at++) order[at] = (order[at] ?? 0) + 1;
    return order;
  }

  #typeRanks(): Float64Array {
    const { columns, catalogue } = this.#file;
    const types = [...new Set(catalogue.shapes.map((s) => s.type))].sort();
    const rankOfType = new Map(types.map((type, rank) => [type, rank]));
    const ranks = catalogue.shapes.map((s) => rankOfType.get(s.type) ?? 0);
    const values = new Float64Array(columns.count);
    for (let i = 0; i < columns.count; i++) values[i] = ranks[columns.shape[i] ?? 0] ?? 0;
    return values;
  }

  #names(): Uint32Array {
    const list = this.#byName.get() ?? '';
    const { count } = this.#file.columns;
    const keys = new Uint32Array(count);
    const here = new Uint8Array(count + 1);
    let n = 0;
    let key = 0;
    for (let i = 0; i <= list.length && list !== ''; i++) {
      const c = i === list.length ? 44 : list.charCodeAt(i);
      if (c !== 44) {
        key = key * 10 + c - 48;
        continue;
      }
      if (key <= count && n < count) {
        keys[n++] = key;
        here[key] = 1;
      }
      key = 0;
    }
    if (n === count) return keys;
    return this.#withMissing(keys.subarray(0, n), here, count);
  }

  /** Merges in the records that are not indexed yet. */
  #withMissing(indexed: Uint32Array, here: Uint8Array, count: number): Uint32Array {
    const missing: [name: string, key: number][] = [];
    for (let key = 1; key <= count; key++) {
      if (here[key] === 0) missing.push([nameKey(this.#rows.fields(key).name), key]);
    }
    missing.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] - b[1]));
    const keys = new Uint32Array(count);
    let from = 0;
    let n = 0;
    for (const [name, key] of missing) {
      const to = this.#firstAbove(indexed, from, name, key);
      keys.set(indexed.subarray(from, to), n);
      n += to - from;
      keys[n++] = key;
      from = to;
    }
    keys.set(indexed.subarray(from), n);
    return keys;
  }

  #firstAbove(keys: Uint32Array, from: number, name: string, key: number): number {
    let low = from;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = keys[middle] ?? 0;
      const otherName = nameKey(this.#rows.fields(other).name);
      if (otherName < name || (otherName === name && other < key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where `key` stands in the order. */
  positionOf(by: Sorted, keys: Uint32Array, key: number): number {
    const { columns, catalogue } = this.#file;
    if (by === 'name') return this.#firstAbove(keys, 0, nameKey(this.#rows.fields(key).name), key);
    const value = (of: number): number | string => {
      if (by === 'type') return catalogue.shape(columns.shape[of - 1] ?? 0).type;
      const modified = columns.modified[of - 1] ?? Number.NaN;
      return Number.isNaN(modified) ? Number.NEGATIVE_INFINITY : modified;
    };
    const wanted = value(key);
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = keys[middle] ?? 0;
      const otherValue = value(other);
      if (otherValue < wanted || (otherValue === wanted && other < key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether names are complete, so that their order can be had without sorting here. */
  namesReady(): boolean {
    return this.#search.indexed() >= this.#file.columns.count;
  }
}
