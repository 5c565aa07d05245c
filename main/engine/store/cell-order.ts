import { type Cells, isText, type StoredSort } from './cells.ts';
import type { Columns } from './columns.ts';
import { nameKey } from './name-index.ts';
import { orderOf } from './radix-sort.ts';
import { orderOfTexts } from './text-order.ts';

/** Keys looked at between two looks at the time. */
const STEP = 16_384;

/**
 * The order of a column of cells under way: read a range of keys at a time, so that a table of 250,000 rows does not hold up calls; then
 * sorted in one go. Records without a value come first, in the order of their keys.
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

  constructor(by: StoredSort, cells: Cells, columns: Columns) {
    this.by = by;
    this.#columns = columns;
    this.replacements = columns.replacements;
    this.#cells = cells;
  }

  /** Reads for about `budgetMs`; how many keys are left to look at. What has come meanwhile is read too. */
  some(budgetMs: number): number {
    const until = performance.now() + budgetMs;
    const { count } = this.#columns;
    do {
      if (this.#at >= count) return 0;
      const to = Math.min(count, this.#at + STEP);
      const { keys, values } = this.#cells.column(this.by, this.#at, to);
      this.#keys.push(keys);
      this.#numbers.push(isText(this.by) ? this.#placed(values) : Float64Array.from(values, Number));
      this.#at = to;
    } while (performance.now() < until);
    return count - this.#at;
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

  /** All keys in order, ascending. */
  done(): Uint32Array {
    while (this.some(Number.POSITIVE_INFINITY) > 0);
    const found = this.#keys.reduce((sum, part) => sum + part.length, 0);
    const keys = new Uint32Array(found);
    const numbers = new Float64Array(found);
    let n = 0;
    for (const [i, part] of this.#keys.entries()) {
      keys.set(part, n);
      numbers.set(this.#numbers[i] ?? [], n);
      n += part.length;
    }
    if (isText(this.by)) {
      const rank = new Uint32Array(this.#places.size);
      orderOfTexts([...this.#places.keys()]).forEach((place, at) => {
        rank[place] = at;
      });
      for (let i = 0; i < found; i++) numbers[i] = rank[numbers[i] ?? 0] ?? 0;
    }
    const all = new Uint32Array(this.#at);
    let at = withoutValue(keys, all);
    for (const i of orderOf(numbers, found)) all[at++] = keys[i] ?? 0;
    return all;
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
