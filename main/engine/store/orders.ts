import type { RecordSort } from '../../../shared/records.ts';
import { compareNames, type NameIndex, nameKey } from './name-index.ts';
import { orderOf } from './radix-sort.ts';
import type { Rows } from './rows.ts';
import type { StoreFile } from './store-file.ts';

type Sorted = Exclude<RecordSort['by'], 'arrival'>;

/** Up to this many new names are merged in here; more are added to the file first. */
const MERGED = 500;

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
  readonly #orders = new Map<Sorted, Order>();
  readonly #nameIndex: NameIndex;

  constructor(file: StoreFile, rows: Rows, names: NameIndex) {
    this.#file = file;
    this.#rows = rows;
    this.#nameIndex = names;
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
    if (by === 'type') return this.#types();
    const order = orderOf(columns.modified, columns.count);
    for (let at = 0; at < order.length; at++) order[at] = (order[at] ?? 0) + 1;
    return order;
  }

  /** A counting sort: types are few. */
  #types(): Uint32Array {
    const { columns, catalogue } = this.#file;
    const types = [...new Set(catalogue.shapes.map((s) => s.type))].sort();
    const rankOfType = new Map(types.map((type, rank) => [type, rank]));
    const ranks = Uint32Array.from(catalogue.shapes, (s) => rankOfType.get(s.type) ?? 0);
    const starts = new Uint32Array(types.length + 1);
    for (let i = 0; i < columns.count; i++) {
      const rank = ranks[columns.shape[i] ?? 0] ?? 0;
      starts[rank + 1] = (starts[rank + 1] ?? 0) + 1;
    }
    for (let rank = 0; rank < types.length; rank++) {
      starts[rank + 1] = (starts[rank + 1] ?? 0) + (starts[rank] ?? 0);
    }
    const keys = new Uint32Array(columns.count);
    for (let i = 0; i < columns.count; i++) {
      const rank = ranks[columns.shape[i] ?? 0] ?? 0;
      const to = starts[rank] ?? 0;
      starts[rank] = to + 1;
      keys[to] = i + 1;
    }
    return keys;
  }

  #names(): Uint32Array {
    const { db, columns } = this.#file;
    const missing = columns.count - this.#nameIndex.named();
    if (missing > MERGED && !db.readonly) this.#file.writeRelaxed(() => this.#nameIndex.add(true));
    const ordered = this.#nameIndex.keys();
    return ordered.length === columns.count ? ordered : this.#withMissing(ordered, columns.count);
  }

  /** Merges in the newest records. */
  #withMissing(indexed: Uint32Array, count: number): Uint32Array {
    const here = new Uint8Array(count + 1);
    for (const key of indexed) here[key] = 1;
    const missing: [name: string, key: number][] = [];
    for (let key = 1; key <= count; key++) {
      if (here[key] === 0) missing.push([nameKey(this.#rows.fields(key).name), key]);
    }
    missing.sort((a, b) => compareNames(a[0], b[0]) || a[1] - b[1]);
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
      const compared = compareNames(nameKey(this.#rows.fields(other).name), name);
      if (compared < 0 || (compared === 0 && other < key)) low = middle + 1;
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
}
