import type { Sql } from './database.ts';

/** Reads a feed's arrivals above a key with their hashes. */
export function arrivalHashes(db: Sql) {
  return db.prepare<[number, number], { first: number; records: number; hashes: Buffer }>(
    'SELECT first, records, hashes FROM arrival WHERE feed = ? AND first > ? ORDER BY first',
  );
}
type ArrivalHashes = ReturnType<typeof arrivalHashes>;

/** u32 of an identity: FNV-1a, mixed. Not unique: a hit is checked against the record itself. */
export function identityHash(id: string, version: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ 0x1f, 0x01000193);
  for (let i = 0; i < version.length; i++) h = Math.imul(h ^ version.charCodeAt(i), 0x01000193);
  return mixed(h);
}

function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** u32 of a text: FNV-1a, mixed. Equal texts have the same; different ones almost never. */
export function textHash(text: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ (text[i] ?? 0), 0x01000193);
  return mixed(h);
}

/**
 * Which identities a feed already holds: an open hash table of 8 bytes a slot, read from the arrivals' hashes when a pull
 * first stores a page. A unique index in the file would cost a random page write a record at a million records.
 */
export class IdentityTable {
  #slots = 1 << 12;
  #hashes = new Uint32Array(this.#slots);
  #keys = new Uint32Array(this.#slots);
  #used = 0;
  /** Keys up to this one are in the table. */
  #upTo = 0;
  readonly #feed: number;

  constructor(feed: number) {
    this.#feed = feed;
  }

  /** Adds what this feed got since last time, from this process or another. Inside a transaction. */
  refresh(arrivals: ArrivalHashes): void {
    for (const { first, records, hashes } of arrivals.iterate(this.#feed, this.#upTo)) {
      for (let i = 0; i < records; i++) this.add(hashes.readUInt32LE(i * 4), first + i);
      this.#upTo = first + records - 1;
    }
  }

  /** Says that keys up to this one are in the table already. */
  covers(key: number): void {
    this.#upTo = key;
  }

  add(hash: number, key: number): void {
    if (this.#used * 5 >= this.#slots * 3) this.#grow();
    this.#put(hash, key);
    this.#used++;
  }

  #put(hash: number, key: number): void {
    const mask = this.#slots - 1;
    let at = hash & mask;
    while (this.#keys[at] !== 0) at = (at + 1) & mask;
    this.#hashes[at] = hash;
    this.#keys[at] = key;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const keys = this.#keys;
    this.#slots *= 2;
    this.#hashes = new Uint32Array(this.#slots);
    this.#keys = new Uint32Array(this.#slots);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      if (key !== 0) this.#put(hashes[i] ?? 0, key);
    }
  }

  /** Keys whose hash is this one, usually none or one. */
  candidates(hash: number): number[] {
    const mask = this.#slots - 1;
    const found: number[] = [];
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const key = this.#keys[at] ?? 0;
      if (key === 0) return found;
      if (this.#hashes[at] === hash) found.push(key);
    }
  }
}
