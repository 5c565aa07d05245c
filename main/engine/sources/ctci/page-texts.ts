/** Room for the texts of a page of usual rows. Bytes. */
const USUAL_BYTES = 1_000_000;

/** Copies of texts that are good until the page they belong to is stored, in memory that is used again for the next. */
export class PageTexts {
  readonly #memory = Buffer.allocUnsafeSlow(USUAL_BYTES);
  #used = 0;

  keep(text: Buffer): Buffer {
    const end = this.#used + text.length;
    if (end > this.#memory.length) return Buffer.from(text);
    text.copy(this.#memory, this.#used);
    const copy = this.#memory.subarray(this.#used, end);
    this.#used = end;
    return copy;
  }

  clear(): void {
    this.#used = 0;
  }
}
