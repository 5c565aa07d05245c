import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../ports.ts';
import type { OutboundRecord } from '../destination.ts';
import type { LookupRows } from './lookup-rows.ts';
import { RowPile } from './row-pile.ts';

/** How long gathering rows may hold up everything else, ms. */
const SLICE_MS = 20;
/** Rows between two looks at the clock. */
const LOOK_EVERY = 128;

/** What the store knows of the rows that a lookup holds. */
export interface LookupHolding {
  /** Whether this store has ever handed over anything to it. */
  begun(): boolean;
  /** What was handed over and holds, in order of arrival. Of a key the last one counts. Texts live until the next record is asked for. */
  records(): Iterable<OutboundRecord>;
}

/** What an upload does to the lookup. */
export interface Upload {
  /** The rows are everything that the lookup is to hold; otherwise they are added or changed, and the deletes taken out. */
  whole: boolean;
  rows: number;
  deletes: number;
  /** Bytes of both, without headers. */
  bytes: number;
  rowPieces(): Iterable<Buffer>;
  deletePieces(): Iterable<Buffer>;
}

/** Gathers the rows of one batch: of each key the last version. */
export class UploadRows {
  readonly #rows: LookupRows;
  readonly #holding: LookupHolding;
  readonly #clock: Clock;
  readonly #pile = new RowPile();
  readonly #notes = new Map<string, number>();
  #sliceEnd = 0;
  #since = 0;

  constructor(rows: LookupRows, holding: LookupHolding, clock: Clock) {
    this.#rows = rows;
    this.#holding = holding;
    this.#clock = clock;
  }

  /** How many rows each note concerns. */
  get notes(): ReadonlyMap<string, number> {
    return this.#notes;
  }

  /** Throws SluiceError `devo.not-sendable`. Now and then something to wait for, so that the rest of the process has its turn. */
  put(record: OutboundRecord): Promise<void> | undefined {
    const { key, deleted, text, cells } = this.#rows.row(record);
    this.#pile.put(key, deleted ? 'deletes' : 'rows', text);
    for (const note of this.#rows.notes(cells)) this.#notes.set(note, (this.#notes.get(note) ?? 0) + 1);
    return this.#turn();
  }

  /**
   * The upload of what was gathered. With `whole`, together with everything that was handed over before; where nothing at all would be left,
   * the rows that are gone are deleted instead.
   */
  async finish(whole: boolean, signal: AbortSignal): Promise<Upload> {
    const own = this.#pile;
    if (!whole) return part(own);
    const kept = new RowPile();
    for (const record of this.#holding.records()) {
      const { key, deleted, text } = this.#rows.row(record);
      if (deleted) kept.drop(key);
      else if (!own.has(key)) kept.put(key, 'rows', text);
      await this.#turn();
      signal.throwIfAborted();
    }
    const rows = kept.count('rows') + own.count('rows');
    if (rows === 0) return part(own);
    return {
      whole: true,
      rows,
      deletes: 0,
      bytes: kept.bytes('rows') + own.bytes('rows'),
      *rowPieces() {
        yield* kept.pieces('rows');
        yield* own.pieces('rows');
      },
      deletePieces: () => [],
    };
  }

  clear(): void {
    this.#pile.clear();
  }

  #turn(): Promise<void> | undefined {
    if (this.#since++ % LOOK_EVERY !== 0) return undefined;
    const now = this.#clock.monotonic();
    if (now < this.#sliceEnd) return undefined;
    return nextTurn().then(() => {
      this.#sliceEnd = this.#clock.monotonic() + SLICE_MS;
    });
  }
}

function part(pile: RowPile): Upload {
  return {
    whole: false,
    rows: pile.count('rows'),
    deletes: pile.count('deletes'),
    bytes: pile.bytes('rows') + pile.bytes('deletes'),
    rowPieces: () => pile.pieces('rows'),
    deletePieces: () => pile.pieces('deletes'),
  };
}
