import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { follow, reveal, type Scale, type Stand, scaleFor, toScroll, windowOf } from '../../ui/windowing.ts';

const OVERSCAN = 6;
/** After this rest the scroll bar's thumb is put where the rows really are. */
const REST_MS = 160;

export interface ScaledScroll {
  /** Height the scrolled element gets, px. */
  height: number;
  first: number;
  count: number;
  /** Where the first drawn row stands inside the scrolled element, px. */
  top: number;
  /** Rows that fit. */
  page: number;
  /** At least as many as are ever drawn at once: rows are recycled by their index modulo this. */
  pool: number;
  reveal(row: number): void;
  onScroll(): void;
}

/** Follows an element's scrolling over very many rows of one height. `header` px stay on top of them. */
export function useScaledScroll(
  element: RefObject<HTMLElement | null>,
  rows: number,
  rowHeight: number,
  header: number,
): ScaledScroll {
  const [viewport, setViewport] = useState(0);
  const stand = useRef<Stand>({ scrollTop: 0, virtualTop: 0 });
  const rest = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [drawn, setDrawn] = useState({ first: 0, count: 0, offset: 0 });
  const scale: Scale = scaleFor(rows, rowHeight, viewport);
  const latest = useRef(scale);
  latest.current = scale;

  const draw = useCallback(() => {
    const { scrollTop, virtualTop } = stand.current;
    const { viewport: height } = latest.current;
    const next = windowOf(virtualTop, height, rowHeight, rows, OVERSCAN);
    const offset = scrollTop - virtualTop;
    setDrawn((old) =>
      old.first === next.first && old.count === next.count && old.offset === offset
        ? old
        : { ...next, offset },
    );
  }, [rowHeight, rows]);

  useLayoutEffect(() => {
    const el = element.current;
    if (el === null) return;
    const measure = () => setViewport(Math.max(0, el.clientHeight - header));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    return () => observer.disconnect();
  }, [element, header]);

  const place = useCallback(
    (virtualTop: number) => {
      const el = element.current;
      if (el === null) return;
      el.scrollTop = toScroll(latest.current, virtualTop);
      stand.current = { scrollTop: el.scrollTop, virtualTop };
      draw();
    },
    [element, draw],
  );

  // A shorter list or a taller pane can leave the stand beyond the end.
  useLayoutEffect(() => {
    const end = Math.max(0, rows * rowHeight - viewport);
    if (stand.current.virtualTop > end) place(end);
    else draw();
  }, [rows, rowHeight, viewport, place, draw]);

  const onScroll = useCallback(() => {
    const el = element.current;
    if (el === null) return;
    stand.current = follow(latest.current, stand.current, el.scrollTop);
    draw();
    if (latest.current.virtual === latest.current.real) return;
    if (rest.current !== null) clearTimeout(rest.current);
    rest.current = setTimeout(() => place(stand.current.virtualTop), REST_MS);
  }, [element, draw, place]);

  useEffect(
    () => () => {
      if (rest.current !== null) clearTimeout(rest.current);
    },
    [],
  );

  const revealRow = useCallback(
    (row: number) => {
      const wanted = reveal(latest.current, stand.current.virtualTop, row, rowHeight);
      if (wanted !== stand.current.virtualTop) place(wanted);
    },
    [rowHeight, place],
  );

  return {
    height: scale.real,
    first: drawn.first,
    count: drawn.count,
    top: drawn.first * rowHeight + drawn.offset,
    page: Math.max(1, Math.floor(viewport / rowHeight) - 1),
    pool: Math.ceil(viewport / rowHeight) + 2 * OVERSCAN + 4,
    reveal: revealRow,
    onScroll,
  };
}
