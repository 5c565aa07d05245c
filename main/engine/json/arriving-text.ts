import type { SluiceError } from '../../../shared/errors.ts';
import { deepestMet, END, MAX_DEPTH, malformed, skipSpace, truncated, valueEnd } from './scan.ts';

/** A value longer than this is taken for broken. Bytes. */
export const LONGEST_MEMBER = 4_000_000;
const FIRST_BYTES = 131_072;
/** In place of the length of a value that is longer than the longest member. */
export const TOO_LONG = -3;

/** Work on a text that goes on when more of it has arrived. */
export type Waiting<T = void> = Generator<undefined, T, undefined>;

/** JSON text that arrives in pieces, and the part of it that is still of use. Nothing answered depends on how it was cut into pieces. */
export class ArrivingText {
  /** Good until the next piece. */
  window: Buffer = Buffer.alloc(0);
  /** What is before this place in the window has been dealt with. */
  at = 0;
  ended = false;
  /** Whether the value measured last nests too deeply. */
  deep = false;
  /** Bytes before the window. */
  #passed = 0;
  /** What the window lies in: used again and again, since a body of many pieces would else leave as many for the garbage collector. */
  #memory: Buffer = Buffer.alloc(0);
  #arrived: Buffer[] = [];
  #waiting = 0;
  /** Looking again is not worth it before the window holds so many bytes. */
  #wanted = 0;

  /** Answers whether it is worth looking again. */
  push(piece: Buffer): boolean {
    this.#arrived.push(piece);
    this.#waiting += piece.length;
    if (this.window.length - this.at + this.#waiting < this.#wanted) return false;
    this.#move();
    return true;
  }

  end(): void {
    this.ended = true;
    this.#move();
  }

  #move(): void {
    this.#passed += this.at;
    const rest = this.window.subarray(this.at);
    const length = rest.length + this.#waiting;
    if (length > this.#memory.length)
      this.#memory = Buffer.allocUnsafeSlow(Math.max(length, FIRST_BYTES, 2 * this.#memory.length));
    rest.copy(this.#memory);
    let to = rest.length;
    for (const piece of this.#arrived) to += piece.copy(this.#memory, to);
    this.window = this.#memory.subarray(0, length);
    this.at = 0;
    this.#arrived = [];
    this.#waiting = 0;
    this.#wanted = 0;
  }

  /** Length of the value that begins `from` bytes ahead; END when the text ends first, MISMATCH, or TOO_LONG. */
  *valueLength(from: number): Waiting<number> {
    for (;;) {
      const end = valueEnd(this.window, this.at + from);
      this.deep = deepestMet() > MAX_DEPTH;
      const length = end < 0 ? end : end - this.at - from;
      if (length > LONGEST_MEMBER) return TOO_LONG;
      if (length !== END) return length;
      const held = this.window.length - this.at;
      // One byte more: a number ends where something else begins.
      if (held - from > LONGEST_MEMBER + 1) return TOO_LONG;
      if (this.ended) return END;
      this.#wanted = held + (held >> 2) + 1;
      yield;
    }
  }

  /** Offset of the first byte from `from` on that is no space; END when the text ends first. */
  *skip(from: number): Waiting<number> {
    for (;;) {
      const at = skipSpace(this.window, this.at + from);
      if (at < this.window.length) return at - this.at;
      if (this.ended) return END;
      yield;
    }
  }

  /** Goes to the next byte that is no space and answers it, or END. */
  *byte(): Waiting<number> {
    const offset = yield* this.skip(0);
    if (offset === END) return END;
    this.at += offset;
    return this.window[this.at] ?? END;
  }

  truncated(): SluiceError {
    return truncated(this.#passed + this.window.length);
  }

  malformed(): SluiceError {
    return malformed(this.place());
  }

  /** Where in the whole text the current place is. Bytes. */
  place(): number {
    return this.#passed + this.at;
  }
}
