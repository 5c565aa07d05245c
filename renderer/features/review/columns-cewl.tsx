import type { ReactNode } from 'react';
import type { CewlCells, RecordRow, RowChange } from '../../../shared/records.ts';
import { Day } from '../../ui/parts.tsx';
import { StateLabel, type Tone } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import type { Column } from './column-arrangement.ts';
import '../../styles/cewl.css';

export const CHANGE_WORDS: Readonly<Record<RowChange, { tone: Tone; word: string; hollow?: boolean }>> = {
  new: { tone: 'staged', word: 'New' },
  changed: { tone: 'held', word: 'Changed' },
  gone: { tone: 'rejected', word: 'Gone', hollow: true },
};

/** A cell from what the row's kind has; a dash where the record has none. */
const of =
  (show: (cells: CewlCells) => ReactNode): Column['cell'] =>
  (row: RecordRow) =>
    row.cells?.kind === 'cewl' ? show(row.cells) : <span className="dim">–</span>;

const text = (value: string): ReactNode =>
  value === '' ? <span className="dim">–</span> : <VisibleText text={value.slice(0, 300)} />;

/** A CVSS base score as a number and as a length. */
export function Score({ score }: { score: number | null }) {
  if (score === null) return <span className="dim">Unknown</span>;
  return (
    <span className="score">
      {score.toFixed(1)}
      <i aria-hidden="true">
        <b style={{ width: `${Math.max(0, Math.min(10, score)) * 10}%` }} />
      </i>
    </span>
  );
}

/** A severity in its own word, with its rank as filled marks. */
export function Severity({ severity }: { severity: string }) {
  if (severity === '') return <span className="dim">–</span>;
  const rank = ['low', 'medium', 'high', 'critical'].indexOf(severity.toLowerCase()) + 1;
  return (
    <span className="severity" data-rank={rank === 0 ? undefined : rank}>
      <i aria-hidden="true" />
      <VisibleText text={severity.slice(0, 40)} />
    </span>
  );
}

/** What only rows of the CVE Early Warning List have. */
export const CEWL_COLUMNS: readonly Column[] = [
  { id: 'change', title: 'Change', width: 92, cell: of((c) => <StateLabel {...CHANGE_WORDS[c.change]} />) },
  { id: 'score', title: 'Score', width: 96, sort: 'score', cell: of((c) => <Score score={c.score} />) },
  {
    id: 'severity',
    title: 'Severity',
    width: 104,
    sort: 'severity',
    cell: of((c) => <Severity severity={c.severity} />),
  },
  { id: 'vendor', title: 'Vendor', width: 132, sort: 'vendor', cell: of((c) => text(c.vendor)) },
  { id: 'product', title: 'Product', width: null, sort: 'product', cell: of((c) => text(c.product)) },
  { id: 'cwe', title: 'CWE', width: 92, sort: 'cwe', cell: of((c) => text(c.cwe)) },
  {
    id: 'firstSeen',
    title: 'First seen',
    width: 104,
    sort: 'firstSeen',
    cell: of((c) => <Day at={c.firstSeen} />),
  },
  { id: 'added', title: 'Added', width: 104, sort: 'added', cell: of((c) => <Day at={c.added} />) },
  {
    id: 'published',
    title: 'Published',
    width: 104,
    sort: 'published',
    cell: of((c) => <Day at={c.published} />),
    hidden: true,
  },
  {
    id: 'idRef',
    title: 'id_ref',
    width: 84,
    numeric: true,
    sort: 'idRef',
    cell: of((c) => (c.idRef === null ? <span className="dim">–</span> : String(c.idRef))),
    hidden: true,
  },
];
