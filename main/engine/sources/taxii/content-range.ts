/** TAXII 2.0 item ranges: zero-based, inclusive. TAXII 2.0 section 3.4; RFC 7233 spells the request with `=`. */

export interface ContentRange {
  /** null where the server gives only a total, as with 416. */
  first: number | null;
  last: number | null;
  /** null when the server writes `*`. */
  total: number | null;
}

// Reads `items a-b/total`, `items=a-b/*`, `items */total` and spellings between; null for anything else.
export function parseContentRange(header: string | undefined): ContentRange | null {
  const m = /^\s*items[\s=]*(?:(\d+)\s*-\s*(\d+)|\*)\s*(?:\/\s*(\d+|\*))?\s*$/i.exec(header ?? '');
  if (m === null) return null;
  return {
    first: m[1] === undefined ? null : Number(m[1]),
    last: m[2] === undefined ? null : Number(m[2]),
    total: m[3] === undefined || m[3] === '*' ? null : Number(m[3]),
  };
}

/** `=` is what medallion takes, a space what the specification writes. `none` sends no Range at all. */
export type RangeStyle = 'equals' | 'space' | 'none';
export const RANGE_STYLES: readonly RangeStyle[] = ['equals', 'space', 'none'];

/** At least two wide: servers that end one short answer nothing to a range of one. */
export function rangeHeader(style: RangeStyle, first: number, count: number): Record<string, string> {
  if (style === 'none') return {};
  return { range: `items${style === 'equals' ? '=' : ' '}${first}-${first + Math.max(2, count) - 1}` };
}
