import { BACKSLASH, QUOTE } from './scan.ts';

export interface Unescaped {
  /** UTF-8. */
  bytes: Buffer;
  /** How much was read; less than there is when an escape is not whole yet. Negative: no JSON string. */
  read: number;
  /** The closing quote was read. */
  closed: boolean;
}

const SIMPLE = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([from, to]) => [from.charCodeAt(0), to.charCodeAt(0)],
  ),
);
const LETTER_U = 0x75;

const REPLACEMENT = 0xfffd;

/** Takes the escapes out of a JSON string (RFC 8259 section 7) that arrives in pieces, after its opening quote. */
export class Unescaper {
  /** A first half of a surrogate pair that waits for the second. */
  #high = 0;

  /** Reads from `from` to the end of the window or of the string. A lone surrogate becomes U+FFFD. */
  read(window: Buffer, from: number): Unescaped {
    // No escape is shorter than what it stands for; a waiting half may add a replacement character.
    const out = Buffer.allocUnsafe(window.length - from + 3);
    let to = 0;
    let at = from;
    let closed = false;
    while (at < window.length) {
      const c = window[at] as number;
      if (c === BACKSLASH) {
        const letter = window[at + 1];
        const length = letter === LETTER_U ? 6 : 2;
        if (letter === undefined || at + length > window.length) break;
        const unit = letter === LETTER_U ? hex(window, at + 2) : (SIMPLE.get(letter) ?? -1);
        if (unit < 0) return { bytes: out.subarray(0, 0), read: -1, closed: false };
        to = this.#unit(unit, out, to);
        at += length;
        continue;
      }
      if (this.#high !== 0) to = this.#lone(out, to);
      at++;
      if (c === QUOTE) {
        closed = true;
        break;
      }
      out[to++] = c;
    }
    return { bytes: out.subarray(0, to), read: at - from, closed };
  }

  /** Writes a UTF-16 code unit as UTF-8, with its other half when it has one. Answers where the text goes on. */
  #unit(unit: number, out: Buffer, to: number): number {
    if (this.#high !== 0 && unit >= 0xdc00 && unit <= 0xdfff) {
      const pair = String.fromCharCode(this.#high, unit);
      this.#high = 0;
      return to + out.write(pair, to, 'utf8');
    }
    const after = this.#high === 0 ? to : this.#lone(out, to);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      this.#high = unit;
      return after;
    }
    if (unit < 0x80) {
      out[after] = unit;
      return after + 1;
    }
    return after + out.write(String.fromCharCode(unit), after, 'utf8');
  }

  #lone(out: Buffer, to: number): number {
    this.#high = 0;
    return to + out.write(String.fromCharCode(REPLACEMENT), to, 'utf8');
  }
}

/** The value of four hexadecimal digits, or -1. */
function hex(window: Buffer, at: number): number {
  const digits = window.toString('latin1', at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}
