import { SluiceError } from '../../../shared/errors.ts';

/** Finds where a value of JSON text ends by balancing brackets and strings, without parsing it. */

/** Nesting beyond this is not followed: real STIX stays below 20. */
export const MAX_DEPTH = 512;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;

/** Bytes at which the scan of a nested value has to stop and look. */
const STRUCTURAL = new Uint8Array(256);
for (const c of [QUOTE, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET]) STRUCTURAL[c] = 1;

const NEAR = 25;

export const END = -1;
export const MISMATCH = -2;

/** Index after the value that starts at `at`; END when the page ends first, MISMATCH when brackets cross. */
export function valueEnd(page: Buffer, at: number): number {
  deepest = 0;
  const first = page[at];
  if (first === undefined) return END;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return nestedEnd(page, at);
  if (first === QUOTE) return stringEnd(page, at);
  let i = at;
  for (; i < page.length; i++) {
    const c = page[i];
    if (c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET) break;
    if (c === QUOTE || c === OPEN_BRACE || c === OPEN_BRACKET || c === COLON) {
      mismatchAt = i;
      return MISMATCH;
    }
  }
  if (i >= page.length) return END;
  const end = trimEnd(page, at, i);
  if (end > at) return end;
  mismatchAt = at;
  return MISMATCH;
}

/** Which bracket each open level was, reused between calls: the scan never recurses. */
const levels = new Uint8Array(MAX_DEPTH + 1);
let deepest = 0;
let mismatchAt = 0;

/** Deepest nesting met by the last {@link valueEnd}. */
export function deepestMet(): number {
  return deepest;
}

/** Where the last {@link valueEnd} that answered MISMATCH met what does not belong there. */
export function mismatchMet(): number {
  return mismatchAt;
}

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
      i = closingQuote(page, i) + 1;
      continue;
    }
    if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      if (depth <= MAX_DEPTH) levels[depth] = c;
      depth++;
      if (depth > greatest) greatest = depth;
    } else {
      depth--;
      // Brackets deeper than the bound are counted only: such a member is refused as a whole anyway.
      if (depth <= MAX_DEPTH && levels[depth] !== c - 2) {
        mismatchAt = i;
        return MISMATCH;
      }
      if (depth === 0) {
        deepest = greatest;
        return i + 1;
      }
    }
    i++;
  }
  return END;
}

/** Index of the quote that closes the string which opens at `at`; the text's end where there is none. */
export function closingQuote(text: Buffer, at: number): number {
  // Short strings (names, ids) are quicker byte by byte; the rest of a long one is left to the native search.
  const near = Math.min(at + NEAR, text.length);
  let i = at + 1;
  while (i < near) {
    const c = text[i];
    if (c === QUOTE) return i;
    i += c === BACKSLASH ? 2 : 1;
  }
  const end = stringEnd(text, at, i);
  return end === END ? text.length : end - 1;
}

/** Index after the closing quote of the string that opens at `at`; `from` skips what has been looked at. */
export function stringEnd(page: Buffer, at: number, from = at + 1): number {
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

export function startOf(page: Buffer): number {
  return page[0] === 0xef && page[1] === 0xbb && page[2] === 0xbf ? 3 : 0;
}

export function skipSpace(page: Buffer, from: number): number {
  let i = from;
  while (i < page.length) {
    const c = page[i];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
    i++;
  }
  return i;
}

export function trimEnd(page: Buffer, start: number, end: number): number {
  let i = end;
  while (i > start) {
    const c = page[i - 1];
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break;
    i--;
  }
  return i;
}

export function truncated(bytes: number): SluiceError {
  return new SluiceError({
    code: 'json.truncated',
    message: `The answer ends in the middle, after ${bytes} bytes.`,
    retryable: true,
    details: { bytes },
  });
}

export function malformed(at: number): SluiceError {
  return new SluiceError({
    code: 'json.malformed',
    message: `The answer is not valid JSON at byte ${at}.`,
    retryable: true,
    details: { at },
  });
}

export function tooDeep(at: number): SluiceError {
  return new SluiceError({
    code: 'json.too-deep',
    message: `The answer nests deeper than ${MAX_DEPTH} levels at byte ${at}.`,
    details: { at },
  });
}
