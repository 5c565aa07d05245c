/**
 * Text from servers is content, never markup, and must not be able to hide or reorder what is read: control and
 * bidirectional characters are shown as themselves by name. Pure.
 */

/** C0, DEL, C1, soft hyphen, zero-width, bidi marks and overrides, line and paragraph separators, tags, BOM. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface Span {
  readonly text: string;
  /** `hidden`: stands for a character that would not be seen. */
  readonly kind: 'plain' | 'hidden';
}

const C0 =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** What to draw for one hidden character: the name of a control character, else its code point. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const name = C0[code] ?? (code === 0x7f ? 'DEL' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`);
  return `‹${name}›`;
}

/** The text in pieces. `keep` characters (e.g. line feeds in a text that is laid out) stay plain. */
export function visibleSpans(text: string, keep = ''): Span[] {
  if (text.search(HIDDEN) < 0) return text === '' ? [] : [{ text, kind: 'plain' }];
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (keep.includes(match[0])) continue;
    if (match.index > from) spans.push({ text: text.slice(from, match.index), kind: 'plain' });
    spans.push({ text: nameOf(match[0]), kind: 'hidden' });
    from = match.index + match[0].length;
  }
  if (from < text.length) spans.push({ text: text.slice(from), kind: 'plain' });
  return spans;
}

/** The same as one string, for cells and names. */
export function visible(text: string): string {
  return text.replace(HIDDEN, nameOf);
}

/**
 * Bytes as text to look at: UTF-8 where it is valid, `‹0xNN›` where it is not, every control character visible.
 * `marks` are byte spans to point out.
 */
export function visibleBytes(
  data: Uint8Array,
  marks: readonly (readonly [number, number])[] = [],
): (Span & { marked: boolean })[] {
  const out: (Span & { marked: boolean })[] = [];
  const cuts = [...new Set([0, data.length, ...marks.flat()])]
    .filter((at) => at >= 0 && at <= data.length)
    .sort((a, b) => a - b);
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const from = cuts[i] ?? 0;
    const to = cuts[i + 1] ?? 0;
    const marked = marks.some(([a, b]) => a <= from && to <= b);
    for (const span of decoded(data.subarray(from, to))) out.push({ ...span, marked });
  }
  return out;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

function decoded(part: Uint8Array): Span[] {
  try {
    return visibleSpans(strict.decode(part));
  } catch {
    return decodedAround(part);
  }
}

/** Valid runs as text, each byte that belongs to none by its number. */
function decodedAround(part: Uint8Array): Span[] {
  const spans: Span[] = [];
  let run = 0;
  let at = 0;
  const flush = () => {
    if (at > run) spans.push(...visibleSpans(lenient.decode(part.subarray(run, at))));
  };
  while (at < part.length) {
    const length = sequenceLength(part, at);
    if (length > 0) {
      at += length;
      continue;
    }
    flush();
    spans.push({
      text: `‹0x${(part[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}›`,
      kind: 'hidden',
    });
    at += 1;
    run = at;
  }
  flush();
  return spans;
}

/** Length of the valid UTF-8 sequence at `at`; 0 for none. RFC 3629. */
function sequenceLength(data: Uint8Array, at: number): number {
  const first = data[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first <= 0xdf
      ? 2
      : first >= 0xe0 && first <= 0xef
        ? 3
        : first >= 0xf0 && first <= 0xf4
          ? 4
          : 0;
  if (length === 0 || at + length > data.length) return 0;
  try {
    strict.decode(data.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
