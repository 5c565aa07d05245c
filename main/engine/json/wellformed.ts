const OBJECT = 1;
const ARRAY = 0;

/** 0: plain inside a string; 1: ends or changes the plain run (quote, backslash, control character). */
const SPECIAL = new Uint8Array(256);
for (let c = 0; c < 0x20; c++) SPECIAL[c] = 1;
SPECIAL[0x22] = 1;
SPECIAL[0x5c] = 1;

/**
 * Whether the bytes are exactly one well-formed JSON object (RFC 8259), whitespace around it allowed. Iterative, so nesting has no
 * limit. Does not look at UTF-8: use `isUtf8` of node:buffer beside it.
 */
export function isJsonObject(b: Uint8Array): boolean {
  const n = b.length;
  let i = 0;
  let stack = new Uint8Array(32);
  let depth = 0;
  while (i < n && isSpace(b[i] as number)) i++;
  if (b[i] !== 0x7b) return false;

  for (;;) {
    // A value starts at i.
    while (i < n && isSpace(b[i] as number)) i++;
    if (i >= n) return false;
    const c = b[i] as number;
    if (c === 0x7b || c === 0x5b) {
      if (depth === stack.length) {
        const larger = new Uint8Array(depth * 2);
        larger.set(stack);
        stack = larger;
      }
      stack[depth++] = c === 0x7b ? OBJECT : ARRAY;
      i++;
      while (i < n && isSpace(b[i] as number)) i++;
      if (b[i] === (c === 0x7b ? 0x7d : 0x5d)) {
        i++;
        depth--;
      } else if (c === 0x7b) {
        i = afterKey(b, i);
        if (i < 0) return false;
        continue;
      } else continue;
    } else {
      i =
        c === 0x22
          ? afterString(b, i)
          : c === 0x2d || (c >= 0x30 && c <= 0x39)
            ? afterNumber(b, i)
            : afterWord(b, i);
      if (i < 0) return false;
    }
    // A value has ended: close what closes, then a comma or the end.
    for (;;) {
      while (i < n && isSpace(b[i] as number)) i++;
      if (depth === 0) return i === n;
      const next = b[i];
      const open = stack[depth - 1];
      if (next === 0x2c) {
        i++;
        if (open === OBJECT) {
          while (i < n && isSpace(b[i] as number)) i++;
          i = afterKey(b, i);
          if (i < 0) return false;
        }
        break;
      }
      if (next !== (open === OBJECT ? 0x7d : 0x5d)) return false;
      i++;
      depth--;
    }
  }
}

function isSpace(c: number): boolean {
  return c <= 0x20 && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09);
}

function afterKey(b: Uint8Array, at: number): number {
  if (b[at] !== 0x22) return -1;
  let i = afterString(b, at);
  if (i < 0) return -1;
  while (i < b.length && isSpace(b[i] as number)) i++;
  return b[i] === 0x3a ? i + 1 : -1;
}

function afterString(b: Uint8Array, at: number): number {
  const n = b.length;
  let i = at + 1;
  for (;;) {
    while (i < n && SPECIAL[b[i] as number] === 0) i++;
    if (i >= n) return -1;
    const c = b[i];
    if (c === 0x22) return i + 1;
    if (c !== 0x5c) return -1;
    const escaped = b[i + 1];
    if (escaped === 0x75) {
      for (let k = i + 2; k < i + 6; k++) if (!isHex(b[k])) return -1;
      i += 6;
    } else if (
      escaped === 0x22 ||
      escaped === 0x5c ||
      escaped === 0x2f ||
      escaped === 0x62 ||
      escaped === 0x66 ||
      escaped === 0x6e ||
      escaped === 0x72 ||
      escaped === 0x74
    ) {
      i += 2;
    } else return -1;
  }
}

function isHex(c: number | undefined): boolean {
  return (
    c !== undefined && ((c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66))
  );
}

function isDigit(c: number | undefined): boolean {
  return c !== undefined && c >= 0x30 && c <= 0x39;
}

function afterNumber(b: Uint8Array, at: number): number {
  let i = at;
  if (b[i] === 0x2d) i++;
  if (b[i] === 0x30) i++;
  else {
    if (!isDigit(b[i])) return -1;
    while (isDigit(b[i])) i++;
  }
  if (b[i] === 0x2e) {
    i++;
    if (!isDigit(b[i])) return -1;
    while (isDigit(b[i])) i++;
  }
  if (b[i] === 0x65 || b[i] === 0x45) {
    i++;
    if (b[i] === 0x2b || b[i] === 0x2d) i++;
    if (!isDigit(b[i])) return -1;
    while (isDigit(b[i])) i++;
  }
  return i;
}

const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word, 'latin1'));

function afterWord(b: Uint8Array, at: number): number {
  for (const word of WORDS) {
    let k = 0;
    while (k < word.length && b[at + k] === word[k]) k++;
    if (k === word.length) return at + k;
  }
  return -1;
}
