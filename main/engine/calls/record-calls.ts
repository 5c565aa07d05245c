import type { CallName } from '../../../shared/contract.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { aboveCeiling, tlpLabel } from '../../../shared/tlp.ts';
import { KnownNames } from '../review/known-names.ts';
import { recordDetailView } from '../review/record-detail.ts';
import { outboundOf, previewOf } from '../review/wire-preview.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Extract<CallName, `records.${string}` | `filters.${string}`>;

/** Reading, deciding, saved filters. `changed` is told after anything that moves counts. */
export function recordCalls(workspace: Workspace, changed: () => void): Handlers<Names> {
  const { store, clock } = workspace;
  const names = new KnownNames(store.records);
  return {
    'records.page': ({ filter, sort, index, after, limit }) => {
      const page =
        index === undefined
          ? store.records.page({ filter, sort, limit, ...(after === undefined ? {} : { after }) })
          : store.records.pageAt({ filter, sort, index, limit });
      return { ...page, rows: names.in(page.rows), total: store.records.count(filter) };
    },
    'records.facets': ({ filter }) => store.records.facets(filter),
    'records.detail': ({ key }) => {
      const detail = store.records.get(key);
      return detail === null ? null : recordDetailView(detail, store.records, names);
    },
    'records.preview': async ({ key, destination: name }) => {
      const detail = store.records.get(key);
      if (detail === null)
        throw new SluiceError({ code: 'record.gone', message: 'The record is no longer in the store.' });
      const { settings } = workspace.destinationEntry(name);
      const destination = await workspace.destination(name);
      const preview = previewOf(destination, outboundOf(detail));
      const blocked = aboveCeiling(detail.row.tlp, settings.maxTlp)
        ? `${tlpLabel(detail.row.tlp)} is above what this destination accepts (${tlpLabel(settings.maxTlp)}).`
        : workspace.routeOf(settings).sources.includes(detail.row.source)
          ? preview.blocked
          : `The source "${detail.row.source}" does not deliver to this destination.`;
      return { ...preview, blocked };
    },
    'records.diff': () => null,
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
