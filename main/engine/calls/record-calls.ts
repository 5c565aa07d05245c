import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallName } from '../../../shared/contract.ts';
import { SluiceError } from '../../../shared/errors.ts';
import type { RecordRow } from '../../../shared/records.ts';
import { aboveCeiling, tlpLabel } from '../../../shared/tlp.ts';
import type { RowDiffView } from '../../../shared/views/record.ts';
import { KnownNames } from '../review/known-names.ts';
import { recordDetailView } from '../review/record-detail.ts';
import { rowDiff } from '../review/row-diff.ts';
import { outboundOf, previewOf } from '../review/wire-preview.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Exclude<Extract<CallName, `records.${string}` | `filters.${string}`>, 'records.diff'>;

/** How long putting a table in order may hold up other calls, ms. */
const SLICE_MS = 20;
/** Longest time for it in slices, ms: where records keep changing under it, it is then done in one go. */
const PREPARED_MS = 3000;

/** Reading, deciding, saved filters. `changed` is told after anything that moves counts. */
export function recordCalls(workspace: Workspace, changed: () => void): Handlers<Names> {
  const { store, clock } = workspace;
  const names = new KnownNames(store.records);

  /** The row against each enabled lookup that its source delivers to. */
  const lookupsOf = async (key: number, row: RecordRow): Promise<RowDiffView[]> => {
    const found: RowDiffView[] = [];
    for (const entry of row.kind === 'cewl' ? workspace.destinations() : []) {
      const route = workspace.routeOf(entry.settings);
      if (!entry.settings.enabled || route.lookup === undefined) continue;
      const destination = await workspace.openDestination(entry);
      const diff = rowDiff(key, destination, route, store);
      await destination.close();
      if (diff !== null) found.push(diff);
    }
    return found;
  };
  return {
    'records.page': async ({ filter, sort, index, after, limit }) => {
      const until = clock.monotonic() + PREPARED_MS;
      while (!store.records.prepare(sort, filter.asOf, SLICE_MS) && clock.monotonic() < until)
        await nextTurn();
      const page =
        index === undefined
          ? store.records.page({ filter, sort, limit, ...(after === undefined ? {} : { after }) })
          : store.records.pageAt({ filter, sort, index, limit });
      return { ...page, rows: names.in(page.rows), total: store.records.count(filter) };
    },
    'records.facets': ({ filter }) => store.records.facets(filter),
    'records.detail': async ({ key }) => {
      const detail = store.records.get(key);
      if (detail === null) return null;
      return { ...recordDetailView(detail, store.records, names), lookups: await lookupsOf(key, detail.row) };
    },
    'records.preview': async ({ key, destination: name }) => {
      const detail = store.records.get(key);
      if (detail === null)
        throw new SluiceError({ code: 'record.gone', message: 'The record is no longer in the store.' });
      const { settings } = workspace.destinationEntry(name);
      const destination = await workspace.destination(name);
      const preview = previewOf(destination, outboundOf(detail));
      const { sources, kinds } = workspace.routeOf(settings);
      const blocked =
        aboveCeiling(detail.row.tlp, settings.maxTlp) && !store.overrides.letsThrough(name, key)
          ? `${tlpLabel(detail.row.tlp)} is above what this destination accepts (${tlpLabel(settings.maxTlp)}).`
          : !sources.includes(detail.row.source)
            ? `The source "${detail.row.source}" does not deliver to this destination.`
            : kinds.includes(detail.row.kind)
              ? preview.blocked
              : detail.row.kind === 'cewl'
                ? 'Rows of a table go to lookups; this destination takes events.'
                : 'A lookup takes the rows of tables only.';
      return { ...preview, blocked };
    },
    'records.count': ({ selection }) => store.records.countSelection(selection),
    'records.decide': ({ selection, decision, reason }) => {
      const result = store.decisions.decide(selection, decision, reason, clock.now());
      changed();
      return result;
    },
    'records.undo': ({ token }) => {
      const result = store.decisions.undo(token, clock.now());
      changed();
      return result;
    },
    'records.lastUndo': () => store.decisions.lastUndo(),
    'filters.list': () => store.saved.list(),
    'filters.save': ({ name, filter }) => {
      store.saved.save(name, filter);
      return OK;
    },
    'filters.remove': ({ name }) => {
      store.saved.remove(name);
      return OK;
    },
  };
}
