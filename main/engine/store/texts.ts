import { giveBack } from '../give-back.ts';
import type { Sql } from './database.ts';

/** Server text is kept this many bytes to a BLOB; a larger record has one of its own. */
const CHUNK_BYTES = 65_536;
/** Chunks kept after reading or writing (2 MB): neighbours are usually read next, and a stored page is indexed next. */
const CACHED = 32;
/** Chunks read at a time where one text after the other is wanted. */
const AT_A_TIME = 4;

interface ChunkRow {
  first: number;
  ends: Buffer;
  bytes: Buffer;
}

interface Chunk {
  first: number;
  ends: Uint32Array;
  bytes: Buffer;
}

/**
 * Neighbouring texts read apart from the cache, for one pass over many. Its memory is the reader's own: giving it back by hand spares a new
 * piece of memory for every chunk, and the garbage collector the work.
 */
export class TextRun {
  readonly first: number;
  readonly last: number;
  /** All texts, one after the other. */
  readonly bytes: Buffer;
  /** Where each text ends in `bytes`. */
  readonly ends: Uint32Array;

  constructor(chunk: Chunk) {
    this.first = chunk.first;
    this.last = chunk.first + chunk.ends.length - 1;
    this.ends = chunk.ends;
    this.bytes = chunk.bytes;
  }

  /** The text of a key from `first` to `last`; gone after {@link release}. */
  text(key: number): Buffer {
    const at = key - this.first;
    return this.bytes.subarray(at === 0 ? 0 : this.ends[at - 1], this.ends[at]);
  }

  /** Frees the memory at once. Every text taken from here is empty afterwards. */
  release(): void {
    giveBack(this.bytes);
  }
}

/**
 * Texts asked for in ascending order, up to a key: read some pieces at a time, and each piece's memory given back as soon as it has been gone
 * through. A text is good until the next one is asked for.
 */
export class TextsInOrder {
  readonly #read: (key: number) => TextRun[];
  #runs: TextRun[] = [];

  constructor(read: (key: number) => TextRun[]) {
    this.#read = read;
  }

  text(key: number): Buffer {
    let run = this.#runs[0];
    while (run !== undefined && key > run.last) {
      run.release();
      this.#runs.shift();
      run = this.#runs[0];
    }
    if (run === undefined || key < run.first) {
      this.release();
      this.#runs = this.#read(key);
      run = this.#runs[0] as TextRun;
    }
    return run.text(key);
  }

  release(): void {
    for (const run of this.#runs) run.release();
    this.#runs = [];
  }
}

/** The server's own bytes of every record, many to a BLOB: fewer rows to write and far fewer to read when delivering. */
export class Texts {
  readonly #cache: Chunk[] = [];
  readonly #insert;
  readonly #find;
  readonly #from;
  readonly #getReplaced;
  readonly #putReplaced;
  readonly #dropReplaced;
  readonly #rewrite;

  constructor(db: Sql) {
    this.#insert = db.prepare('INSERT INTO chunk VALUES (?, ?, ?)');
    this.#find = db.prepare<[number], ChunkRow>(
      'SELECT first, ends, bytes FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.#from = db
      .prepare<[number, number, number], [first: number, ends: Buffer, bytes: Buffer]>(
        `SELECT first, ends, bytes FROM chunk
         WHERE first >= (SELECT max(first) FROM chunk WHERE first <= ?) AND first <= ? ORDER BY first LIMIT ?`,
      )
      .raw();
    this.#getReplaced = db.prepare<[number], Buffer>('SELECT bytes FROM replaced WHERE key = ?').pluck();
    this.#dropReplaced = db.prepare('DELETE FROM replaced WHERE key = ?');
    this.#rewrite = db.prepare('UPDATE chunk SET ends = ?, bytes = ? WHERE first = ?');
    this.#putReplaced = db.prepare('INSERT OR REPLACE INTO replaced VALUES (?, ?)');
  }

  /** Forgets cached text, after a rollback. */
  reset(): void {
    this.#cache.length = 0;
  }

  /** Stores the texts of consecutive new keys. */
  append(first: number, texts: readonly Uint8Array[]): void {
    for (let from = 0; from < texts.length; ) {
      let size = 0;
      let to = from;
      for (; to < texts.length; to++) {
        const length = texts[to]?.length ?? 0;
        if (to > from && size + length > CHUNK_BYTES) break;
        size += length;
      }
      const part = texts.slice(from, to);
      const ends = new Uint32Array(part.length);
      let end = 0;
      part.forEach((text, i) => {
        end += text.length;
        ends[i] = end;
      });
      const bytes = Buffer.concat(part, size);
      this.#insert.run(first + from, Buffer.from(ends.buffer), bytes);
      this.#keep({ first: first + from, ends, bytes });
      from = to;
    }
  }

  replace(key: number, text: Uint8Array): void {
    this.#putReplaced.run(key, text);
  }

  /** Removes the texts of these keys, ascending; they are empty from then on. Their neighbours' stay. */
  remove(keys: readonly number[]): void {
    for (let at = 0; at < keys.length; ) {
      const chunk = this.#read(keys[at] ?? 0);
      const after = chunk.first + chunk.ends.length;
      const gone = new Set<number>();
      for (let key = keys[at]; key !== undefined && key < after; key = keys[++at]) {
        gone.add(key);
        this.#dropReplaced.run(key);
      }
      const kept: Buffer[] = [];
      const ends = new Uint32Array(chunk.ends.length);
      let end = 0;
      for (let i = 0, from = 0; i < ends.length; i++) {
        const to = chunk.ends[i] ?? 0;
        if (!gone.has(chunk.first + i)) {
          kept.push(chunk.bytes.subarray(from, to));
          end += to - from;
        }
        ends[i] = end;
        from = to;
      }
      this.#rewrite.run(Buffer.from(ends.buffer), Buffer.concat(kept, end), chunk.first);
    }
    this.reset();
  }

  /** The text of one record. It shares memory with its neighbours': do not change it. */
  get(key: number, replaced: boolean): Buffer {
    if (replaced) {
      const text = this.replacement(key);
      if (text !== undefined) return text;
    }
    const chunk = this.#chunkOf(key);
    const at = key - chunk.first;
    return chunk.bytes.subarray(at === 0 ? 0 : chunk.ends[at - 1], chunk.ends[at]);
  }

  /** The text that came later for this key. */
  replacement(key: number): Buffer | undefined {
    return this.#getReplaced.get(key);
  }

  /** The texts stored together with that of `key`, and those stored next to them up to the one of `to`: so many pieces at most. */
  runs(key: number, to: number, most: number): TextRun[] {
    const rows = this.#from.all(key, to, most);
    if (rows.length === 0) throw new Error(`record ${key} has no text`);
    return rows.map(([first, ends, bytes]) => new TextRun(chunkOf({ first, ends, bytes })));
  }

  /** The stored texts up to the one of `to`; what came later for a key is not among them. */
  inOrder(to: number): TextsInOrder {
    return new TextsInOrder((key) => this.runs(key, to, AT_A_TIME));
  }

  #chunkOf(key: number): Chunk {
    for (let i = this.#cache.length - 1; i >= 0; i--) {
      const chunk = this.#cache[i];
      if (chunk !== undefined && key >= chunk.first && key < chunk.first + chunk.ends.length) return chunk;
    }
    return this.#keep(this.#read(key));
  }

  #read(key: number): Chunk {
    const row = this.#find.get(key);
    if (row === undefined) throw new Error(`record ${key} has no text`);
    return chunkOf(row);
  }

  #keep(chunk: Chunk): Chunk {
    // A huge text is not worth the memory.
    if (chunk.bytes.length > 2 * CHUNK_BYTES) return chunk;
    this.#cache.push(chunk);
    if (this.#cache.length > CACHED) this.#cache.shift();
    return chunk;
  }
}

function chunkOf(row: ChunkRow): Chunk {
  const ends = new Uint32Array(row.ends.length / 4);
  for (let i = 0; i < ends.length; i++) ends[i] = row.ends.readUInt32LE(i * 4);
  return { first: row.first, ends, bytes: row.bytes };
}
