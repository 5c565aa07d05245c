import { SluiceError } from '../../../shared/errors.ts';

/**
 * Cuts the members of one array out of a page of JSON as views of the page's own bytes, without parsing them.
 * The scanner only balances brackets and strings; whether a cut piece is valid JSON is for whoever parses it to say.
 */

/** Nesting beyond this is not followed: real STIX stays below 20. */
export const MAX_DEPTH = 512;

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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/** Bytes at which the scan of a nested value has to stop and look. */
const STRUCTURAL = new Uint8Array(256);
for (const c of [QUOTE, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET]) STRUCTURAL[c] = 1;

/** How many places are tried after a broken member before the page is given up. */
const MAX_RESYNCS = 2_000;

const END = -1;
const MISMATCH = -2;

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
  if (at >= page.length) throw truncated(page);
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
    if (at >= page.length) throw truncated(page);
    if (page[at] !== QUOTE) throw malformed(at);
    const keyEnd = stringEnd(page, at);
    if (keyEnd < 0) throw truncated(page);
    const key = parseText(page, at, keyEnd);
    at = skipSpace(page, keyEnd);
    if (at >= page.length) throw truncated(page);
    if (page[at] !== COLON) throw malformed(at);
    at = skipSpace(page, at + 1);
    if (typeof key === 'string' && arrays.includes(key) && page[at] === OPEN_BRACKET) {
      items ??= [];
      at = cutArray(page, at, items);
    } else {
      const end = valueEnd(page, at);
      if (end === END) throw truncated(page);
      if (end === MISMATCH) throw malformed(at);
      if (deepest > MAX_DEPTH) throw tooDeep(at);
      const value = parseText(page, at, end);
      if (typeof key === 'string') {
        members.set(key, value);
        if (typeof value === 'number') numbers.set(key, page.toString('utf8', at, end));
      }
      at = end;
    }
    at = skipSpace(page, at);
    if (at >= page.length) throw truncated(page);
    if (page[at] === CLOSE_BRACE) return finish(page, at + 1, { items, members, numbers });
    if (page[at] !== COMMA) throw malformed(at);
    at = skipSpace(page, at + 1);
  }
}

/** Reads `[`…`]` from `at`, appends what is in it, answers where it ends. */
function cutArray(page: Buffer, open: number, items: CutItem[]): number {
  let at = skipSpace(page, open + 1);
  if (page[at] === CLOSE_BRACKET) return at + 1;
  let resyncs = MAX_RESYNCS;
  for (;;) {
    const end = valueEnd(page, at);
    const deep = deepest > MAX_DEPTH;
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
    if (next === null) throw stray ? malformed(at) : truncated(page);
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

/** Index after the value that starts at `at`; END when the page ends first, MISMATCH when brackets cross. */
function valueEnd(page: Buffer, at: number): number {
  deepest = 0;
  const first = page[at];
  if (first === undefined) return END;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(page, at);
  if (first === QUOTE) return stringEnd(page, at);
  let i = at;
  for (; i < page.length; i++) {
    const c = page[i];
    if (c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET) break;
    if (c === QUOTE || c === OPEN_BRACE || c === OPEN_BRACKET || c === COLON) return MISMATCH;
  }
  if (i >= page.length) return END;
  const end = trimEnd(page, at, i);
  return end === at ? MISMATCH : end;
}

/** Which bracket each open level was, reused between calls: the scan never recurses. */
const levels = new Uint8Array(MAX_DEPTH + 1);
/** Deepest nesting met by the last {@link valueEnd}. */
let deepest = 0;

function nestedEnd(page: Buffer, at: number): number {
  const length = page.length;
  let depth = 0;
  let greatest = 0;
  let i = at;
  while (i < length) {
    const c = page[i] as number;
    if (STRUCTURAL[c] === 0) {
      i++;
      continue;
    }
    if (c === QUOTE) {
      // Short strings (keys, ids) are quicker byte by byte; the rest of a long one is left to the native search.
      let j = i + 1;
      const near = Math.min(j + 8, length);
      for (;;) {
        if (j >= near) {
          j = stringEnd(page, i, j);
          if (j < 0) return END;
          break;
        }
        const s = page[j] as number;
        if (s === QUOTE) {
          j++;
          break;
        }
        j += s === BACKSLASH ? 2 : 1;
      }
      i = j;
      continue;
    }
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (depth <= MAX_DEPTH) levels[depth] = c;
      depth++;
      if (depth > greatest) greatest = depth;
    } else {
      depth--;
      // Brackets deeper than the bound are counted only: such a member is refused as a whole anyway.
      if (depth <= MAX_DEPTH && levels[depth] !== c - 2) return MISMATCH;
      if (depth === 0) {
        deepest = greatest;
        return i + 1;
      }
    }
    i++;
  }
  return END;
}

/** Index after the closing quote of the string that opens at `at`; `from` skips what has been looked at. */
function stringEnd(page: Buffer, at: number, from = at + 1): number {
  let i = from;
  for (;;) {
    const quote = page.indexOf(QUOTE, i);
    if (quote < 0) return END;
    let slashes = quote;
    while (slashes - 1 > at && page[slashes - 1] === BACKSLASH) slashes--;
    if (((quote - slashes) & 1) === 0) return quote + 1;
    i = quote + 1;
  }
}

function startOf(page: Buffer): number {
  return page[0] === 0xef && page[1] === 0xbb && page[2] === 0xbf ? 3 : 0;
}

function skipSpace(page: Buffer, from: number): number {
  let i = from;
  while (i < page.length) {
    const c = page[i];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
    i++;
  }
  return i;
}

function trimEnd(page: Buffer, start: number, end: number): number {
  let i = end;
  while (i > start) {
    const c = page[i - 1];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
    i--;
  }
  return i;
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

function truncated(page: Buffer): SluiceError {
  return new SluiceError({
    code: 'json.truncated',
    message: `The answer ends in the middle, after ${page.length} bytes.`,
    retryable: true,
    details: { bytes: page.length },
  });
}

function malformed(at: number): SluiceError {
  return new SluiceError({
    code: 'json.malformed',
    message: `The answer is not valid JSON at byte ${at}.`,
    retryable: true,
    details: { at },
  });
}

function tooDeep(at: number): SluiceError {
  return new SluiceError({
    code: 'json.too-deep',
    message: `The answer nests deeper than ${MAX_DEPTH} levels at byte ${at}.`,
    details: { at },
  });
}
