import type { CewlCells, EventCells, RecordRow } from '../../../shared/records.ts';
import { tlpLabel } from '../../../shared/tlp.ts';
import { CSV_CELL_SEPARATOR, CSV_ROW_END, quoted } from '../devo/lookup/csv.ts';

/** Furthest instant that has a name, ms. ECMA-262, time values. */
const LAST_INSTANT = 8.64e15;

type Value = string | number | boolean | null;

const instant = (ms: number | null): string =>
  ms === null || !(Math.abs(ms) <= LAST_INSTANT) ? '' : new Date(ms).toISOString();
const cewl =
  (value: (cells: CewlCells) => Value) =>
  ({ cells }: RecordRow): Value =>
    cells?.kind === 'cewl' ? value(cells) : null;
const event =
  (value: (cells: EventCells) => Value) =>
  ({ cells }: RecordRow): Value =>
    cells?.kind === 'event' ? value(cells) : null;

/** The columns of the review table, those of every kind of record: always the same ones in the same order. Times are ISO 8601, UTC. */
const COLUMNS: readonly (readonly [name: string, value: (row: RecordRow) => Value])[] = [
  ['source', (row) => row.source],
  ['collection', (row) => row.collectionTitle || row.collection],
  ['collection_id', (row) => row.collection],
  ['kind', (row) => row.kind],
  ['type', (row) => row.type],
  ['id', (row) => row.id],
  ['version', (row) => row.version],
  ['name', (row) => row.name],
  ['tlp', (row) => (row.tlp === 'none' ? '' : tlpLabel(row.tlp))],
  ['modified', (row) => instant(row.modified)],
  ['received', (row) => instant(row.received)],
  ['decision', (row) => row.decision],
  ['delivery', (row) => row.delivery],
  ['maybe_twice', (row) => row.maybeTwice],
  ['revoked', (row) => row.revoked],
  ['pulling_id', (row) => row.pullingId],
  ['problems', (row) => row.problems],
  ['bytes', (row) => row.bytes],
  ['change', cewl((cells) => cells.change)],
  ['score', cewl((cells) => cells.score)],
  ['severity', cewl((cells) => cells.severity)],
  ['vendor', cewl((cells) => cells.vendor)],
  ['product', cewl((cells) => cells.product)],
  ['cwe', cewl((cells) => cells.cwe)],
  ['published', cewl((cells) => instant(cells.published))],
  ['added', cewl((cells) => instant(cells.added))],
  ['discovered', cewl((cells) => instant(cells.discovered))],
  ['first_seen', cewl((cells) => instant(cells.firstSeen))],
  ['id_ref', cewl((cells) => cells.idRef)],
  ['happened', event((cells) => instant(cells.happened))],
  ['event_sources', event((cells) => cells.sources.join('; '))],
  ['attributes', event((cells) => cells.attributes)],
];

/** What makes a spreadsheet read a cell as a formula, or lets one begin behind it. OWASP, CSV Injection. */
const FORMULA = /^[=+\-@\t\r\n]/;

/** Text as a cell that no spreadsheet runs: an apostrophe goes before what would begin a formula. The rest stays as it is. */
export function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

const line = (cells: readonly string[]): string =>
  cells.map((cell) => quoted(harmless(cell))).join(CSV_CELL_SEPARATOR) + CSV_ROW_END;

/** The first line: names of the columns. RFC 4180. */
export const CSV_HEADER = line(COLUMNS.map(([name]) => name));

/** A record as a line of the table. Every cell is quoted; nothing where the record has no value. */
export function csvLine(row: RecordRow): string {
  return line(COLUMNS.map(([, value]) => String(value(row) ?? '')));
}
