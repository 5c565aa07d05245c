/**
 * Reads JSON text for showing without changing it: tokens are slices of the text itself, so 1.0, 1e3, big numbers,
 * escapes and key order stay as the server wrote them. Never evaluates, never parses to values. Pure.
 */

export type TokenKind = 'key' | 'string' | 'number' | 'word' | 'punctuation' | 'space' | 'broken';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]+/y;
const BROKEN = /[^{}[\],:"\s]+|[\s\S]/y;

/** The string token that opens at `at`; null when it never closes. A loop: strings of megabytes exhaust a pattern's stack. */
function stringAt(text: string, at: number): string | null {
  for (let i = at + 1; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x5c) i += 1;
    else if (c === 0x22) return text.slice(at, i + 1);
  }
  return null;
}

/** All of `text` in tokens: joined they are `text` again, whatever it holds. */
export function tokens(text: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  const take = (rule: RegExp): string | null => {
    rule.lastIndex = at;
    return rule.exec(text)?.[0] ?? null;
  };
  while (at < text.length) {
    const c = text[at] ?? '';
    let kind: TokenKind;
    let found: string | null;
    if (c === '"') {
      found = stringAt(text, at);
      kind = 'string';
      if (found === null) {
        // An unfinished string: the rest is shown as it is.
        found = text.slice(at);
        kind = 'broken';
      } else if (/^[ \t\r\n]*:/.test(text.slice(at + found.length, at + found.length + 64))) kind = 'key';
    } else if ('{}[],:'.includes(c)) {
      found = c;
      kind = 'punctuation';
    } else {
      found = take(SPACE);
      kind = 'space';
      if (found === null) {
        found = take(NUMBER) ?? take(WORD);
        kind = c === '-' || (c >= '0' && c <= '9') ? 'number' : 'word';
      }
      if (found === null) {
        found = take(BROKEN) ?? c;
        kind = 'broken';
      }
    }
    out.push({ kind, text: found });
    at += found.length;
  }
  return out;
}

export interface Line {
  readonly depth: number;
  readonly tokens: readonly Token[];
  /** Index of the line that closes what this one opens; null when it opens nothing. */
  readonly closes: number | null;
}

/** The text laid out one member a line. Only white space between tokens changes. */
export function layOut(text: string): Line[] {
  const lines: { depth: number; tokens: Token[]; closes: number | null }[] = [];
  const open: number[] = [];
  let depth = 0;
  let current: Token[] = [];
  const flush = (at: number) => {
    if (current.length > 0) lines.push({ depth: at, tokens: current, closes: null });
    current = [];
  };
  const all = tokens(text).filter((t) => t.kind !== 'space');
  for (let i = 0; i < all.length; i += 1) {
    const token = all[i];
    if (token === undefined) break;
    const punctuation = token.kind === 'punctuation' ? token.text : '';
    if (punctuation === '{' || punctuation === '[') {
      const next = all[i + 1];
      if (next?.kind === 'punctuation' && next.text === (punctuation === '{' ? '}' : ']')) {
        current.push(token, next);
        i += 1;
        continue;
      }
      current.push(token);
      open.push(lines.length);
      flush(depth);
      depth += 1;
    } else if (punctuation === '}' || punctuation === ']') {
      flush(depth);
      depth = Math.max(0, depth - 1);
      const opener = lines[open.pop() ?? -1];
      if (opener !== undefined) opener.closes = lines.length;
      current.push(token);
    } else {
      current.push(token);
      if (punctuation === ',') flush(depth);
      else if (punctuation === ':') current.push({ kind: 'space', text: ' ' });
    }
    const following = all[i + 1];
    if (punctuation === '}' || punctuation === ']') {
      if (following?.kind !== 'punctuation' || following.text !== ',') flush(depth);
    }
  }
  flush(depth);
  return lines;
}

/** A laid-out line as plain text with two spaces a level, for comparing and copying. */
export function lineText(line: Line): string {
  return '  '.repeat(line.depth) + line.tokens.map((t) => t.text).join('');
}
