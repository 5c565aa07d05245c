import { keysOf } from './key-set.ts';
import type { StoreFile } from './store-file.ts';

/**
 * Which records are versions of the same row of a table: the same id in the same feed. Mirrored in memory, 16 bytes a version, by number:
 * versions and rows each count from 0, versions in the order of their keys. Empty where there are no tables.
 */
export class RowVersions {
  /** Versions. */
  count = 0;
  rows = 0;
  /** Of each version: its key, the number of its row, the row's version before it (-1: none), the digest of its text. */
  key = new Uint32Array(1024);
  row = new Uint32Array(1024);
  previous = new Int32Array(1024);
  digest = new Uint32Array(1024);
  /** Of each row: its newest version. */
  newest = new Uint32Array(1024);
  /** Records up to this key have been looked at. */
  #upTo = 0;
  #last = 0;
  #replacements = -1;
  readonly #file: StoreFile;
  readonly #added;

  constructor(file: StoreFile) {
    this.#file = file;
    this.#added = file.db.prepare<
      [number],
      { keys: string | null; firsts: string | null; digests: string | null }
    >(
      `SELECT group_concat(key) AS keys, group_concat(first) AS firsts, group_concat(digest) AS digests
       FROM (SELECT key, first, digest FROM cewl WHERE key > ? ORDER BY key)`,
    );
  }

  reset(): void {
    this.count = 0;
    this.rows = 0;
    this.#upTo = 0;
    this.#last = 0;
  }

  /** Takes in what was stored since last time. Inside a read or a write; cheap when nothing was. */
  refresh(): this {
    const { count, replacements } = this.#file.columns;
    // A record that is described anew has another digest.
    if (this.#replacements !== replacements) this.reset();
    this.#replacements = replacements;
    if (this.#upTo >= count) return this;
    const added = this.#added.get(this.#upTo);
    this.#upTo = count;
    if (added === undefined || added.keys === null) return this;
    const keys = keysOf(added.keys);
    const firsts = keysOf(added.firsts ?? '');
    const digests = keysOf(added.digests ?? '');
    this.#reserve(this.count + keys.length);
    for (let n = 0; n < keys.length; n++) {
      const version = this.count++;
      const key = keys[n] ?? 0;
      const first = firsts[n] ?? 0;
      this.key[version] = key;
      this.digest[version] = digests[n] ?? 0;
      const row = first === key ? this.rows++ : (this.row[this.of(first)] ?? 0);
      this.row[version] = row;
      this.previous[version] = first === key ? -1 : (this.newest[row] ?? -1);
      this.newest[row] = version;
    }
    return this;
  }

  #reserve(versions: number): void {
    if (versions <= this.key.length) return;
    const size = Math.ceil(Math.max(versions, this.key.length * 1.5));
    const grown = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    this.key = grown(this.key);
    this.row = grown(this.row);
    this.digest = grown(this.digest);
    this.newest = grown(this.newest);
    const previous = new Int32Array(size);
    previous.set(this.previous);
    this.previous = previous;
  }

  /** The number of the version with this key; -1 for what is no row of a table. Quick for keys asked for in order. */
  of(key: number): number {
    const { key: keys, count } = this;
    const next = this.#last + 1;
    if (next < count && keys[next] === key) {
      this.#last = next;
      return next;
    }
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    if (low >= count || keys[low] !== key) return -1;
    this.#last = low;
    return low;
  }
}
