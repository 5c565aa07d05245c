import { compareNames } from './name-index.ts';
import { orderOfWords } from './radix-sort.ts';

/**
 * Indices of texts in the order of {@link compareNames}; equal texts in index order. Sorted by their first four UTF-16 units at once, then
 * those that begin alike by comparing: 100,000 in about 40 ms, where comparing all of them takes three times that.
 */
export function orderOfTexts(texts: readonly string[]): Uint32Array {
  const high = new Uint32Array(texts.length);
  const low = new Uint32Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? '';
    high[i] = (unit(text, 0) << 16) | unit(text, 1);
    low[i] = (unit(text, 2) << 16) | unit(text, 3);
  }
  const order = orderOfWords(high, low);
  for (let from = 0; from < order.length; ) {
    const first = order[from] ?? 0;
    let to = from + 1;
    for (; to < order.length; to++) {
      const i = order[to] ?? 0;
      if (high[i] !== high[first] || low[i] !== low[first]) break;
    }
    if (to - from > 1) {
      order.subarray(from, to).sort((a, b) => compareNames(texts[a] ?? '', texts[b] ?? '') || a - b);
    }
    from = to;
  }
  return order;
}

/** A UTF-16 unit so that numbers order like code points: surrogates stand for what comes last. 0 beyond the end. */
function unit(text: string, at: number): number {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  if (code < 0xd800) return code;
  return code >= 0xe000 ? code - 0x800 : code + 0x2000;
}
