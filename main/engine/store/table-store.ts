import { LOOKUP_CHANGES, type LookupChange } from '../../../shared/views/plan.ts';
import { MARK, MARK_STATE } from './columns.ts';
import { outboundRecords } from './outbound.ts';
import type { Route } from './outbox-store.ts';
import { marksFor, type RowStates, rowStates, VERDICT } from './row-verdicts.ts';
import type { RowVersions } from './row-versions.ts';
import type { Rows } from './rows.ts';
import type { LookupDiff, RowChangeState, TableStore } from './store.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';
import type { Texts } from './texts.ts';

const NO_CHANGE = 255;
const codeOf = (change: LookupChange): number => LOOKUP_CHANGES.indexOf(change);

/** Every version that a hand-over is about, and what it does, at one moment. */
interface Comparison extends RowStates {
  /** Code of the {@link LookupChange} of each version; {@link NO_CHANGE} for those that are not about to go out. */
  changes: Uint8Array;
}

/** What lookups hold, and what hand-overs would change in them. */
export function createTableStore(
  file: StoreFile,
  texts: Texts,
  rows: Rows,
  versions: RowVersions,
  superseding: Superseding,
): TableStore {
  const { columns, catalogue } = file;
  /** The last answer: a plan is asked for page by page. */
  let last: { stamp: string; comparison: Comparison } | null = null;
  file.onReset(() => {
    last = null;
  });

  const indexOf = (version: number): number => (versions.key[version] ?? 0) - 1;
  const isGone = (version: number): boolean => catalogue.shape(columns.shape[indexOf(version)] ?? 0).revoked;

  const changeTo = (held: number, version: number): LookupChange => {
    if (isGone(version)) return held < 0 ? 'unchanged' : 'removed';
    if (held < 0) return 'added';
    if (held === version) return 'unchanged';
    const same =
      versions.digest[held] === versions.digest[version] &&
      columns.bytes[indexOf(held)] === columns.bytes[indexOf(version)];
    return same ? 'unchanged' : 'changed';
  };

  const compare = (route: Route): Comparison => {
    versions.refresh();
    const stamp = JSON.stringify([route, columns.rev, columns.count]);
    if (last?.stamp === stamp) return last.comparison;
    const states = rowStates(file, versions, route);
    const known = marksFor(columns, route);
    const changes = new Uint8Array(versions.count).fill(NO_CHANGE);
    for (let v = 0; v < versions.count; v++) {
      const verdict = states.verdicts[v];
      const queued = ((known?.marks[indexOf(v)] ?? 0) & MARK_STATE) === MARK.queued;
      if (verdict === VERDICT.superseded) changes[v] = codeOf('superseded');
      else if (queued || verdict === VERDICT.send) {
        changes[v] = codeOf(changeTo(states.held[versions.row[v] ?? 0] ?? -1, v));
      }
    }
    const comparison = { ...states, changes };
    last = { stamp, comparison };
    return comparison;
  };

  const countHeld = (held: Int32Array): number => held.reduce((sum, v) => sum + (v < 0 ? 0 : 1), 0);

  const heldKeys = (route: Route): number[] =>
    [...compare(route).held]
      .filter((v) => v >= 0)
      .map((v) => versions.key[v] ?? 0)
      .sort((a, b) => a - b);

  const states = (version: number, { held }: Comparison, change: LookupChange): RowChangeState => {
    const of = held[versions.row[version] ?? 0] ?? -1;
    return { change, held: of < 0 ? null : (versions.key[of] ?? 0) };
  };

  return {
    held: (route) =>
      file.read(() => {
        const { held, begun } = compare(route);
        return { rows: countHeld(held), begun };
      }),
    heldRecords: (route) =>
      outboundRecords(
        file,
        texts,
        file.read(() => heldKeys(route)),
      ),
    diff: (route) =>
      file.read((): LookupDiff => {
        const { changes, held, begun } = compare(route);
        const counts = new Uint32Array(NO_CHANGE + 1);
        for (const change of changes) counts[change] = (counts[change] ?? 0) + 1;
        const of = (change: LookupChange): number => counts[codeOf(change)] ?? 0;
        const before = countHeld(held);
        return {
          operation: !begun
            ? 'create'
            : before === 0 || route.lookup?.update === 'full'
              ? 'replace'
              : 'update',
          added: of('added'),
          changed: of('changed'),
          removed: of('removed'),
          unchanged: of('unchanged'),
          superseded: of('superseded'),
          before,
          after: before + of('added') - of('removed'),
        };
      }),
    diffRows: (route, { changes: wanted, index, limit }) =>
      file.read(() => {
        const comparison = compare(route);
        const codes = new Set(wanted.map(codeOf));
        const found: number[] = [];
        let total = 0;
        for (let v = 0; v < versions.count; v++) {
          if (!codes.has(comparison.changes[v] ?? NO_CHANGE)) continue;
          if (total >= index && found.length < limit) found.push(v);
          total++;
        }
        return {
          rows: found.map((v) => ({
            row: rows.row(versions.key[v] ?? 0),
            ...states(v, comparison, LOOKUP_CHANGES[comparison.changes[v] ?? 0] ?? 'unchanged'),
          })),
          total,
        };
      }),
    changeOf: (route, key) =>
      file.read(() => {
        const version = versions.refresh().of(key);
        if (version < 0) return null;
        const comparison = compare(route);
        const held = comparison.held[versions.row[version] ?? 0] ?? -1;
        const over = held !== version && superseding.newerThan(version) >= 0;
        return states(version, comparison, over ? 'superseded' : changeTo(held, version));
      }),
  };
}
