import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RecordRow } from '../../../shared/records.ts';
import type { Family } from '../../state/family.ts';
import { bytes, count, countOf, middleEllipsis } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { DECISION_WORDS, DELIVERY_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import type { Column } from './column-arrangement.ts';
import { CEWL_COLUMNS } from './columns-cewl.tsx';
import { EVENT_COLUMNS } from './columns-event.tsx';

/** Columns that every kind of record has, by id. */
const COMMON = {
  name: { id: 'name', title: 'Name', width: null, sort: 'name', cell: nameCell },
  tlp: { id: 'tlp', title: 'TLP', width: 148, cell: (r) => <TlpChip tlp={r.tlp} /> },
  decision: {
    id: 'decision',
    title: 'Decision',
    width: 92,
    cell: (r) => <StateLabel {...DECISION_WORDS[r.decision]} />,
  },
  delivery: { id: 'delivery', title: 'Delivery', width: 128, cell: deliveryCell },
  source: { id: 'source', title: 'Source', width: 112, cell: (r) => <VisibleText text={r.source} /> },
  problems: { id: 'problems', title: 'Problems', width: 76, cell: problemsCell },
} satisfies Record<string, Column>;

/** Hidden until asked for. */
const EXTRA: readonly Column[] = [
  {
    id: 'collection',
    title: 'Collection',
    width: 168,
    cell: (r) => <VisibleText text={r.collectionTitle || r.collection} />,
    hidden: true,
  },
  { id: 'kind', title: 'Kind', width: 80, cell: (r) => r.kind, hidden: true },
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

const ID: Column = {
  id: 'id',
  title: 'Id',
  width: 230,
  cell: (r) => <code title={r.id}>{middleEllipsis(r.id, 30)}</code>,
  hidden: true,
};

const MODIFIED: Column = {
  id: 'modified',
  title: 'Modified (UTC)',
  width: 152,
  sort: 'modified',
  cell: (r) => <Time at={r.modified} />,
};

const STIX: readonly Column[] = [
  { id: 'type', title: 'Type', width: 116, sort: 'type', cell: (r) => <VisibleText text={r.type} /> },
  COMMON.name,
  COMMON.tlp,
  MODIFIED,
  COMMON.decision,
  COMMON.delivery,
  COMMON.source,
  COMMON.problems,
  ID,
  ...EXTRA,
];

const CEWL: readonly Column[] = [
  { ...ID, title: 'CVE', width: 148, hidden: false, cell: (r) => <VisibleText text={r.id} /> },
  ...CEWL_COLUMNS,
  { ...COMMON.name, title: 'Vendor and product', hidden: true, width: 220 },
  COMMON.decision,
  COMMON.delivery,
  { ...COMMON.source, hidden: true },
  COMMON.problems,
  ...EXTRA,
];

const EVENTS: readonly Column[] = [
  { id: 'type', title: 'Type', width: 148, sort: 'type', cell: (r) => <VisibleText text={r.type} /> },
  { ...COMMON.name, title: 'Title' },
  ...EVENT_COLUMNS,
  { ...MODIFIED, title: 'Updated (UTC)' },
  { ...COMMON.tlp, width: 112 },
  COMMON.decision,
  COMMON.delivery,
  { ...COMMON.source, hidden: true },
  COMMON.problems,
  { ...ID, width: 90 },
  ...EXTRA,
];

/** What a table of one family can show, in its usual order. A table of several families has the columns of STIX, which all records have. */
export function columnsOf(family: Family | null): readonly Column[] {
  return family === 'cewl' ? CEWL : family === 'events' ? EVENTS : STIX;
}

function nameCell(row: RecordRow): ReactNode {
  return (
    <>
      {row.revoked && row.kind !== 'cewl' ? <span className="revoked">Revoked</span> : null}
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
