import { randomInt } from 'node:crypto';
import { giveBack } from '../../give-back.ts';
import type { HeldVersion } from '../source.ts';
import { isMadeId, readVersion } from './cewl-row.ts';

const GONE = 1;
const SEEN = 2;
const MADE = 4;
const STORED = 8;

/** FNV-1a with a beginning of one's own, mixed. */
export function idHash(id: string, seed: number): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/**
 * The newest version of every row that the store holds, and what of it this download brought: about 80 bytes a row, so that a list of
 * 250,000 is compared in memory. Rows are numbered from 0 in the order they became known.
 */
export class RowTable {
  readonly ids: string[] = [];
  /** Open hash table: row + 1, or 0. A Map would take several times the room. */
  #slots = new Uint32Array(2048);
  /** A list made so that its ids collide must not know where they go. */
  readonly #seed = randomInt(0xffff_ffff);
  #digests = new Float64Array(1024);
  #idRefs = new Float64Array(1024);
  #versions = new Uint32Array(1024);
  #keys = new Uint32Array(1024);
  #flags = new Uint8Array(1024);

  /** Takes in what the store holds, in its order. */
  load(versions: readonly HeldVersion[]): void {
    for (const { id, version, key, revoked } of versions) {
      const row = this.row(id);
      const { n, digest } = readVersion(version);
      this.#versions[row] = n;
      this.#digests[row] = digest;
      this.#keys[row] = key;
      this.#flags[row] = STORED | (revoked ? GONE : 0) | (isMadeId(id) ? MADE : 0);
    }
  }

  get length(): number {
    return this.ids.length;
  }

  /** The row of this id, made when it is new. */
  row(id: string): number {
    const slot = this.#slotOf(id);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) return known - 1;
    const row = this.ids.length;
    this.ids.push(id);
    this.#slots[slot] = row + 1;
    if (row === this.#flags.length) this.#grow();
    if (row * 2 > this.#slots.length) this.#spread();
    this.#digests[row] = Number.NaN;
    this.#idRefs[row] = Number.NaN;
    return row;
  }

  /** Where the id is, or where it belongs. */
  #slotOf(id: string): number {
    const mask = this.#slots.length - 1;
    for (let at = idHash(id, this.#seed) & mask; ; at = (at + 1) & mask) {
      const row = this.#slots[at] ?? 0;
      if (row === 0 || this.ids[row - 1] === id) return at;
    }
  }

  #spread(): void {
    this.#slots = new Uint32Array(2 * this.#slots.length);
    for (const [row, id] of this.ids.entries()) this.#slots[this.#slotOf(id)] = row + 1;
  }

  #grow(): void {
    const size = Math.ceil(this.#flags.length * 1.5);
    const grown = <T extends Float64Array | Uint32Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      giveBack(from);
      return to;
    };
    this.#digests = grown(new Float64Array(size), this.#digests);
    this.#idRefs = grown(new Float64Array(size), this.#idRefs);
    this.#versions = grown(new Uint32Array(size), this.#versions);
    this.#keys = grown(new Uint32Array(size), this.#keys);
    this.#flags = grown(new Uint8Array(size), this.#flags);
  }

  /** How many versions of it there are. */
  versions(row: number): number {
    return this.#versions[row] ?? 0;
  }

  /** The store's key of its newest version from before this pull. */
  key(row: number): number {
    return this.#keys[row] ?? 0;
  }

  /** NaN when it is gone or new. */
  digest(row: number): number {
    return this.#digests[row] ?? Number.NaN;
  }

  /** The store held it before this pull, gone or not. */
  wasStored(row: number): boolean {
    return ((this.#flags[row] ?? 0) & STORED) !== 0;
  }

  isGone(row: number): boolean {
    return ((this.#flags[row] ?? 0) & GONE) !== 0;
  }

  isSeen(row: number): boolean {
    return ((this.#flags[row] ?? 0) & SEEN) !== 0;
  }

  /** The highest id_ref that this download brought for it; NaN for none. */
  idRef(row: number): number {
    return this.#idRefs[row] ?? Number.NaN;
  }

  see(row: number, idRef: number | null): void {
    this.#flags[row] = (this.#flags[row] ?? 0) | SEEN;
    this.#idRefs[row] = idRef ?? Number.NaN;
  }

  /** A next version of it is on its way to the store. */
  put(row: number, digest: number): void {
    this.#versions[row] = this.versions(row) + 1;
    this.#digests[row] = digest;
    this.#flags[row] = (this.#flags[row] ?? 0) & ~GONE;
  }

  /** Another text in place of the version on its way. */
  replace(row: number, digest: number): void {
    this.#digests[row] = digest;
  }

  /** Whether the store holds it as part of the list. Rows without a cve are not: nothing says which row they are. */
  isListed(row: number): boolean {
    return ((this.#flags[row] ?? 0) & (STORED | GONE | MADE)) === STORED;
  }
}
