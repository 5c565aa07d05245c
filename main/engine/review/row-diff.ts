import { LONGEST_CELL, type RowDiffView } from '../../../shared/views/record.ts';
import type { Destination } from '../devo/destination.ts';
import type { Route } from '../store/outbox-store.ts';
import type { RecordStore, TableStore } from '../store/store.ts';
import { outboundOf } from './wire-preview.ts';

/**
 * One row against the version that was last handed over to a lookup, in the lookup's columns and after obfuscation. Null for what is no row of
 * a table or goes to no lookup there.
 */
export function rowDiff(
  key: number,
  destination: Destination,
  route: Route,
  store: { records: RecordStore; tables: TableStore },
): RowDiffView | null {
  const { table, name } = destination;
  const state = store.tables.changeOf(route, key);
  if (state === null || table === null || route.lookup === undefined) return null;
  const row = store.records.row(key);
  if (row === null || !route.sources.includes(row.source)) return null;
  const before = state.held === null ? null : cellsOf(state.held);
  const after = row.revoked ? null : cellsOf(key);
  const columns = (after ?? before ?? []).map((cell) => cell.column);
  return {
    destination: name,
    lookup: route.lookup.name,
    change: state.change,
    held: state.held,
    cells: columns.map((column, at) => {
      const then = before?.[at]?.text ?? null;
      const now = after?.[at]?.text ?? null;
      return { column, before: cut(then), after: cut(now), changed: then !== now };
    }),
  };

  /** Nothing where the text cannot become a row. */
  function cellsOf(of: number): { column: string; text: string }[] | null {
    const detail = store.records.get(of);
    if (detail === null || table === null) return null;
    const record = outboundOf(detail);
    return destination.whyNotSendable(record) === null ? table.cells(record) : null;
  }
}

const cut = (text: string | null): string | null =>
  text !== null && text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL).toWellFormed()}…` : text;
