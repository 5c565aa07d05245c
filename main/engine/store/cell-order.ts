import { type Cells, isText, type StoredSort } from './cells.ts';
import type { Columns } from './columns.ts';
import { nameKey } from './name-index.ts';
import { orderingOf } from './radix-sort.ts';
import { orderingOfTexts } from './text-order.ts';

/** Keys looked at between two looks at the time. */
const STEP = 8192;

/**
 * The order of a column of cells, made piecemeal, so that a table of 250,000 rows does not hold up calls: read a range of keys at a time, then
 * sorted a digit at a time. Records without a value come first, in the order of their keys.
 */
export class CellOrder {
  readonly by: StoredSort;
  readonly replacements: number;
  readonly #cells: Cells;
  readonly #columns: Columns;
  /** Keys up to this one have been read. */
  #at = 0;
  readonly #keys: Uint32Array[] = [];
  readonly #numbers: Float64Array[] = [];
  /** Texts: what is compared, each once, and for each record which of them it has. */
  readonly #places = new Map<string, number>();
  #work: Generator<undefined, Uint32Array> | null = null;
  #result: Uint32Array | null = null;

  constructor(by: StoredSort, cells: Cells, columns: Columns) {
    this.by = by;
    this.replacements = columns.replacements;
    this.#cells = cells;
    this.#columns = columns;
  }

  /** Works for about `budgetMs`; whether the order of all there is now is made. */
  some(budgetMs: number): boolean {
    const until = performance.now() + budgetMs;
    while (this.#result?.length !== this.#columns.count) {
      this.#work ??= this.#steps();
      const { done, value } = this.#work.next();
      if (done === true) {
        this.#result = value;
        this.#work = null;
      }
      if (performance.now() >= until) break;
    }
    return this.#result?.length === this.#columns.count;
  }

  /** Nothing is left half done. */
  get isDone(): boolean {
    return this.#work === null && this.#result !== null;
  }

  /** All keys in order, ascending; waits for nothing. */
  done(): Uint32Array {
    while (!this.some(Number.POSITIVE_INFINITY));
    return this.#result ?? new Uint32Array();
  }

  *#steps(): Generator<undefined, Uint32Array> {
    while (this.#at < this.#columns.count) {
      const to = Math.min(this.#columns.count, this.#at + STEP);
      const { keys, values } = this.#cells.column(this.by, this.#at, to);
      this.#keys.push(keys);
      this.#numbers.push(isText(this.by) ? this.#placed(values) : Float64Array.from(values, Number));
      this.#at = to;
      yield;
    }
    const read = this.#at;
    const { keys, numbers } = this.#together();
    if (isText(this.by)) yield* this.#ranked(numbers);
    const order = yield* orderingOf(numbers, keys.length);
    const all = new Uint32Array(read);
    let at = withoutValue(keys, all);
    for (const i of order) all[at++] = keys[i] ?? 0;
    return all;
  }

  #placed(values: readonly (number | string)[]): Float64Array {
    return Float64Array.from(values, (value) => {
      const text = nameKey(String(value));
      let place = this.#places.get(text);
      if (place === undefined) {
        place = this.#places.size;
        this.#places.set(text, place);
      }
      return place;
    });
  }

  #together(): { keys: Uint32Array; numbers: Float64Array } {
    const found = this.#keys.reduce((sum, part) => sum + part.length, 0);
    const keys = new Uint32Array(found);
    const numbers = new Float64Array(found);
    let n = 0;
    for (const [i, part] of this.#keys.entries()) {
      keys.set(part, n);
      numbers.set(this.#numbers[i] ?? [], n);
      n += part.length;
    }
    return { keys, numbers };
  }

  /** Places in {@link #places} become places in order. */
  *#ranked(numbers: Float64Array): Generator<undefined, void> {
    const rank = new Uint32Array(this.#places.size);
    const order = yield* orderingOfTexts([...this.#places.keys()]);
    for (let at = 0; at < order.length; at++) rank[order[at] ?? 0] = at;
    for (let i = 0; i < numbers.length; i++) numbers[i] = rank[numbers[i] ?? 0] ?? 0;
  }
}

/** Puts every key that is not among the ascending ones at the beginning of `all`; answers how many. */
function withoutValue(keys: Uint32Array, all: Uint32Array): number {
  let n = 0;
  let next = 0;
  for (let key = 1; key <= all.length; key++) {
    if (keys[next] === key) next++;
    else all[n++] = key;
  }
  return n;
}
