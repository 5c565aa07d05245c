import type { CallName } from '../../../shared/contract.ts';
import { LOOKUP_CHANGES } from '../../../shared/views/plan.ts';
import { rowDiff } from '../review/row-diff.ts';
import type { UploadShelf } from '../upload-shelf.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './handlers.ts';

type Names = Extract<CallName, 'forward.planRows' | 'forward.upload' | 'records.diff'>;

const TO_BE_SENT = LOOKUP_CHANGES.filter((change) => change !== 'superseded');

/** Tables that become lookups: what a hand-over changes in them, row by row and byte by byte. */
export function lookupCalls(workspace: Workspace, uploads: UploadShelf): Handlers<Names> {
  const { store } = workspace;
  return {
    'forward.planRows': ({ destination, changes = TO_BE_SENT, index, limit }) => {
      const route = workspace.routeOf(workspace.destinationEntry(destination).settings);
      if (route.lookup === undefined) return { rows: [], total: 0 };
      return store.tables.diffRows(route, { changes, index, limit });
    },
    'forward.upload': ({ destination, offset, length }) => uploads.piece(destination, offset, length),
    'records.diff': async ({ key, destination: name }) => {
      const destination = await workspace.destination(name);
      try {
        return rowDiff(key, destination, workspace.routeOf(workspace.destinationEntry(name).settings), store);
      } finally {
        await destination.close();
      }
    },
  };
}
