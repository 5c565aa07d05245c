import type { HeldVersion } from '../source.ts';
import { isMadeId, readVersion } from './cewl-row.ts';

const GONE = 1;
const SEEN = 2;
const MADE = 4;
const STORED = 8;

/**
 * The newest version of every row that the store holds, and what of it this download brought: about 100 bytes a row, so that a list of
 * 250,000 is compared in memory. Rows are numbered from 0 in the order they became known.
 */
export class RowTable {
  readonly ids: string[] = [];
  readonly #index = new Map<string, number>();
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
    const known = this.#index.get(id);
    if (known !== undefined) return known;
    const row = this.ids.length;
    if (row === this.#flags.length) this.#grow();
    this.ids.push(id);
    this.#index.set(id, row);
    this.#digests[row] = Number.NaN;
    this.#idRefs[row] = Number.NaN;
    return row;
  }

  #grow(): void {
    const size = Math.ceil(this.#flags.length * 1.5);
    const grown = <T extends Float64Array | Uint32Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
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
