// biome-ignore-all lint/a11y/useSemanticElements: a virtual grid of a million rows is not a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the one tab stop and names its active row

import { useEffect, useMemo, useRef } from 'react';
import { pressed } from '../../../shared/commands.ts';
import { isMac } from '../../keyboard.ts';
import type { PageCache } from '../../state/page-cache.ts';
import { rowHeight, usePreferences } from '../../state/preferences.ts';
import { moveTo, openAt, toggleRow, useReview } from '../../state/review.ts';
import { chosenCount, isChosen } from '../../state/selection.ts';
import { copyText } from '../../ui/copy-button.tsx';
import { leastWidth, template } from './column-arrangement.ts';
import { GridHeader } from './grid-header.tsx';
import { GridRow } from './grid-row.tsx';
import { useCacheVersion } from './use-cache.ts';
import { useColumns } from './use-columns.ts';
import { useScaledScroll } from './use-scaled-scroll.ts';

const HEADER = 28;
export const GRID_ID = 'records';

export function focusGrid(): void {
  document.getElementById(GRID_ID)?.focus({ preventScroll: true });
}

/** The table of records: only what is in view is drawn, whatever the number of rows. One tab stop. */
export function RecordsGrid({ cache }: { cache: PageCache }) {
  useCacheVersion(cache);
  const element = useRef<HTMLDivElement>(null);
  const chosen = useReview((s) => s.chosen);
  const cursor = useReview((s) => s.cursor);
  const detail = useReview((s) => s.detail);
  const sort = useReview((s) => s.sort);
  const height = rowHeight(usePreferences((p) => p.density));
  const { columns: all, arrangement } = useColumns();
  const columns = useMemo(() => all.filter((c) => c.shown), [all]);
  const total = cache.total ?? 0;
  const scroll = useScaledScroll(element, total, height, HEADER);
  const { first, count, reveal } = scroll;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the first answer tells how many there are
  useEffect(() => {
    cache.want(first, Math.max(count, 40));
  }, [cache, first, count, total]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another view or an opened pane moves the row too
  useEffect(() => {
    reveal(cursor);
  }, [cursor, cache, detail, reveal]);

  useEffect(() => focusGrid(), []);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const state = useReview.getState();
    const to = destination(event, state.cursor, scroll.page, total);
    if (to !== null) {
      event.preventDefault();
      moveTo(to, event.shiftKey);
      return;
    }
    const row = cache.row(state.cursor);
    if (event.key === ' ') {
      event.preventDefault();
      if (event.shiftKey) moveTo(state.cursor, true);
      else toggleRow(state.cursor);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openAt(state.cursor);
    } else if (
      pressed('Mod+C', event, isMac) &&
      row !== null &&
      window.getSelection()?.isCollapsed !== false
    ) {
      event.preventDefault();
      void copyText(row.id, 'the id');
    }
  };

  const onClick = (event: React.MouseEvent) => {
    const target = event.target as HTMLElement;
    const at = Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? Number.NaN);
    if (Number.isNaN(at)) return;
    if (event.shiftKey) moveTo(at, true);
    else if (target.closest('[data-check]') !== null || event.ctrlKey || event.metaKey) toggleRow(at);
    else {
      moveTo(at);
      openAt(at);
    }
  };

  const n = chosenCount(chosen, total);
  const drawn = Array.from({ length: count }, (_, i) => first + i);
  const active = cursor >= first && cursor < first + count ? `record-${cursor}` : undefined;
  return (
    <div
      ref={element}
      id={GRID_ID}
      role="grid"
      aria-label="Records"
      aria-rowcount={total + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={active}
      aria-busy={cache.total === null}
      tabIndex={0}
      className="grid"
      style={{ '--cols': template(columns), '--least': `${leastWidth(columns)}px` } as React.CSSProperties}
      onScroll={scroll.onScroll}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseDown={(event) => {
        // Shift-click extends the selection, not the selected text.
        if (event.shiftKey) event.preventDefault();
      }}
    >
      <GridHeader
        columns={columns}
        arrangement={arrangement}
        sort={sort}
        all={n === 0 ? 'none' : n >= total ? 'all' : 'some'}
      />
      <div role="rowgroup" className="grid-body" style={{ height: scroll.height }}>
        <div role="presentation" className="grid-layer" style={{ transform: `translateY(${scroll.top}px)` }}>
          {drawn.map((index) => {
            const row = cache.row(index);
            return (
              <GridRow
                key={index % scroll.pool}
                row={row}
                index={index}
                columns={columns}
                chosen={row !== null && isChosen(chosen, row.key)}
                cursor={index === cursor}
                opened={row !== null && row.key === detail}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Row that a movement key leads to; null for other keys. */
function destination(event: React.KeyboardEvent, cursor: number, page: number, total: number): number | null {
  if (event.altKey) return null;
  switch (event.key) {
    case 'ArrowDown':
      return cursor + 1;
    case 'ArrowUp':
      return cursor - 1;
    case 'PageDown':
      return cursor + page;
    case 'PageUp':
      return cursor - page;
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}
