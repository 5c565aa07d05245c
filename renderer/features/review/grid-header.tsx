// biome-ignore-all lint/a11y/useSemanticElements: a virtual grid of a million rows is not a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the one tab stop and names its active row

import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { RecordSort } from '../../../shared/records.ts';
import { selectAll, selectNone, sortBy } from '../../state/review.ts';
import type { Arrangement, ShownColumn } from './column-arrangement.ts';

/** The header row: sorts on click, resizes by its edges. The keyboard does both in the Columns menu. */
export function GridHeader({
  columns,
  arrangement,
  sort,
  all,
}: {
  columns: readonly ShownColumn[];
  arrangement: Arrangement;
  sort: RecordSort;
  all: 'all' | 'some' | 'none';
}) {
  return (
    <div role="row" className="grid-head" aria-rowindex={1}>
      <div role="columnheader" aria-colindex={1} className="grid-cell grid-check">
        <button
          type="button"
          tabIndex={-1}
          className="check"
          data-on={all === 'all' ? '' : undefined}
          data-some={all === 'some' ? '' : undefined}
          aria-label={all === 'all' ? 'Select none' : 'Select all that match'}
          title={all === 'all' ? 'Select none' : 'Select all that match'}
          onClick={() => (all === 'all' ? selectNone() : selectAll())}
        />
      </div>
      {columns.map((column, i) => {
        const sorted = column.sort === sort.by ? sort.dir : null;
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-colindex={i + 2}
            aria-sort={sorted === null ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
            className={column.numeric === true ? 'grid-cell num' : 'grid-cell'}
          >
            {column.sort === undefined ? (
              <span className="clip">{column.title}</span>
            ) : (
              <SortButton title={column.title} by={column.sort} sorted={sorted} />
            )}
            <Edge column={column} arrangement={arrangement} />
          </div>
        );
      })}
    </div>
  );
}

function SortButton({
  title,
  by,
  sorted,
}: {
  title: string;
  by: RecordSort['by'];
  sorted: 'asc' | 'desc' | null;
}) {
  const Arrow = sorted === 'asc' ? IconArrowUp : IconArrowDown;
  return (
    <button
      type="button"
      tabIndex={-1}
      className="plain-button grid-sort"
      title={`Sort by ${title}`}
      onClick={() => sortBy(by)}
    >
      <span className="clip">{title}</span>
      {sorted === null ? null : <Arrow size={13} aria-hidden="true" />}
    </button>
  );
}

/** Drags the column's right edge. */
function Edge({ column, arrangement }: { column: ShownColumn; arrangement: Arrangement }) {
  const onPointerDown = (event: React.PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    const handle = event.currentTarget;
    const start = event.clientX;
    const width = handle.parentElement?.getBoundingClientRect().width ?? 100;
    handle.setPointerCapture(event.pointerId);
    const onMove = (move: PointerEvent) => arrangement.resize(column.id, width + move.clientX - start);
    const onUp = () => {
      handle.removeEventListener('pointermove', onMove);
      handle.removeEventListener('pointerup', onUp);
    };
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('pointerup', onUp);
  };
  return <span className="grid-edge" aria-hidden="true" onPointerDown={onPointerDown} />;
}
