import { MARK, MARK_OVERRIDE, MARK_STATE, type Marks } from './columns.ts';
import { endCover, settle } from './delivery-state.ts';
import type { Route } from './outbox-store.ts';
import { holdsAnother, isPast } from './row-verdicts.ts';
import type { RowVersions } from './row-versions.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';

/**
 * Inside a write: the destination's marks are about the route's lookup from now on. Where it went to another one before, what that one holds
 * says nothing of this one, and what an override let through to that one is held back from this one.
 */
export function adoptLookup(
  { columns }: StoreFile,
  versions: RowVersions,
  superseding: Superseding,
  to: Marks,
  route: Route,
): void {
  if (route.lookup === undefined || to.holds === route.lookup.identity) return;
  if (holdsAnother(to, route)) {
    const { key, count } = versions.refresh();
    const rows = superseding.collect();
    for (let v = 0; v < count; v++) {
      const i = (key[v] ?? 0) - 1;
      const mark = to.marks[i] ?? 0;
      const past = isPast(mark & MARK_STATE);
      if (!past && (mark & MARK_OVERRIDE) === 0) continue;
      if (past) columns.setMark(to, i, MARK.none);
      else endCover(columns, to, i);
      settle(columns, i, (columns.state[i] ?? 0) & 3);
    }
    for (let v = 0; v < count; v++) rows.add(key[v] ?? 0);
    rows.settle();
  }
  columns.setHolds(to, route.lookup.identity);
}
