import { STIX_TYPES } from '../../../shared/stix-types.ts';
import { ascending, KeySet, keysOf } from './key-set.ts';
import type { NameIndex } from './name-index.ts';
import type { Rows } from './rows.ts';
import { idWord, isPlain, MARK, searchQuery, type TextQuery } from './search-query.ts';
import { SearchWords } from './search-words.ts';
import type { StoreFile } from './store-file.ts';

/** Records indexed between two looks at the time. */
const SLICE = 64;
/** Most a single transaction indexes: memory stays flat however large the budget. */
const MOST = 20_000;
/** A server makes up types without end; a UUID typed without one is looked for with each of so many. */
const MOST_TYPES = 300;
/** SQLite: no limit. */
const ALL = -1;
/** Answers kept: a view asks for page, count and facets of the same text. */
const CACHED = 4;

/** UTF-8, as the index takes it: bytes are words to it as a text would be. */
interface RecordWords {
  text: Buffer;
  ids: Buffer;
}

/**
 * Full text, object ids and references, and beside them the order of names: built behind the pull in slices, each with the watermark
 * (`meta.indexed`) in one transaction, so that a kill costs a slice and several processes may take turns.
 */
export class SearchIndex {
  readonly #file: StoreFile;
  readonly #rows: Rows;
  readonly #names: NameIndex;
  readonly #words: SearchWords;
  readonly #answers = new Map<string, KeySet>();
  readonly #sql;

  constructor(file: StoreFile, rows: Rows, names: NameIndex) {
    this.#file = file;
    this.#rows = rows;
    this.#names = names;
    this.#words = new SearchWords(file);
    const { db } = file;
    this.#sql = {
      indexed: db.prepare<[], number>("SELECT value FROM meta WHERE name = 'indexed'").pluck(),
      advance: db.prepare("UPDATE meta SET value = ? WHERE name = 'indexed'"),
      slice: db
        .prepare<[number, number], [id: string, name: string]>(
          'SELECT id, name FROM record WHERE key > ? AND key <= ? ORDER BY key',
        )
        .raw(),
      addText: db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)'),
      addIds: db.prepare('INSERT INTO reference (rowid, ids) VALUES (?, ?)'),
      dropText: db.prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)"),
      dropIds: db.prepare("INSERT INTO reference (reference, rowid, ids) VALUES ('delete', ?, ?)"),
      mergeText: db.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)"),
      mergeIds: db.prepare("INSERT INTO reference (reference, rank) VALUES ('merge', ?)"),
      changes: db.prepare<[], number>('SELECT total_changes()').pluck(),
      match: db
        .prepare<[string], string | null>('SELECT group_concat(rowid) FROM search WHERE search MATCH ?')
        .pluck(),
      matchIds: db
        .prepare<[string], string | null>('SELECT group_concat(rowid) FROM reference WHERE reference MATCH ?')
        .pluck(),
      ascending: db
        .prepare<[string, number], number>(
          'SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? ORDER BY rowid',
        )
        .pluck(),
      descending: db
        .prepare<[string, number], number>(
          'SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC',
        )
        .pluck(),
      pending: db
        .prepare<[number, string], number>(
          'SELECT key FROM record WHERE key > ? AND id IN (SELECT value FROM json_each(?))',
        )
        .pluck(),
      refer: db
        .prepare<[string, number], number>(
          'SELECT rowid FROM reference WHERE reference MATCH ? ORDER BY rowid LIMIT ?',
        )
        .pluck(),
      referring: db
        .prepare<[string], number>('SELECT count(*) FROM reference WHERE reference MATCH ?')
        .pluck(),
    };
  }

  reset(): void {
    this.#answers.clear();
  }

  /** Keys up to this one are searchable. */
  indexed(): number {
    return Number(this.#sql.indexed.get());
  }

  /**
   * Indexes for about `budgetMs`, one transaction; answers how much is left. Text comes first: it is what is waited for. The order of
   * names follows when all text is searchable, a batch a call.
   */
  some(budgetMs: number): number {
    return this.#file.writeRelaxed(() => {
      const { count } = this.#file.columns;
      const start = this.indexed();
      if (start >= count) {
        this.#names.add();
        return this.#names.due() ? 1 : 0;
      }
      const until = performance.now() + budgetMs;
      const limit = Math.min(count, start + MOST);
      const texts = this.#rows.textsInOrder(limit);
      const words = this.#words;
      let key = start;
      try {
        while (key < limit && (key === start || performance.now() < until)) {
          const first = key + 1;
          words.clear();
          for (const [id, name] of this.#sql.slice.all(key, Math.min(limit, key + SLICE))) {
            key++;
            words.add(key, { id, name }, texts.text(key));
          }
          // One kind of work after the other: each finds its memory in the processor's cache.
          for (let i = 0; i < words.text.records; i++) this.#sql.addText.run(first + i, words.text.record(i));
          for (let i = 0; i < words.ids.records; i++) this.#sql.addIds.run(first + i, words.ids.record(i));
        }
      } finally {
        texts.release();
      }
      this.#sql.advance.run(key);
      return count - key + (this.#names.due() ? 1 : 0);
    });
  }

  /** Indexes everything up to the newest record: before a decision by text, which must not miss any. */
  all(): void {
    while (this.indexed() < this.#file.columns.count) this.some(1000);
  }

  #put({ text, ids }: RecordWords, key: number): void {
    this.#sql.addText.run(key, text);
    this.#sql.addIds.run(key, ids);
  }

  #drop({ text, ids }: RecordWords, key: number): void {
    this.#sql.dropText.run(key, text);
    this.#sql.dropIds.run(key, ids);
  }

  /** @param raw null for what is left of a record whose text is removed */
  #wordsOf(key: number, fields: { id: string; name: string }, raw: Buffer | null): RecordWords {
    const words = this.#words;
    words.clear();
    words.add(key, fields, raw);
    return { text: Buffer.from(words.text.record(0)), ids: Buffer.from(words.ids.record(0)) };
  }

  #textOf(key: number): Buffer | null {
    return this.#rows.isExpired(key) ? null : this.#rows.text(key);
  }

  /** Takes a record whose text is about to be replaced out of the index, and answers how to put it back in. */
  replacing(key: number): () => void {
    const { id, name } = this.#rows.fields(key);
    const rename = this.#names.replacing(key, name);
    const indexed = key <= this.indexed();
    if (indexed) this.#drop(this.#wordsOf(key, { id, name }, this.#textOf(key)), key);
    return () => {
      const now = this.#rows.fields(key).name;
      if (indexed) this.#put(this.#wordsOf(key, { id, name: now }, this.#textOf(key)), key);
      rename(now);
    };
  }

  /** Leaves of a record only what it is called: its text is about to be removed. Inside a write. */
  forgetText(key: number): void {
    const fields = this.#rows.fields(key);
    if (key > this.indexed()) return;
    const before = this.#wordsOf(key, fields, this.#textOf(key));
    const after = this.#wordsOf(key, fields, null);
    if (before.text.equals(after.text) && before.ids.equals(after.ids)) return;
    this.#drop(before, key);
    this.#put(after, key);
  }

  /** Merges about so many pages of what was dropped out of both indexes; `begin` with the first. False once there is nothing to do. */
  mergeSome(pages: number, begin: boolean): boolean {
    const before = Number(this.#sql.changes.get());
    this.#sql.mergeText.run(begin ? -pages : pages);
    this.#sql.mergeIds.run(begin ? -pages : pages);
    // Each command itself counts as a change.
    return Number(this.#sql.changes.get()) - before > 2;
  }

  /** Keys whose text matches what was typed. */
  matching(text: string): KeySet {
    const query = this.#query(text);
    if (query === null) return new KeySet(new Uint32Array());
    const cacheKey = this.#answerKey(query);
    const known = this.#answers.get(cacheKey);
    if (known !== undefined) return known;
    let found = query.words === null ? null : keySetOf(this.#sql.match.get(query.words));
    for (const id of query.ids) {
      let either = keySetOf(this.#sql.match.get(id.text));
      for (const word of id.words) either = either.union(keySetOf(this.#sql.matchIds.get(word)));
      found = found?.intersect(either) ?? either;
    }
    const answer = found ?? new KeySet(new Uint32Array());
    this.#answers.set(cacheKey, answer);
    if (this.#answers.size > CACHED) this.#answers.delete(this.#answers.keys().next().value ?? '');
    return answer;
  }

  #query(text: string): TextQuery | null {
    const types = new Set(STIX_TYPES);
    for (const { type } of this.#file.catalogue.shapes) if (isPlain(type)) types.add(type);
    return searchQuery(text, [...types].slice(0, MOST_TYPES));
  }

  #answerKey(query: TextQuery | null): string {
    return `${this.indexed()} ${this.#file.columns.replacements} ${JSON.stringify(query)}`;
  }

  /** Whether {@link matching} has the answer at hand. */
  knows(text: string): boolean {
    return this.#answers.has(this.#answerKey(this.#query(text)));
  }

  /**
   * Keys of matches after (`asc`) or before (`desc`) a key, one by one: the first page of a word that is everywhere. Null where the
   * answer has to be put together first.
   */
  stream(text: string, dir: 'asc' | 'desc', from: number): Iterable<number> | null {
    const query = this.#query(text);
    if (query === null) return [];
    if (query.words === null || query.ids.length > 0) return null;
    return dir === 'asc'
      ? this.#sql.ascending.iterate(query.words, from)
      : this.#sql.descending.iterate(query.words, from);
  }

  /** Keys of records with one of these object ids, versions and feeds apart. Includes what is not indexed yet. */
  withIds(ids: readonly string[]): KeySet {
    const wanted = new Set(ids);
    const found: number[] = [];
    for (const id of wanted) {
      for (const key of this.#sql.refer.all(`"${MARK.own}${idWord(id)}"`, ALL)) {
        if (this.#rows.fields(key).id === id) found.push(key);
      }
    }
    found.push(...this.#sql.pending.all(this.indexed(), JSON.stringify([...wanted])));
    return KeySet.of(found);
  }

  /** Keys of the first records that refer to this object id, in order. What is not indexed yet is not found. */
  mentioning(id: string, limit: number): number[] {
    return this.#sql.refer.all(referring(id), limit);
  }

  /** How many records {@link mentioning} would find without a limit. */
  mentions(id: string): number {
    return this.#sql.referring.get(referring(id)) ?? 0;
  }
}

const keySetOf = (list: string | null | undefined): KeySet => new KeySet(ascending(keysOf(list ?? '')));

const referring = (id: string): string => `"${MARK.refers}${idWord(id)}"`;
