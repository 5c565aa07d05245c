/**
 * Finds and changes single values in the bytes of a JSON object without parsing and re-serialising it:
 * numbers, escapes, key order and whitespace outside the changed spans stay as the server sent them. SPEC 2.1.
 * Text is expected to be well formed ({@link isJsonObject} in `wellformed.ts`); broken text throws {@link LocateError}.
 */

/** Byte offsets, end exclusive. */
export type Span = readonly [start: number, end: number];

/** The text is broken or nested deeper than a path can be followed: whoever wanted a value hidden must not send it. */
export class LocateError extends Error {
  override readonly name = 'LocateError';
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Arrays in arrays are followed by recursion; hostile nesting ends here instead of in a stack overflow. */
const MAX_DEPTH = 128;

/**
 * Spans of the values at a dotted path, in document order.
 * - a segment names a member, or with digits only an element of an array (`external_references.0.url`);
 * - a segment that is no number, met at an array, applies to every element;
 * - a key that itself holds dots wins over following the dots, when it is there (`extensions.a.b` finds `"a.b"` first);
 * - keys are compared after unescaping (`"\u0061"` is `a`); of a key that occurs twice, both values are found.
 */
export function spansAt(bytes: Uint8Array, path: string): Span[] {
  const found: Span[] = [];
  if (path !== '') collect(bytes, afterSpace(bytes, 0), path, 0, found);
  return found.sort((a, b) => a[0] - b[0]);
}

/** Spans of the values of a top-level member, by its literal key (dots have no meaning). */
export function topLevelSpans(bytes: Uint8Array, key: string): Span[] {
  const found: Span[] = [];
  eachTopLevelMember(bytes, key.length, (name, start, end) => {
    if (name === key) found.push([start, end]);
  });
  return found;
}

/** Every top-level member in document order, with the span of its value. Keys that are surely longer than `longest` characters are left out. */
export function eachTopLevelMember(
  bytes: Uint8Array,
  longest: number,
  visit: (key: string, start: number, end: number) => void,
): void {
  const at = afterSpace(bytes, 0);
  if (bytes[at] === OPEN_BRACE) eachMember(bytes, at, longest * 6, visit);
}

/** Spans of the elements of the array that begins at `at`, at most `most` of them; null where there is no array. */
export function elementSpans(bytes: Uint8Array, at: number, most: number): Span[] | null {
  if (bytes[at] !== OPEN_BRACKET) return null;
  const found: Span[] = [];
  eachElement(bytes, at, (start, end) => found.push([start, end]) < most);
  return found;
}

/** A replacement for the bytes of one span. */
export interface Replacement {
  span: Span;
  text: Uint8Array;
}

/**
 * The bytes with spans replaced, and where the replacements ended up. Of spans inside one another the outer one counts, of equal
 * spans the last given.
 */
export function replaceSpans(
  bytes: Uint8Array,
  replacements: readonly Replacement[],
): { bytes: Buffer; spans: Span[] } {
  const ordered = replacements
    .map((r, order) => ({ ...r, order }))
    .sort((a, b) => a.span[0] - b.span[0] || b.span[1] - a.span[1] || b.order - a.order);
  const parts: Uint8Array[] = [];
  const spans: Span[] = [];
  let from = 0;
  let length = 0;
  for (const { span, text } of ordered) {
    if (span[0] < from) continue;
    parts.push(bytes.subarray(from, span[0]), text);
    length += span[0] - from;
    spans.push([length, length + text.length]);
    length += text.length;
    from = span[1];
  }
  parts.push(bytes.subarray(from));
  return { bytes: Buffer.concat(parts), spans };
}

/** Offset of the object's final `}`, looking from the end only; -1 when the text does not end in one. */
export function closingBrace(bytes: Uint8Array): number {
  const at = lastNonSpace(bytes, bytes.length);
  return at >= 0 && bytes[at] === CLOSE_BRACE ? at : -1;
}

/** Whether the object that ends at `closing` has no member, so that an appended one needs no comma. */
export function isEmptyObject(bytes: Uint8Array, closing: number): boolean {
  const before = lastNonSpace(bytes, closing);
  return before >= 0 && bytes[before] === OPEN_BRACE;
}

/** The object with one more top-level member (`"key":value` as bytes) before its final `}`. */
export function appendMember(bytes: Uint8Array, member: Uint8Array): Buffer {
  const closing = closingBrace(bytes);
  if (closing < 0) throw new LocateError('The text does not end in an object.');
  const comma = isEmptyObject(bytes, closing) ? '' : ',';
  return Buffer.concat([
    bytes.subarray(0, closing),
    Buffer.from(comma, 'latin1'),
    member,
    bytes.subarray(closing),
  ]);
}

function collect(bytes: Uint8Array, at: number, path: string, depth: number, into: Span[]): void {
  if (depth > MAX_DEPTH) throw new LocateError(`Nested more than ${MAX_DEPTH} levels deep.`);
  if (bytes[at] === OPEN_BRACE) collectInObject(bytes, at, path, depth, into);
  else if (bytes[at] === OPEN_BRACKET) collectInArray(bytes, at, path, depth, into);
}

function collectInObject(bytes: Uint8Array, at: number, path: string, depth: number, into: Span[]): void {
  const candidates: { keyLength: number; start: number; end: number }[] = [];
  eachMember(bytes, at, path.length * 6, (name, start, end) => {
    if (name === path || (path.startsWith(name) && path[name.length] === '.')) {
      candidates.push({ keyLength: name.length, start, end });
    }
  });
  candidates.sort((a, b) => b.keyLength - a.keyLength);
  const before = into.length;
  let longest = -1;
  for (const { keyLength, start, end } of candidates) {
    if (keyLength !== longest && into.length > before) return;
    longest = keyLength;
    if (keyLength === path.length) into.push([start, end]);
    else collect(bytes, start, path.slice(keyLength + 1), depth + 1, into);
  }
}

function collectInArray(bytes: Uint8Array, at: number, path: string, depth: number, into: Span[]): void {
  const dot = path.indexOf('.');
  const segment = dot < 0 ? path : path.slice(0, dot);
  const index = /^(0|[1-9]\d*)$/.test(segment) ? Number(segment) : -1;
  const below = dot < 0 ? '' : path.slice(dot + 1);
  eachElement(bytes, at, (start, end, element) => {
    if (index < 0) collect(bytes, start, path, depth + 1, into);
    else if (element === index) {
      if (dot < 0) into.push([start, end]);
      else collect(bytes, start, below, depth + 1, into);
      return false;
    }
    return true;
  });
}

/** Until `visit` answers false. */
function eachElement(
  bytes: Uint8Array,
  at: number,
  visit: (start: number, end: number, element: number) => boolean,
): void {
  let i = afterSpace(bytes, at + 1);
  if (bytes[i] === CLOSE_BRACKET) return;
  for (let element = 0; ; element++) {
    const end = afterValue(bytes, i);
    if (!visit(i, end, element)) return;
    i = afterSpace(bytes, end);
    if (bytes[i] === CLOSE_BRACKET) return;
    if (bytes[i] !== COMMA) throw new LocateError(`Broken array at byte ${i}.`);
    i = afterSpace(bytes, i + 1);
  }
}

/** Skips keys longer than `longest` bytes: nobody asks for them, so they need no decoding. */
function eachMember(
  bytes: Uint8Array,
  at: number,
  longest: number,
  visit: (key: string, start: number, end: number) => void,
): void {
  let i = afterSpace(bytes, at + 1);
  if (bytes[i] === CLOSE_BRACE) return;
  for (;;) {
    if (bytes[i] !== QUOTE) throw new LocateError(`Broken object at byte ${i}.`);
    const keyEnd = afterString(bytes, i);
    const colon = afterSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) throw new LocateError(`Broken object at byte ${colon}.`);
    const start = afterSpace(bytes, colon + 1);
    const end = afterValue(bytes, start);
    if (keyEnd - i - 2 <= longest) visit(keyText(bytes, i, keyEnd), start, end);
    i = afterSpace(bytes, end);
    if (bytes[i] === CLOSE_BRACE) return;
    if (bytes[i] !== COMMA) throw new LocateError(`Broken object at byte ${i}.`);
    i = afterSpace(bytes, i + 1);
  }
}

function keyText(bytes: Uint8Array, start: number, end: number): string {
  const quoted = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new LocateError(`Broken key at byte ${start}.`);
  }
}

function afterString(bytes: Uint8Array, at: number): number {
  const length = bytes.length;
  let i = at + 1;
  while (i < length) {
    const c = bytes[i];
    if (c === QUOTE) return i + 1;
    i += c === BACKSLASH ? 2 : 1;
  }
  throw new LocateError('A string has no end.');
}

function afterValue(bytes: Uint8Array, at: number): number {
  const length = bytes.length;
  const first = bytes[at];
  if (first === QUOTE) return afterString(bytes, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) {
    let depth = 0;
    let i = at;
    while (i < length) {
      const c = bytes[i];
      if (c === QUOTE) {
        i = afterString(bytes, i);
        continue;
      }
      i++;
      if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
      else if ((c === CLOSE_BRACE || c === CLOSE_BRACKET) && --depth === 0) return i;
    }
    throw new LocateError('An object or array has no end.');
  }
  let i = at;
  while (i < length) {
    const c = bytes[i] as number;
    if (c <= 0x20 || c === COMMA || c === CLOSE_BRACE || c === CLOSE_BRACKET) break;
    i++;
  }
  if (i === at) throw new LocateError(`A value is missing at byte ${at}.`);
  return i;
}

function isSpace(c: number | undefined): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}

function afterSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(bytes[i])) i++;
  return i;
}

function lastNonSpace(bytes: Uint8Array, before: number): number {
  let i = before - 1;
  while (i >= 0 && isSpace(bytes[i])) i--;
  return i;
}
