import { type Problem, type RecordKind, severityOf } from '../../../shared/records.ts';
import { type RecordDraft, receivedWith, type SourcePage, type StoredPage } from '../sources/source.ts';
import { type Cells, hasCells } from './cells.ts';
import { REPLACED } from './columns.ts';
import type { CveIndex } from './cve-index.ts';
import { arrivalHashes, IdentityTable, identityHash } from './identity.ts';
import { digestOf } from './retention-store.ts';
import type { Rows } from './rows.ts';
import type { SearchIndex } from './search-index.ts';
import type { StoreFile } from './store-file.ts';
import type { Texts } from './texts.ts';

const CHANGED: Problem = {
  code: 'store.changed',
  message: 'The server sent other content under the same id and version; this is the later one.',
  at: null,
};

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0;

export interface WriterParts {
  rows: Rows;
  texts: Texts;
  search: SearchIndex;
  cells: Cells;
  cves: CveIndex;
}

/** Stores pages: the hot path of a pull. */
export class PageWriter {
  readonly #file: StoreFile;
  readonly #rows: Rows;
  readonly #texts: Texts;
  readonly #search: SearchIndex;
  readonly #cells: Cells;
  readonly #cves: CveIndex;
  readonly #identities = new Map<number, IdentityTable>();
  readonly #sql;
  /** Drafts of the page under way that are new, in key order from {@link #first}. */
  #fresh: RecordDraft[] = [];
  #first = 0;
  /** Of the feed that the page belongs to. */
  #kind: RecordKind = 'object';

  constructor(file: StoreFile, parts: WriterParts) {
    this.#file = file;
    this.#rows = parts.rows;
    this.#texts = parts.texts;
    this.#search = parts.search;
    this.#cells = parts.cells;
    this.#cves = parts.cves;
    const { db } = file;
    this.#sql = {
      hashes: arrivalHashes(db),
      record: db.prepare('INSERT INTO record VALUES (?, ?, ?, ?, ?)'),
      redescribe: db.prepare('UPDATE record SET name = ?, problems = ? WHERE key = ?'),
      digest: db.prepare<[number], Buffer>('SELECT digest FROM expired WHERE key = ?').pluck(),
      arrival: db.prepare('INSERT INTO arrival VALUES (?, ?, ?, ?, ?, ?)'),
      feed: db.prepare('UPDATE feed SET cursor = coalesce(?, cursor), records = records + ? WHERE id = ?'),
      tally: db.prepare(
        `INSERT INTO pull_feed (pull, feed, pages, received, stored, generated, duplicates)
         VALUES (?, ?, 1, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET pages = pages + 1, received = received + excluded.received,
           stored = stored + excluded.stored,
           generated = coalesce(generated, stored) + excluded.generated, duplicates = duplicates + excluded.duplicates`,
      ),
    };
    file.onReset(() => this.#identities.clear());
  }

  /** Frees what is remembered of a feed between pages. */
  forget(feed: number): void {
    this.#identities.delete(feed);
  }

  storePage(pull: number, feed: number, page: SourcePage, received: number): StoredPage {
    const { records, cursor } = page;
    return this.#file.writeRelaxed(() => {
      const first = this.#file.columns.count + 1;
      this.#first = first;
      this.#kind = this.#file.catalogue.feed(feed).ref.kind;
      this.#fresh = [];
      const unchanged = page.unchanged ?? 0;
      let duplicates = unchanged;
      let changed = 0;
      /** Messages beyond one a record. */
      let further = 0;
      if (records.length > 0) {
        const known = this.#identitiesOf(feed);
        const hashes = new Uint32Array(records.length);
        for (const draft of records) {
          const hash = identityHash(draft.id, draft.version);
          const same = known.candidates(hash).filter((key) => this.#isOf(key, draft));
          if (same.some((key) => this.#sameText(key, draft.raw))) {
            duplicates++;
            continue;
          }
          if (draft.messages !== undefined) further += draft.messages - 1;
          if (same.length > 0) changed++;
          const open = same.find((key) => this.#mayReplace(key));
          if (open !== undefined) {
            this.#replace(open, feed, draft);
            continue;
          }
          const key = this.#add(feed, same.length > 0 ? later(draft) : draft);
          known.add(hash, key);
          hashes[key - first] = hash;
        }
        this.#finish(pull, feed, received, hashes, known);
      }
      const stored = this.#fresh.length;
      const rows = stored;
      this.#fresh = [];
      const kept = records.length + unchanged - duplicates;
      const result = { stored: kept, generated: kept + further, duplicates, changed };
      this.#sql.feed.run(cursor === null ? null : JSON.stringify(cursor), rows, feed);
      this.#sql.tally.run(pull, feed, receivedWith(page), kept, kept + further, duplicates);
      return result;
    });
  }

  #identitiesOf(feed: number): IdentityTable {
    let known = this.#identities.get(feed);
    if (known === undefined) {
      known = new IdentityTable(feed);
      this.#identities.set(feed, known);
    }
    known.refresh(this.#sql.hashes);
    return known;
  }

  #isOf(key: number, draft: RecordDraft): boolean {
    const { id, version } = this.#rows.fields(key);
    return id === draft.id && version === draft.version;
  }

  #sameText(key: number, raw: Uint8Array): boolean {
    if (!this.#rows.isExpired(key)) return sameBytes(this.#textOf(key), raw);
    const digest = this.#sql.digest.get(key);
    return digest?.equals(digestOf(raw)) === true;
  }

  #textOf(key: number): Uint8Array {
    return this.#fresh[key - this.#first]?.raw ?? this.#rows.text(key);
  }

  /** Nobody has looked at it yet: decision staged, delivery none. */
  #mayReplace(key: number): boolean {
    return ((this.#file.columns.state[key - 1] ?? 0) & 15) === 0;
  }

  #shapeOf(feed: number, draft: RecordDraft): number {
    const cewl = draft.cells?.kind === 'cewl' ? draft.cells : null;
    return this.#file.catalogue.intern({
      feed,
      type: draft.type,
      tlp: draft.tlp,
      revoked: draft.revoked,
      problems: draft.problems.length > 0,
      severity: cewl === null ? '' : severityOf(cewl),
      change: cewl === null ? '' : cewl.change,
    });
  }

  #add(feed: number, draft: RecordDraft): number {
    const { columns } = this.#file;
    const key = columns.add(this.#shapeOf(feed, draft), draft.raw.length, draft.modified) + 1;
    const problems = draft.problems.length === 0 ? null : JSON.stringify(draft.problems);
    this.#sql.record.run(key, draft.id, draft.version, draft.name, problems);
    this.#putCells(key, feed, draft);
    this.#fresh.push(draft);
    return key;
  }

  #putCells(key: number, feed: number, draft: RecordDraft): void {
    if (hasCells(this.#kind)) this.#cells.put(key, this.#kind, feed, draft);
  }

  #replace(key: number, feed: number, draft: RecordDraft): void {
    const { columns } = this.#file;
    const now = later(draft);
    const pending = key >= this.#first;
    const reindex = pending ? () => undefined : this.#search.replacing(key);
    const relink = pending ? () => undefined : this.#cves.replacing(key);
    columns.replace(key - 1, this.#shapeOf(feed, now), now.raw.length, now.modified);
    this.#sql.redescribe.run(now.name, JSON.stringify(now.problems), key);
    this.#putCells(key, feed, now);
    if (pending) this.#fresh[key - this.#first] = now;
    else {
      this.#texts.replace(key, now.raw);
      columns.setState(key - 1, (columns.state[key - 1] ?? 0) | REPLACED);
    }
    reindex();
    relink();
  }

  /** Texts and arrival of the page's new records. */
  #finish(pull: number, feed: number, received: number, hashes: Uint32Array, known: IdentityTable): void {
    const records = this.#fresh.length;
    if (records === 0) return;
    const first = this.#first;
    this.#texts.append(
      first,
      this.#fresh.map((draft) => draft.raw),
    );
    const blob = Buffer.from(hashes.buffer, 0, records * 4);
    this.#sql.arrival.run(first, records, feed, pull, received, blob);
    this.#file.catalogue.arrivals.push({ first, records, feed, pull, received });
    known.covers(first + records - 1);
  }
}

function later(draft: RecordDraft): RecordDraft {
  return { ...draft, problems: [...draft.problems, CHANGED] };
}
