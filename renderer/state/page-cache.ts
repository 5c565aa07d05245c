import type { CallOutput } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { RecordFilter, RecordRow, RecordSort } from '../../shared/records.ts';
import { call, failureOf } from '../bridge.ts';

/** Rows a block. */
export const BLOCK = 100;
const MAX_BLOCKS = 80;
const IN_FLIGHT = 3;

export interface ViewQuery {
  readonly filter: RecordFilter;
  readonly sort: RecordSort;
}

type Page = CallOutput<'records.page'>;
type Ask = (query: ViewQuery, index: number, limit: number) => Promise<Page>;

const askEngine: Ask = (query, index, limit) =>
  call('records.page', { filter: query.filter, sort: query.sort, index, limit });

/**
 * The rows of one view (filter and sort) by block, as many as were looked at lately. Asks for what is visible first and
 * forgets wishes that scrolled by. Old rows stay on screen while newer ones are on their way.
 */
export class PageCache {
  readonly query: ViewQuery;
  readonly #ask: Ask;
  readonly #blocks = new Map<number, { rows: readonly RecordRow[]; epoch: number }>();
  readonly #listeners = new Set<() => void>();
  readonly #asked = new Set<number>();
  #wanted: number[] = [];
  #epoch = 0;
  #version = 0;
  #total: number | null = null;
  #failure: Failure | null = null;

  constructor(query: ViewQuery, ask: Ask = askEngine) {
    this.query = query;
    this.#ask = ask;
  }

  /** Rows in the whole view; null until the first answer. */
  get total(): number | null {
    return this.#total;
  }

  /** Why rows are missing. That the engine is away is told once for the whole window; then everything is asked again. */
  get failure(): Failure | null {
    return this.#failure?.code === 'bridge.away' ? null : this.#failure;
  }

  /** Changes whenever anything that is drawn may have changed. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The row at this position, if it is here. */
  row(index: number): RecordRow | null {
    return this.#blocks.get(Math.floor(index / BLOCK))?.rows[index % BLOCK] ?? null;
  }

  /** Says what is visible; the latest wish wins. */
  want(first: number, count: number): void {
    const from = Math.floor(first / BLOCK);
    const to = Math.floor((first + Math.max(1, count) - 1) / BLOCK);
    const last = this.#total === null ? to : Math.floor(Math.max(0, this.#total - 1) / BLOCK);
    this.#wanted = [];
    for (let b = from; b <= Math.min(to, last); b += 1) this.#wanted.push(b);
    if (to + 1 <= last) this.#wanted.push(to + 1);
    if (from > 0) this.#wanted.push(from - 1);
    this.#pump();
  }

  /** Marks all rows as possibly old and asks again for the visible ones. */
  refresh(): void {
    this.#epoch += 1;
    this.#failure = null;
    this.#pump();
  }

  /** Shows a decision at once, before the engine's rows are asked for again. */
  patch(keys: ReadonlySet<number>, change: Partial<RecordRow>): void {
    for (const [index, block] of this.#blocks) {
      if (!block.rows.some((r) => keys.has(r.key))) continue;
      this.#blocks.set(index, {
        ...block,
        rows: block.rows.map((r) => (keys.has(r.key) ? { ...r, ...change } : r)),
      });
    }
    this.#changed();
  }

  /** Keys of the rows `from`…`to` (both included), asked for where they are not here. */
  async keys(from: number, to: number): Promise<number[]> {
    const keys: number[] = [];
    for (let index = from; index <= to; ) {
      const here = this.row(index);
      if (here !== null) {
        keys.push(here.key);
        index += 1;
        continue;
      }
      const page = await this.#ask(this.query, index, Math.min(500, to - index + 1));
      if (page.rows.length === 0) break;
      keys.push(...page.rows.map((r) => r.key));
      index += page.rows.length;
    }
    return keys;
  }

  #changed(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #pump(): void {
    for (const block of this.#wanted) {
      if (this.#asked.size >= IN_FLIGHT) return;
      if (this.#asked.has(block) || this.#blocks.get(block)?.epoch === this.#epoch) continue;
      if (this.#failure !== null) return;
      void this.#load(block);
    }
  }

  async #load(block: number): Promise<void> {
    const epoch = this.#epoch;
    this.#asked.add(block);
    try {
      const page = await this.#ask(this.query, block * BLOCK, BLOCK);
      this.#total = page.total;
      this.#blocks.delete(block);
      this.#blocks.set(block, { rows: page.rows, epoch });
      this.#failure = null;
      this.#trim();
    } catch (thrown) {
      this.#failure = failureOf(thrown);
    }
    this.#asked.delete(block);
    this.#changed();
    this.#pump();
  }

  /** Forgets the blocks that were loaded longest ago and are not visible. */
  #trim(): void {
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) return;
      if (!this.#wanted.includes(block)) this.#blocks.delete(block);
    }
  }
}
