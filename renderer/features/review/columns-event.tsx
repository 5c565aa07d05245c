import type { ReactNode } from 'react';
import type { EventCells, RecordRow } from '../../../shared/records.ts';
import { count } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import type { Column } from './column-arrangement.ts';

const of =
  (show: (cells: EventCells) => ReactNode): Column['cell'] =>
  (row: RecordRow) =>
    row.cells?.kind === 'event' ? show(row.cells) : <span className="dim">–</span>;

/** What only ThreatQuotient events have. */
export const EVENT_COLUMNS: readonly Column[] = [
  {
    id: 'happened',
    title: 'Happened (UTC)',
    width: 152,
    sort: 'happened',
    cell: of((c) => <Time at={c.happened} />),
  },
  {
    id: 'sources',
    title: 'Sources',
    width: 124,
    cell: of((c) =>
      c.sources.length === 0 ? (
        <span className="dim">–</span>
      ) : (
        <VisibleText text={c.sources.join(', ').slice(0, 300)} />
      ),
    ),
  },
  { id: 'attributes', title: 'Attributes', width: 84, numeric: true, cell: of((c) => count(c.attributes)) },
];
