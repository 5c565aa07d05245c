/** Room for the words of some usual records. Bytes. */
const USUAL = 131_072;
/** More than this is not kept for the next ones. */
const KEPT = 4_194_304;

/** Words of several records one after the other, as UTF-8, in memory that is used again. */
export class WordBytes {
  bytes = Buffer.allocUnsafeSlow(USUAL);
  used = 0;
  readonly #ends: number[] = [];

  clear(): void {
    this.used = 0;
    this.#ends.length = 0;
    if (this.bytes.length > KEPT) this.bytes = Buffer.allocUnsafeSlow(USUAL);
  }

  /** Where the words of the record at hand begin. */
  get start(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** The record at hand has all of its words. */
  end(): void {
    this.#ends.push(this.used);
  }

  get records(): number {
    return this.#ends.length;
  }

  /** Words of record n, from 0: a view, good until {@link clear}. */
  record(n: number): Buffer {
    return this.bytes.subarray(n === 0 ? 0 : this.#ends[n - 1], this.#ends[n]);
  }

  /** Adds text that needs a word's end behind it, which is a line feed. */
  add(text: string): void {
    this.#makeRoom(text.length * 3 + 1);
    this.used += this.bytes.write(text, this.used, 'utf8');
    this.bytes[this.used++] = 0x0a;
  }

  /** Adds a mark's letter, bytes of a text, and a line feed. */
  copy(mark: string, from: Buffer, start: number, end: number): void {
    this.#makeRoom(end - start + 2);
    if (mark !== '') this.bytes[this.used++] = mark.charCodeAt(0);
    from.copy(this.bytes, this.used, start, end);
    this.used += end - start;
    this.bytes[this.used++] = 0x0a;
  }

  #makeRoom(more: number): void {
    const needed = this.used + more;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(needed * 2);
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}
