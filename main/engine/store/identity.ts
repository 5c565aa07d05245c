import type { Sql } from './database.ts';

/** Reads a feed's arrivals above a key with their hashes. */
export function arrivalHashes(db: Sql) {
  return db.prepare<[number, number], { first: number; records: number; hashes: Buffer }>(
    'SELECT first, records, hashes FROM arrival WHERE feed = ? AND first > ? ORDER BY first',
  );
}
type ArrivalHashes = ReturnType<typeof arrivalHashes>;

/** Both halves of the hash of an identity. Not cryptographic: a hit is checked against the record itself. */
export function identityHash(id: string, version: string, out: Uint32Array): void {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < id.length; i++) {
    const c = id.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  a = Math.imul(a ^ 0x1f, 0x01000193);
  for (let i = 0; i < version.length; i++) {
    const c = version.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x5bd1e995);
    b ^= b >>> 15;
  }
  out[0] = mix(a);
  out[1] = mix(b);
}

function mix(h: number): number {
  let x = h;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/**
 * Which identities a feed already holds: an open hash table of 12 bytes a slot, read from the arrivals' hashes when a pull
 * first stores a page. A unique index in the file would cost a random page write a record at a million records.
 */
export class IdentityTable {
  #slots = 1 << 12;
  #heads = new Uint32Array(this.#slots);
  #tags = new Uint32Array(this.#slots);
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
      for (let i = 0; i < records; i++) {
        this.add(hashes.readUInt32LE(i * 8), hashes.readUInt32LE(i * 8 + 4), first + i);
      }
      this.#upTo = first + records - 1;
    }
  }

  /** Says that keys up to this one are in the table already. */
  covers(key: number): void {
    this.#upTo = key;
  }

  add(head: number, tag: number, key: number): void {
    if (this.#used * 5 >= this.#slots * 3) this.#grow();
    this.#put(head, tag, key);
    this.#used++;
  }

  #put(head: number, tag: number, key: number): void {
    const mask = this.#slots - 1;
    let at = head & mask;
    while (this.#keys[at] !== 0) at = (at + 1) & mask;
    this.#heads[at] = head;
    this.#tags[at] = tag;
    this.#keys[at] = key;
  }

  #grow(): void {
    const heads = this.#heads;
    const tags = this.#tags;
    const keys = this.#keys;
    this.#slots *= 2;
    this.#heads = new Uint32Array(this.#slots);
    this.#tags = new Uint32Array(this.#slots);
    this.#keys = new Uint32Array(this.#slots);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] ?? 0;
      if (key !== 0) this.#put(heads[i] ?? 0, tags[i] ?? 0, key);
    }
  }

  /** Keys whose hash is this one, usually none or one. */
  candidates(head: number, tag: number): number[] {
    const mask = this.#slots - 1;
    const wantedHead = head >>> 0;
    const wantedTag = tag >>> 0;
    const found: number[] = [];
    for (let at = wantedHead & mask; ; at = (at + 1) & mask) {
      const key = this.#keys[at] ?? 0;
      if (key === 0) return found;
      if (this.#tags[at] === wantedTag && this.#heads[at] === wantedHead) found.push(key);
    }
  }
}
