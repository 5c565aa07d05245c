import { SluiceError } from '../../../shared/errors.ts';
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  deepestMet,
  END,
  MAX_DEPTH,
  MISMATCH,
  malformed,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  startOf,
  stringEnd,
  tooDeep,
  trimEnd,
  truncated,
  valueEnd,
} from './scan.ts';

/**
 * Cuts the members of one array out of a page of JSON as views of the page's own bytes, without parsing them.
 * The scanner only balances brackets and strings; whether a cut piece is valid JSON is for whoever parses it to say.
 */

export interface CutItem {
  /** A view into the page. */
  bytes: Buffer;
  /** Why these bytes cannot be read as they stand, found while cutting; null for the usual case. */
  fault: 'malformed' | 'too-deep' | null;
}

export interface CutPage {
  /** The array's members in the page's order; null when the page has no such member or it is null. */
  items: CutItem[] | null;
  /** The page's other top-level members, parsed. A Map, so that no key is special. */
  members: Map<string, unknown>;
  /** The text of those members that are numbers: `next` may be one that a double cannot hold. */
  numbers: Map<string, string>;
}

/** How many places are tried after a broken member before the page is given up. */
const MAX_RESYNCS = 2_000;

/**
 * @param page the body, with or without a byte order mark
 * @param arrays names of the array to cut (`objects`; `objects` and `versions`). Several are joined in the order met.
 * @throws SluiceError `json.truncated` (the page ends early: ask again), `json.malformed`, `json.too-deep`, `json.not-an-object`
 */
export function cutPage(page: Buffer, arrays: readonly string[]): CutPage {
  const members = new Map<string, unknown>();
  const numbers = new Map<string, string>();
  let items: CutItem[] | null = null;
  let at = skipSpace(page, startOf(page));
  if (at >= page.length) throw truncated(page.length);
  if (page[at] !== OPEN_BRACE) {
    throw new SluiceError({
      code: 'json.not-an-object',
      message: 'The answer is not a JSON object.',
      details: { bytes: page.length },
    });
  }
  at = skipSpace(page, at + 1);
  if (page[at] === CLOSE_BRACE) return finish(page, at + 1, { items, members, numbers });
  for (;;) {
    if (at >= page.length) throw truncated(page.length);
    if (page[at] !== QUOTE) throw malformed(at);
    const keyEnd = stringEnd(page, at);
    if (keyEnd < 0) throw truncated(page.length);
    const key = parseText(page, at, keyEnd);
    at = skipSpace(page, keyEnd);
    if (at >= page.length) throw truncated(page.length);
    if (page[at] !== COLON) throw malformed(at);
    at = skipSpace(page, at + 1);
    if (typeof key === 'string' && arrays.includes(key) && page[at] === OPEN_BRACKET) {
      items ??= [];
      at = cutArray(page, at, items);
    } else {
      const end = valueEnd(page, at);
      if (end === END) throw truncated(page.length);
      if (end === MISMATCH) throw malformed(at);
      if (deepestMet() > MAX_DEPTH) throw tooDeep(at);
      const value = parseText(page, at, end);
      if (typeof key === 'string') {
        members.set(key, value);
        if (typeof value === 'number') numbers.set(key, page.toString('utf8', at, end));
      }
      at = end;
    }
    at = skipSpace(page, at);
    if (at >= page.length) throw truncated(page.length);
    if (page[at] === CLOSE_BRACE) return finish(page, at + 1, { items, members, numbers });
    if (page[at] !== COMMA) throw malformed(at);
    at = skipSpace(page, at + 1);
  }
}

/** A page that is the bare list, without the object it belongs in; null when it is anything else. */
export function cutBareList(page: Buffer): CutPage | null {
  const at = skipSpace(page, startOf(page));
  if (page[at] !== OPEN_BRACKET) return null;
  const items: CutItem[] = [];
  return finish(page, cutArray(page, at, items), { items, members: new Map(), numbers: new Map() });
}

/** Reads `[`…`]` from `at`, appends what is in it, answers where it ends. */
function cutArray(page: Buffer, open: number, items: CutItem[]): number {
  let at = skipSpace(page, open + 1);
  if (page[at] === CLOSE_BRACKET) return at + 1;
  let resyncs = MAX_RESYNCS;
  for (;;) {
    const end = valueEnd(page, at);
    const deep = deepestMet() > MAX_DEPTH;
    const after = end < 0 ? END : skipSpace(page, end);
    const separator = after < 0 ? -1 : (page[after] ?? -1);
    if (separator === COMMA || separator === CLOSE_BRACKET) {
      // Brackets balanced: whether the text between them is JSON is seen when it is parsed.
      items.push({ bytes: page.subarray(at, end), fault: deep ? 'too-deep' : null });
      if (separator === CLOSE_BRACKET) return after + 1;
      at = skipSpace(page, after + 1);
      continue;
    }
    // This member is broken in its structure (or the page was cut here). Look for the next that stands by itself.
    // A page that was cut ends early but is well formed up to there: crossed brackets or stray bytes are never a cut's doing.
    const stray = end === MISMATCH || (end >= 0 && after < page.length);
    const next = resync(page, at, () => resyncs-- > 0) ?? (stray ? lastMember(page, at) : null);
    if (next === null) throw stray ? malformed(at) : truncated(page.length);
    items.push({ bytes: page.subarray(at, next.brokenEnd), fault: 'malformed' });
    if (next.start === null) return next.after;
    at = next.start;
  }
}

interface Resync {
  brokenEnd: number;
  /** Where the next member starts; null when the broken one was the last. */
  start: number | null;
  after: number;
}

/**
 * Finds where the array goes on after a member whose brackets do not balance: the next `, {` that begins a whole object of its own
 * with an `id` or `type`, so that nested lists of objects are not taken for members.
 */
function resync(page: Buffer, from: number, mayTry: () => boolean): Resync | null {
  let comma = page.indexOf(COMMA, from);
  while (comma >= 0) {
    const start = skipSpace(page, comma + 1);
    if (page[start] === OPEN_BRACE) {
      if (!mayTry()) return null;
      const end = valueEnd(page, start);
      if (end > 0 && looksLikeMember(page, start, end)) {
        const after = skipSpace(page, end);
        if (page[after] === COMMA || page[after] === CLOSE_BRACKET) {
          return { brokenEnd: trimEnd(page, from, comma), start, after };
        }
      }
    }
    comma = page.indexOf(COMMA, comma + 1);
  }
  return null;
}

/**
 * The broken member was the last, if the page ends as a page does: `]` and `}` with nothing but plain members between.
 * Never asked of a page that may have been cut: its inner brackets would pass for the page's own end.
 */
function lastMember(page: Buffer, from: number): Resync | null {
  const close = page.lastIndexOf(CLOSE_BRACKET);
  if (close <= from) return null;
  try {
    JSON.parse(`{"_":0${page.toString('utf8', close + 1)}`);
  } catch {
    return null;
  }
  return { brokenEnd: trimEnd(page, from, close), start: null, after: close + 1 };
}

function looksLikeMember(page: Buffer, start: number, end: number): boolean {
  try {
    const value: unknown = JSON.parse(page.toString('utf8', start, end));
    return (
      typeof value === 'object' &&
      value !== null &&
      (Object.hasOwn(value, 'id') || Object.hasOwn(value, 'type'))
    );
  } catch {
    return false;
  }
}

function parseText(page: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(page.toString('utf8', start, end));
  } catch {
    throw malformed(start);
  }
}

function finish(page: Buffer, end: number, result: CutPage): CutPage {
  const rest = skipSpace(page, end);
  if (rest < page.length) throw malformed(rest);
  return result;
}
