import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RecordRow, RecordSort } from '../../../shared/records.ts';
import { type ColumnChoice, prefer, usePreferences } from '../../state/preferences.ts';
import { bytes, count, countOf, middleEllipsis } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { DECISION_WORDS, DELIVERY_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

export interface Column {
  readonly id: string;
  readonly title: string;
  /** px; null takes what is left. */
  readonly width: number | null;
  readonly sort?: RecordSort['by'];
  readonly numeric?: boolean;
  readonly hidden?: boolean;
  readonly cell: (row: RecordRow) => ReactNode;
}

/** The narrowest the column without a width gets, px. */
export const FLEXIBLE_MIN = 176;

export const COLUMNS: readonly Column[] = [
  { id: 'type', title: 'Type', width: 116, sort: 'type', cell: (r) => <VisibleText text={r.type} /> },
  { id: 'name', title: 'Name', width: null, sort: 'name', cell: nameCell },
  { id: 'tlp', title: 'TLP', width: 148, cell: (r) => <TlpChip tlp={r.tlp} /> },
  {
    id: 'modified',
    title: 'Modified (UTC)',
    width: 152,
    sort: 'modified',
    cell: (r) => <Time at={r.modified} />,
  },
  {
    id: 'decision',
    title: 'Decision',
    width: 92,
    cell: (r) => <StateLabel {...DECISION_WORDS[r.decision]} />,
  },
  { id: 'delivery', title: 'Delivery', width: 128, cell: deliveryCell },
  { id: 'source', title: 'Source', width: 112, cell: (r) => <VisibleText text={r.source} /> },
  { id: 'problems', title: 'Problems', width: 76, cell: problemsCell },
  {
    id: 'collection',
    title: 'Collection',
    width: 168,
    cell: (r) => <VisibleText text={r.collectionTitle || r.collection} />,
    hidden: true,
  },
  { id: 'kind', title: 'Kind', width: 80, cell: (r) => r.kind, hidden: true },
  {
    id: 'id',
    title: 'Id',
    width: 230,
    cell: (r) => <code title={r.id}>{middleEllipsis(r.id, 30)}</code>,
    hidden: true,
  },
  {
    id: 'version',
    title: 'Version',
    width: 190,
    cell: (r) => <VisibleText text={r.version} />,
    hidden: true,
  },
  {
    id: 'received',
    title: 'Received (UTC)',
    width: 152,
    sort: 'arrival',
    cell: (r) => <Time at={r.received} />,
    hidden: true,
  },
  { id: 'bytes', title: 'Size', width: 76, numeric: true, cell: (r) => bytes(r.bytes), hidden: true },
];

function nameCell(row: RecordRow): ReactNode {
  return (
    <>
      {row.revoked ? <span className="revoked">Revoked</span> : null}
      {row.name === '' ? (
        <code className="dim">{middleEllipsis(row.id, 27)}</code>
      ) : (
        <VisibleText text={row.name.slice(0, 300)} />
      )}
    </>
  );
}

function deliveryCell(row: RecordRow): ReactNode {
  if (row.delivery === 'none') return <span className="dim">–</span>;
  return (
    <span title={row.maybeTwice ? 'Devo may have taken it more than once.' : undefined}>
      <StateLabel {...DELIVERY_WORDS[row.delivery]} />
      {row.maybeTwice ? <span className="dim"> ×2?</span> : null}
    </span>
  );
}

function problemsCell(row: RecordRow): ReactNode {
  if (row.problems === 0) return <span className="dim">–</span>;
  return (
    <span className="problem-count" title={countOf(row.problems, 'problem')}>
      <IconAlertTriangle size={14} aria-hidden="true" /> {count(row.problems)}
    </span>
  );
}

export interface ShownColumn extends Column {
  readonly shown: boolean;
}

/** All columns in the analyst's order, with what is shown and how wide. New columns come last. */
export function arrange(choices: readonly ColumnChoice[] | null): ShownColumn[] {
  const byId = new Map(COLUMNS.map((c) => [c.id, c]));
  const out: ShownColumn[] = [];
  for (const choice of choices ?? []) {
    const column = byId.get(choice.id);
    if (column === undefined) continue;
    byId.delete(choice.id);
    out.push({ ...column, shown: choice.shown, width: choice.width ?? column.width });
  }
  for (const column of byId.values()) out.push({ ...column, shown: column.hidden !== true });
  return out;
}

/** CSS grid columns for the shown ones, the selection cell first. */
export function template(columns: readonly ShownColumn[]): string {
  return [
    '34px',
    ...columns.map((c) => (c.width === null ? `minmax(${FLEXIBLE_MIN}px, 1fr)` : `${c.width}px`)),
  ].join(' ');
}

/** The least width all shown columns need, px. */
export function leastWidth(columns: readonly ShownColumn[]): number {
  return 34 + columns.reduce((sum, c) => sum + (c.width ?? FLEXIBLE_MIN), 0);
}

function save(columns: readonly ShownColumn[]): void {
  const own = new Map(COLUMNS.map((c) => [c.id, c.width]));
  prefer({
    columns: columns.map((c) => ({
      id: c.id,
      shown: c.shown,
      width: c.width === own.get(c.id) ? null : c.width,
    })),
  });
}

const current = () => arrange(usePreferences.getState().columns);

export function showColumn(id: string, shown: boolean): void {
  save(current().map((c) => (c.id === id ? { ...c, shown } : c)));
}

export function resizeColumn(id: string, width: number): void {
  save(
    current().map((c) => (c.id === id ? { ...c, width: Math.max(56, Math.min(900, Math.round(width))) } : c)),
  );
}

export function moveColumn(id: string, by: -1 | 1): void {
  const columns = current();
  const at = columns.findIndex((c) => c.id === id);
  const to = at + by;
  const [moved] = columns.splice(at, 1);
  if (moved === undefined || to < 0 || to > columns.length) return;
  columns.splice(to, 0, moved);
  save(columns);
}

export function resetColumns(): void {
  prefer({ columns: null });
}
