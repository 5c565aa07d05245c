/**
 * Whether a page holds anything that this series has not brought before, in two megabytes whatever the size of the collection.
 * A Bloom filter: it may call something old that is new (one in hundreds of thousands up to 100,000 records), never the reverse,
 * so it is used to notice servers that go round in circles and nothing else.
 */
export class SeenInSeries {
  readonly #bits = new Uint32Array(1 << 19);

  /** Remembers it; true when it was new. */
  add(id: string, version: string): boolean {
    let a = 0x811c9dc5;
    let b = 0x1000193;
    for (let i = 0; i < id.length; i++) {
      const c = id.charCodeAt(i);
      a = Math.imul(a ^ c, 0x01000193);
      b = Math.imul(b + c, 0x85ebca6b) ^ (b >>> 13);
    }
    a = Math.imul(a ^ 0xff, 0x01000193);
    for (let i = 0; i < version.length; i++) {
      const c = version.charCodeAt(i);
      a = Math.imul(a ^ c, 0x01000193);
      b = Math.imul(b + c, 0x85ebca6b) ^ (b >>> 13);
    }
    let fresh = false;
    for (let k = 0; k < 3; k++) {
      const bit = (a + Math.imul(k, b | 1)) >>> 8;
      const word = bit >>> 5;
      const mask = 1 << (bit & 31);
      const held = this.#bits[word] ?? 0;
      if ((held & mask) === 0) {
        fresh = true;
        this.#bits[word] = held | mask;
      }
    }
    return fresh;
  }
}
