import { SluiceError } from '../../../shared/errors.ts';
import { ArrivingText, LONGEST_MEMBER, TOO_LONG, type Waiting } from './arriving-text.ts';
import type { CutItem } from './cut.ts';
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  END,
  MISMATCH,
  mismatchMet,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  startOf,
  tooDeep,
  trimEnd,
} from './scan.ts';
import { Unescaper } from './unescape.ts';

/**
 * Cuts the members of one list out of a body of JSON while it still arrives. What comes out does not depend on how the body was cut into
 * pieces: every decision waits until all it rests on is there.
 */

/** How far the search for the next whole member goes after a broken one. Bytes. */
const REACH = 2 * LONGEST_MEMBER;
/** What that search may look at for one broken member: bytes, and places tried. */
const SEARCH_BYTES = 16_000_000;
const SEARCH_TRIES = 2_000;
/** The letters of `\n`, `\r`, `\t`. */
const ESCAPED_SPACE = new Set<number | undefined>([0x6e, 0x72, 0x74]);

export interface ListCutterOptions {
  /** Names, lower case, of members of the body that the list may be: the first that is a list with anything in it. */
  lists: readonly string[];
  /** Whether an object can be a member of the list by itself: where the list goes on after a broken member. */
  isMember(value: object): boolean;
  /** Gets each member as soon as it is whole. Its bytes are good until the next piece is pushed. Must not throw. */
  take(item: CutItem): void;
  /** This body is itself the text of a string: no further text is looked into. */
  inText?: true;
}

export class ListCutter {
  /** The body's other members, parsed, under the names the body gives them. */
  readonly members = new Map<string, unknown>();
  /** What the list was called; null while there is none; empty when the body itself is the list. */
  list: string | null = null;
  readonly #options: ListCutterOptions;
  readonly #text = new ArrivingText();
  readonly #work: Waiting;

  constructor(options: ListCutterOptions) {
    this.#options = options;
    this.#work = this.#body();
  }

  /**
   * The next piece of the body. What came before a mistake in it has been taken when this throws.
   * @throws SluiceError `json.malformed`, `json.too-deep`, `json.no-list`
   */
  push(piece: Buffer): void {
    if (this.#text.push(piece)) this.#work.next();
  }

  /**
   * The body is over.
   * @throws SluiceError `json.truncated` when it ends too early, and as {@link push}
   */
  end(): void {
    this.#text.end();
    this.#work.next();
  }

  *#body(): Waiting {
    while (this.#text.window.length < 3 && !this.#text.ended) yield;
    this.#text.at = startOf(this.#text.window);
    const first = yield* this.#text.byte();
    if (first === OPEN_BRACKET) yield* this.#cutList('');
    else if (first === OPEN_BRACE) yield* this.#object();
    else if (first === END) throw this.#text.truncated();
    else throw noList('The answer is no JSON object or list.', this.#text.place());
    if ((yield* this.#text.byte()) !== END) throw this.#text.malformed();
  }

  *#object(): Waiting {
    this.#text.at++;
    let c = yield* this.#text.byte();
    if (c === CLOSE_BRACE) {
      this.#text.at++;
      return;
    }
    for (;;) {
      if (c === END) throw this.#text.truncated();
      if (c !== QUOTE) throw this.#text.malformed();
      const name = yield* this.#parsed();
      c = yield* this.#text.byte();
      if (c === END) throw this.#text.truncated();
      if (c !== COLON || typeof name !== 'string') throw this.#text.malformed();
      this.#text.at++;
      yield* this.#member(name, yield* this.#text.byte());
      c = yield* this.#text.byte();
      if (c === END) throw this.#text.truncated();
      if (c !== COMMA && c !== CLOSE_BRACE) throw this.#text.malformed();
      this.#text.at++;
      if (c === CLOSE_BRACE) return;
      c = yield* this.#text.byte();
    }
  }

  *#member(name: string, first: number): Waiting {
    const listed = this.#options.lists.includes(name.toLowerCase());
    const mayBeText = listed && first === QUOTE && this.list === null && !this.#options.inText;
    if (listed && first === OPEN_BRACKET) yield* this.#cutList(name);
    else if (mayBeText && (yield* this.#holdsJson())) yield* this.#cutText(name);
    else this.members.set(name, yield* this.#parsed());
  }

  /** Reads `[`…`]`. Of several lists the first that holds anything counts. */
  *#cutList(name: string): Waiting {
    const counts = this.list === null;
    this.#text.at++;
    if ((yield* this.#text.byte()) === CLOSE_BRACKET) {
      this.#text.at++;
      // Another may hold something.
      if (counts) this.members.set(name, []);
      return;
    }
    if (counts) this.list = name;
    for (;;) {
      const length = yield* this.#text.valueLength(0);
      const deep = this.#text.deep;
      const after = length < 0 ? END : yield* this.#text.skip(length);
      const separator = after === END ? END : this.#text.window[this.#text.at + after];
      if (separator === COMMA || separator === CLOSE_BRACKET) {
        // Brackets balanced: whether the text between them is JSON is seen when it is parsed.
        this.#put(counts, length, deep ? 'too-deep' : null);
        this.#text.at += after + 1;
        if (separator === CLOSE_BRACKET) return;
      } else {
        // A body that was cut is well formed up to there: crossed brackets or stray bytes are never a cut's doing.
        const stray = length === MISMATCH || length === TOO_LONG || separator !== END;
        const next = yield* this.#afterBroken(name === '', stray);
        this.#put(counts, next.broken, 'malformed');
        this.#text.at += next.past;
        if (next.last) return;
      }
      yield* this.#text.byte();
    }
  }

  #put(counts: boolean, length: number, fault: CutItem['fault']): void {
    if (counts)
      this.#options.take({ bytes: this.#text.window.subarray(this.#text.at, this.#text.at + length), fault });
  }

  /**
   * Where the list goes on after a member whose brackets do not balance: at the next `, {` that begins a whole object which can be a member
   * by itself, so that lists inside of members are not taken for the list. Offsets from the broken member's beginning.
   */
  *#afterBroken(bare: boolean, stray: boolean): Waiting<{ broken: number; past: number; last: boolean }> {
    let bytes = SEARCH_BYTES;
    let tries = SEARCH_TRIES;
    for (let comma = 0; bytes > 0 && tries > 0; comma++) {
      comma = yield* this.#nextComma(comma);
      if (comma === END) break;
      const start = yield* this.#text.skip(comma + 1);
      if (start === END) break;
      if (this.#text.window[this.#text.at + start] !== OPEN_BRACE) continue;
      tries--;
      const length = yield* this.#text.valueLength(start);
      bytes -= this.#looked(length, start);
      if (length < 0 || !this.#standsAlone(start, length)) continue;
      const after = yield* this.#text.skip(start + length);
      const separator = after === END ? END : this.#text.window[this.#text.at + after];
      if (separator === COMMA || separator === CLOSE_BRACKET)
        return { broken: this.#trimmed(comma), past: comma + 1, last: false };
    }
    if (!stray) throw this.#text.truncated();
    if (!this.#text.ended) throw this.#text.malformed();
    return this.#brokenLast(bare);
  }

  /** Offset of the next comma from `from` on; END when there is none in reach. */
  *#nextComma(from: number): Waiting<number> {
    for (let seen = from; ; seen = Math.max(from, this.#text.window.length - this.#text.at), yield) {
      const comma = this.#text.window.indexOf(COMMA, this.#text.at + seen) - this.#text.at;
      if (comma > REACH) return END;
      if (comma >= 0) return comma;
      if (this.#text.ended || this.#text.window.length - this.#text.at > REACH) return END;
    }
  }

  #looked(length: number, start: number): number {
    if (length === MISMATCH) return mismatchMet() - this.#text.at - start;
    return length < 0 ? LONGEST_MEMBER : length;
  }

  #standsAlone(start: number, length: number): boolean {
    try {
      const from = this.#text.at + start;
      const value: unknown = JSON.parse(this.#text.window.toString('utf8', from, from + length));
      return typeof value === 'object' && value !== null && this.#options.isMember(value);
    } catch {
      return false;
    }
  }

  /**
   * The broken member was the last, if the body ends as a body does: `]`, and with a list in an object plain members and `}`. Never asked of
   * a body that may have been cut: its inner brackets would pass for the list's own end.
   */
  #brokenLast(bare: boolean): { broken: number; past: number; last: boolean } {
    const close = this.#text.window.lastIndexOf(CLOSE_BRACKET) - this.#text.at;
    if (close <= 0) throw this.#text.malformed();
    const rest = this.#text.window.toString('utf8', this.#text.at + close + 1);
    try {
      JSON.parse(bare ? `[${rest}]` : `{"_":0${rest}`);
    } catch {
      throw this.#text.malformed();
    }
    if (bare && rest.trim() !== '') throw this.#text.malformed();
    return { broken: this.#trimmed(close), past: close + 1, last: true };
  }

  #trimmed(offset: number): number {
    return trimEnd(this.#text.window, this.#text.at, this.#text.at + offset) - this.#text.at;
  }

  /** Whether the string at hand begins as JSON text does. */
  *#holdsJson(): Waiting<boolean> {
    for (let offset = 1; offset <= LONGEST_MEMBER; offset++) {
      offset = yield* this.#text.skip(offset);
      if (offset === END) return false;
      const c = this.#text.window[this.#text.at + offset];
      if (c !== BACKSLASH) return c === OPEN_BRACE || c === OPEN_BRACKET;
      // A line end or tab before it, escaped.
      offset = yield* this.#text.skip(offset + 1);
      if (offset === END || !ESCAPED_SPACE.has(this.#text.window[this.#text.at + offset])) return false;
    }
    return false;
  }

  /** The list, or the object with it, as JSON text inside a string. */
  *#cutText(name: string): Waiting {
    this.#text.at++;
    const inner = new ListCutter({ ...this.#options, inText: true });
    const unescaper = new Unescaper();
    for (;;) {
      const from = this.#text.at;
      const { bytes, read, closed } = unescaper.read(this.#text.window, from);
      if (read < 0) throw this.#text.malformed();
      this.#text.at = from + read;
      inner.push(bytes);
      if (closed) break;
      if (this.#text.ended) {
        // What it holds so far is taken all the same.
        inner.end();
        throw this.#text.truncated();
      }
      yield;
    }
    inner.end();
    if (inner.list !== null) this.list = name;
    for (const [key, value] of inner.members) if (!this.members.has(key)) this.members.set(key, value);
  }

  /** Parses the value at hand and goes past it. */
  *#parsed(): Waiting<unknown> {
    const length = yield* this.#text.valueLength(0);
    if (length === END) throw this.#text.truncated();
    if (length === MISMATCH) throw this.#text.malformed();
    if (length === TOO_LONG)
      throw noList(
        `A member of the answer that is not the list is larger than ${LONGEST_MEMBER / 1_000_000} MB.`,
        this.#text.place(),
      );
    if (this.#text.deep) throw tooDeep(this.#text.place());
    let value: unknown;
    try {
      value = JSON.parse(this.#text.window.toString('utf8', this.#text.at, this.#text.at + length));
    } catch {
      throw this.#text.malformed();
    }
    this.#text.at += length;
    return value;
  }
}

function noList(message: string, at: number): SluiceError {
  return new SluiceError({ code: 'json.no-list', message, details: { at } });
}
