import type { Sql } from './database.ts';

/** Server text is kept this many bytes to a BLOB; a larger record has one of its own. */
const CHUNK_BYTES = 65_536;
/** Chunks kept after reading or writing (2 MB): neighbours are usually read next, and a stored page is indexed next. */
const CACHED = 32;

interface Chunk {
  first: number;
  ends: Uint32Array;
  bytes: Buffer;
}

/** The server's own bytes of every record, many to a BLOB: fewer rows to write and far fewer to read when delivering. */
export class Texts {
  readonly #cache: Chunk[] = [];
  readonly #insert;
  readonly #find;
  readonly #getReplaced;
  readonly #putReplaced;

  constructor(db: Sql) {
    this.#insert = db.prepare('INSERT INTO chunk VALUES (?, ?, ?)');
    this.#find = db.prepare<[number], { first: number; ends: Buffer; bytes: Buffer }>(
      'SELECT first, ends, bytes FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.#getReplaced = db.prepare<[number], Buffer>('SELECT bytes FROM replaced WHERE key = ?').pluck();
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

  /** The text of one record. It shares memory with its neighbours': do not change it. */
  get(key: number, replaced: boolean): Buffer {
    if (replaced) {
      const text = this.#getReplaced.get(key);
      if (text !== undefined) return text;
    }
    const chunk = this.#chunkOf(key);
    const at = key - chunk.first;
    return chunk.bytes.subarray(at === 0 ? 0 : chunk.ends[at - 1], chunk.ends[at]);
  }

  #chunkOf(key: number): Chunk {
    for (let i = this.#cache.length - 1; i >= 0; i--) {
      const chunk = this.#cache[i];
      if (chunk !== undefined && key >= chunk.first && key < chunk.first + chunk.ends.length) return chunk;
    }
    const row = this.#find.get(key);
    if (row === undefined) throw new Error(`record ${key} has no text`);
    const ends = new Uint32Array(row.ends.length / 4);
    for (let i = 0; i < ends.length; i++) ends[i] = row.ends.readUInt32LE(i * 4);
    return this.#keep({ first: row.first, ends, bytes: row.bytes });
  }

  #keep(chunk: Chunk): Chunk {
    // A huge text is not worth the memory.
    if (chunk.bytes.length > 2 * CHUNK_BYTES) return chunk;
    this.#cache.push(chunk);
    if (this.#cache.length > CACHED) this.#cache.shift();
    return chunk;
  }
}
