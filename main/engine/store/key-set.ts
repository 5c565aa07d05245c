/** A sparse or dense set of record keys, in order. */
export class KeySet {
  /** Ascending, without repeats. */
  readonly list: Uint32Array;
  #bits: Uint8Array | null = null;

  constructor(ascending: Uint32Array) {
    this.list = ascending;
  }

  static of(keys: Iterable<number>): KeySet {
    const sorted = Uint32Array.from(new Set(keys)).sort();
    return new KeySet(sorted);
  }

  has(key: number): boolean {
    const bits = this.#bits ?? this.#spread();
    return ((bits[key >> 3] ?? 0) & (1 << (key & 7))) !== 0;
  }

  #spread(): Uint8Array {
    const bits = new Uint8Array(((this.list.at(-1) ?? 0) >> 3) + 1);
    for (const key of this.list) bits[key >> 3] = (bits[key >> 3] ?? 0) | (1 << (key & 7));
    this.#bits = bits;
    return bits;
  }

  /** Index of the first key not below `key`. */
  from(key: number): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.list[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  intersect(other: KeySet): KeySet {
    const [small, large] = this.list.length <= other.list.length ? [this, other] : [other, this];
    return new KeySet(small.list.filter((key) => large.has(key)));
  }
}
