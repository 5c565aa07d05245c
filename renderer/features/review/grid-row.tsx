// biome-ignore-all lint/a11y/useSemanticElements: a virtual grid of a million rows is not a table element
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the one tab stop and names its active row

import { memo } from 'react';
import type { RecordRow } from '../../../shared/records.ts';
import type { ShownColumn } from './column-arrangement.ts';

/** One row. Drawn again only when its record, its standing or the columns change. */
export const GridRow = memo(function GridRow({
  row,
  index,
  columns,
  chosen,
  cursor,
  opened,
}: {
  row: RecordRow | null;
  index: number;
  columns: readonly ShownColumn[];
  chosen: boolean;
  cursor: boolean;
  opened: boolean;
}) {
  return (
    <div
      role="row"
      id={`record-${index}`}
      className="grid-row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-index={index}
      data-cursor={cursor ? '' : undefined}
      data-opened={opened ? '' : undefined}
      data-off={row !== null && (row.decision === 'rejected' || row.revoked) ? '' : undefined}
    >
      <div role="gridcell" aria-colindex={1} className="grid-cell grid-check" data-check="">
        <span className="check" data-on={chosen ? '' : undefined} />
      </div>
      {columns.map((column, i) => (
        <div
          key={column.id}
          role="gridcell"
          aria-colindex={i + 2}
          className={column.numeric === true ? 'grid-cell num' : 'grid-cell'}
          data-column={column.id}
        >
          {row === null ? <span className="skeleton grid-skeleton" /> : column.cell(row)}
        </div>
      ))}
    </div>
  );
});
