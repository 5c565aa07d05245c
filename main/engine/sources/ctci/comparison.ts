import { setImmediate as turn } from 'node:timers/promises';
import type { RowChange } from '../../../../shared/records.ts';
import type { CutItem } from '../../json/cut.ts';
import type { CursorState, FeedSink, RecordDraft } from '../source.ts';
import { type CewlRow, readRow, rowDraft } from './cewl-row.ts';
import { PageTexts } from './page-texts.ts';
import { RowTable } from './row-table.ts';

/** A page is stored when it holds so many records, or stands for so many rows: storing it holds the event loop for some 20 ms. */
const PAGE_RECORDS = 500;
const PAGE_ROWS = 4_000;
/** Changed rows wait in memory up to this many bytes. */
const WAITING_BYTES = 8_000_000;
/** Rows looked through between two turns of the event loop. */
const SLICE = 20_000;

/**
 * Compares the rows of one download with what the store holds, and stores what is new or changed while they arrive.
 *
 * Of several rows with one cve the one with the highest id_ref counts (reference 5.4). New rows are stored at once; a row that differs from
 * the stored one waits for the end of the download, because a later one may be the one that counts: else a list that holds a cve twice would
 * look changed at every pull.
 */
export class Comparison {
  readonly table = new RowTable();
  /** Rows that came, those that say the same again included. */
  received = 0;
  /** Different rows that came and have a cve. */
  rows = 0;
  /** Rows that came without a cve that can be read. */
  unreadable = 0;
  /** The highest id_ref that came. */
  idRef: number | null = null;
  /** Pages stored. */
  pages = 0;
  readonly stored: Record<RowChange, number> = { new: 0, changed: 0, gone: 0 };
  readonly #sink: FeedSink;
  #page: RecordDraft[] = [];
  /** Where in the page the row is, and as what. */
  #inPage = new Map<number, { index: number; change: RowChange }>();
  #unchanged = 0;
  /** The page's texts: what they were cut from is used again before the page is stored. */
  readonly #texts = new PageTexts();
  #waiting = new Map<number, CutItem>();
  #waitingBytes = 0;

  constructor(sink: FeedSink) {
    this.#sink = sink;
  }

  /** Reads what the store holds, with pauses. */
  async load(): Promise<void> {
    for (const versions of this.#sink.held()) {
      this.table.load(versions);
      await turn();
    }
  }

  /** Rows that came, with pauses; their bytes have to be good until this resolves. Whole pages are stored. Throws what the store throws. */
  async take(items: readonly CutItem[]): Promise<void> {
    for (const item of items) {
      this.#compare(item);
      if (this.#page.length < PAGE_RECORDS && this.#unchanged < PAGE_ROWS) continue;
      await turn();
      this.#store();
      await turn();
    }
    if (this.#waitingBytes > WAITING_BYTES) await this.#storeWaiting();
  }

  #compare(item: CutItem): void {
    this.received++;
    const { table } = this;
    const row = readRow(item);
    const at = table.row(row.id);
    if (!table.isSeen(at)) {
      if (row.made) this.unreadable++;
      else this.rows++;
    } else if (row.idRef === null || row.idRef <= table.idRef(at)) {
      // Without an id_ref, or with the same, the first counts.
      this.#unchanged++;
      return;
    }
    table.see(at, row.idRef);
    if (row.idRef !== null && (this.idRef === null || row.idRef > this.idRef)) this.idRef = row.idRef;
    if (this.#dropWaiting(at)) this.#unchanged++;
    const inPage = this.#inPage.get(at);
    if (inPage !== undefined) {
      this.#page[inPage.index] = rowDraft(this.#kept(row), table.versions(at), inPage.change);
      table.replace(at, row.digest);
      this.#unchanged++;
    } else if (table.digest(at) === row.digest) this.#unchanged++;
    else if (table.versions(at) === 0) this.#put(at, row, 'new');
    else {
      this.#waiting.set(at, { ...item, bytes: Buffer.from(item.bytes) });
      this.#waitingBytes += item.bytes.length;
    }
  }

  #kept(row: CewlRow): CewlRow {
    return { ...row, bytes: this.#texts.keep(row.bytes) };
  }

  #dropWaiting(at: number): boolean {
    const waiting = this.#waiting.get(at);
    if (waiting === undefined) return false;
    this.#waiting.delete(at);
    this.#waitingBytes -= waiting.bytes.length;
    return true;
  }

  #put(at: number, row: CewlRow, change: 'new' | 'changed'): void {
    this.table.put(at, row.digest);
    this.#inPage.set(at, { index: this.#page.length, change });
    this.#page.push(rowDraft(this.#kept(row), this.table.versions(at), change));
    this.stored[change]++;
  }

  /** Stores the page at hand. Throws what the store throws. */
  #store(cursor: CursorState | null = null, made = 0): void {
    if (this.#page.length + this.#unchanged === 0 && cursor === null) return;
    if (this.#page.length + this.#unchanged > 0) this.pages++;
    this.#sink.store({ records: this.#page, cursor, unchanged: this.#unchanged, made });
    this.#page = [];
    this.#texts.clear();
    this.#inPage.clear();
    this.#unchanged = 0;
  }

  async #storeWaiting(): Promise<void> {
    for (const [at, item] of this.#waiting) {
      this.#dropWaiting(at);
      this.#put(at, readRow(item), this.table.isGone(at) ? 'new' : 'changed');
      if (this.#page.length < PAGE_RECORDS) continue;
      await turn();
      this.#store();
      await turn();
    }
  }

  /** No more rows come: stores what is left of them. */
  async finish(): Promise<void> {
    await this.#storeWaiting();
    this.#store();
  }

  /** What the store holds of the list, and which of it did not come. */
  async missing(): Promise<{ listed: number; rows: number[] }> {
    const rows: number[] = [];
    let listed = 0;
    for (let row = 0; row < this.table.length; row++) {
      if (row % SLICE === SLICE - 1) await turn();
      if (!this.table.isListed(row)) continue;
      listed++;
      if (!this.table.isSeen(row)) rows.push(row);
    }
    return { listed, rows };
  }

  /** Stores that these rows are gone, each with its last known text, and the cursor with the last of them. */
  async close(gone: readonly number[], cursor: CursorState): Promise<void> {
    for (const at of gone) {
      const text = Buffer.from(this.#sink.text(this.table.key(at)));
      const last = readRow({ bytes: text, fault: null });
      const id = this.table.ids[at] ?? last.id;
      this.#page.push(rowDraft({ ...last, id }, this.table.versions(at) + 1, 'gone'));
      this.stored.gone++;
      if (this.#page.length < PAGE_RECORDS) continue;
      await turn();
      this.#store(null, this.#page.length);
      await turn();
    }
    this.#store(cursor, this.#page.length);
  }
}
