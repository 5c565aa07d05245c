import { type RecordSort, severityRank } from '../../../shared/records.ts';
import type { Shape } from './catalogue.ts';
import { CellOrder } from './cell-order.ts';
import { type Cells, isText, type StoredSort } from './cells.ts';
import { compareNames, type NameIndex, nameKey } from './name-index.ts';
import { orderOf } from './radix-sort.ts';
import type { Rows } from './rows.ts';
import type { StoreFile } from './store-file.ts';

type Sorted = Exclude<RecordSort['by'], 'arrival'>;

/** Orders of cells kept: at most so many. */
const CELL_ORDERS = 3;

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
  readonly #cells: Cells;
  /** Made a slice at a time, see {@link prepare}: several may be asked for in turn. */
  readonly #underWay = new Map<StoredSort, CellOrder>();

  constructor(file: StoreFile, rows: Rows, names: NameIndex, cells: Cells) {
    this.#file = file;
    this.#rows = rows;
    this.#nameIndex = names;
    this.#cells = cells;
  }

  reset(): void {
    this.#orders.clear();
    this.#underWay.clear();
  }

  /** Works for about `budgetMs` towards the order of a column of cells; true when {@link get} has it at hand or needs no preparing. */
  prepare(by: RecordSort['by'], upTo: number, budgetMs: number): boolean {
    return !isStored(by) || this.#known(by, upTo) !== null || this.#begun(by).some(budgetMs);
  }

  #begun(by: StoredSort): CellOrder {
    const { columns } = this.#file;
    const known = this.#underWay.get(by);
    if (known?.replacements === columns.replacements) return known;
    const begun = new CellOrder(by, this.#cells, columns);
    this.#underWay.set(by, begun);
    return begun;
  }

  #finished(by: StoredSort): Uint32Array {
    const order = this.#begun(by).done();
    // Of one column of numbers what was read is kept: what comes next needs only to be read and sorted in. Texts would take too much memory.
    for (const [other, { isDone }] of this.#underWay) {
      if (isDone && (other !== by || isText(by))) this.#underWay.delete(other);
    }
    return order;
  }

  #known(by: Sorted, upTo: number): Uint32Array | null {
    const known = this.#orders.get(by);
    if (known === undefined || known.keys.length < upTo) return null;
    return known.replacements === this.#file.columns.replacements ? known.keys : null;
  }

  /** Keys in ascending order; holds at least the keys up to `upTo`. */
  get(by: Sorted, upTo: number): Uint32Array {
    const known = this.#known(by, upTo);
    if (known !== null) return known;
    const { replacements } = this.#file.columns;
    const keys = this.#make(by);
    this.#orders.delete(by);
    this.#orders.set(by, { keys, replacements });
    this.#dropOldest();
    return keys;
  }

  #dropOldest(): void {
    const stored = [...this.#orders.keys()].filter(isStored);
    for (const by of stored.slice(0, Math.max(0, stored.length - CELL_ORDERS))) this.#orders.delete(by);
  }

  #make(by: Sorted): Uint32Array {
    const { columns } = this.#file;
    if (by === 'name') return this.#names();
    if (by === 'type') return this.#byShape(this.#typeRanks());
    if (by === 'severity') return this.#byShape(this.#file.catalogue.shapes.map(rankOfSeverity));
    if (isStored(by)) return this.#finished(by);
    const order = orderOf(columns.modified, columns.count);
    for (let at = 0; at < order.length; at++) order[at] = (order[at] ?? 0) + 1;
    return order;
  }

  #typeRanks(): number[] {
    const { shapes } = this.#file.catalogue;
    const types = [...new Set(shapes.map((s) => s.type))].sort();
    const rankOfType = new Map(types.map((type, rank) => [type, rank]));
    return shapes.map((s) => rankOfType.get(s.type) ?? 0);
  }

  /** A counting sort by what records of a shape have in common; ranks count from 0. */
  #byShape(ranks: readonly number[]): Uint32Array {
    const { columns } = this.#file;
    const starts = new Uint32Array(ranks.reduce((most, rank) => Math.max(most, rank), 0) + 2);
    for (let i = 0; i < columns.count; i++) {
      const rank = ranks[columns.shape[i] ?? 0] ?? 0;
      starts[rank + 1] = (starts[rank + 1] ?? 0) + 1;
    }
    for (let rank = 0; rank < starts.length - 1; rank++) {
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

  #firstAbove(
    keys: Uint32Array,
    from: number,
    name: string,
    key: number,
    nameOf = (of: number) => nameKey(this.#rows.fields(of).name),
  ): number {
    let low = from;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = keys[middle] ?? 0;
      const compared = compareNames(nameOf(other), name);
      if (compared < 0 || (compared === 0 && other < key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where `key` stands in the order. */
  positionOf(by: Sorted, keys: Uint32Array, key: number): number {
    const { columns, catalogue } = this.#file;
    if (by === 'name') return this.#firstAbove(keys, 0, nameKey(this.#rows.fields(key).name), key);
    if (isStored(by) && isText(by)) {
      const text = (of: number): string => nameKey(String(this.#cells.value(by, of) ?? ''));
      return this.#firstAbove(keys, 0, text(key), key, text);
    }
    const value = (of: number): number | string => {
      if (by === 'type') return catalogue.shape(columns.shape[of - 1] ?? 0).type;
      if (by === 'severity') return rankOfSeverity(catalogue.shape(columns.shape[of - 1] ?? 0));
      if (isStored(by)) return Number(this.#cells.value(by, of) ?? Number.NEGATIVE_INFINITY);
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

const isStored = (by: RecordSort['by']): by is StoredSort =>
  !['arrival', 'modified', 'name', 'type', 'severity'].includes(by);

/** 0 for kinds that have none, 1 for what NVD does not know. */
const rankOfSeverity = (shape: Shape): number =>
  shape.severity === '' ? 0 : severityRank(shape.severity) + 1;
