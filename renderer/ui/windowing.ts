/**
 * Arithmetic of a table that shows a few of very many rows. Browsers clamp an element's height near 16.7 million px,
 * so beyond `MAX_SCROLL_PX` the scroll bar is scaled: both ends map one to one, the middle is compressed.
 * Small movements (wheel, keys) always move one to one; only a jump of the scroll bar's thumb is scaled. Pure.
 */

/** 500,000 rows of 28 px, safely below every browser's clamp. */
export const MAX_SCROLL_PX = 14_000_000;
/** At each end this much maps one to one, so that a slow approach reaches the very first and last row. */
const EDGE_PX = 200_000;

export interface Scale {
  /** All rows, px. */
  readonly virtual: number;
  /** Height the scrolling element is really given, px. */
  readonly real: number;
  readonly viewport: number;
}

/** Shapes: px all over. */
export function scaleFor(rows: number, rowHeight: number, viewport: number): Scale {
  const virtual = rows * rowHeight;
  return { virtual, real: Math.min(virtual, MAX_SCROLL_PX), viewport };
}

const span = (scale: Scale) => ({
  v: Math.max(0, scale.virtual - scale.viewport),
  r: Math.max(0, scale.real - scale.viewport),
});

/** Where the rows stand when the scroll bar stands at `scrollTop`. */
export function toVirtual(scale: Scale, scrollTop: number): number {
  const { v, r } = span(scale);
  const s = Math.min(Math.max(0, scrollTop), r);
  if (v === r) return s;
  const edge = Math.min(EDGE_PX, r / 3);
  if (s <= edge) return s;
  if (s >= r - edge) return v - (r - s);
  return edge + ((s - edge) * (v - 2 * edge)) / (r - 2 * edge);
}

/** Where the scroll bar stands when the rows stand at `virtualTop`: the inverse of {@link toVirtual}. */
export function toScroll(scale: Scale, virtualTop: number): number {
  const { v, r } = span(scale);
  const t = Math.min(Math.max(0, virtualTop), v);
  if (v === r) return t;
  const edge = Math.min(EDGE_PX, r / 3);
  if (t <= edge) return t;
  if (t >= v - edge) return r - (v - t);
  return edge + ((t - edge) * (r - 2 * edge)) / (v - 2 * edge);
}

/** Where rows and scroll bar stood last. */
export interface Stand {
  readonly scrollTop: number;
  readonly virtualTop: number;
}

/** The stand after the scroll bar moved. A move within two viewports is followed one to one, a longer one is a jump. */
export function follow(scale: Scale, stand: Stand, scrollTop: number): Stand {
  const { v, r } = span(scale);
  if (scrollTop <= 0) return { scrollTop: 0, virtualTop: 0 };
  if (scrollTop >= r) return { scrollTop: r, virtualTop: v };
  const delta = scrollTop - stand.scrollTop;
  if (Math.abs(delta) > 2 * scale.viewport) return { scrollTop, virtualTop: toVirtual(scale, scrollTop) };
  return { scrollTop, virtualTop: Math.min(v, Math.max(0, stand.virtualTop + delta)) };
}

/** First row and how many to draw for a stand, `overscan` more on both sides. */
export function windowOf(
  virtualTop: number,
  viewport: number,
  rowHeight: number,
  rows: number,
  overscan: number,
): { first: number; count: number } {
  if (rows === 0) return { first: 0, count: 0 };
  const first = Math.max(0, Math.min(rows - 1, Math.floor(virtualTop / rowHeight)) - overscan);
  const last = Math.min(rows - 1, Math.ceil((virtualTop + viewport) / rowHeight) + overscan);
  return { first, count: last - first + 1 };
}

/** The nearest stand at which `row` is wholly in view. */
export function reveal(scale: Scale, virtualTop: number, row: number, rowHeight: number): number {
  const top = row * rowHeight;
  const wanted =
    top < virtualTop
      ? top
      : top + rowHeight > virtualTop + scale.viewport
        ? top + rowHeight - scale.viewport
        : virtualTop;
  return Math.min(Math.max(0, wanted), span(scale).v);
}
