import type { CallName } from '../../../shared/contract.ts';
import { type ForwardDesk, planOnce } from '../forward-desk.ts';
import { handoverView } from '../views.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Exclude<Extract<CallName, `forward.${string}`>, 'forward.planRows' | 'forward.upload'>;

/** Dry run, hand-over, retry, history. */
export function forwardCalls(workspace: Workspace, desk: ForwardDesk, changed: () => void): Handlers<Names> {
  const { store } = workspace;
  return {
    'forward.plan': ({ exact }) => planOnce(workspace, { destinations: null }, exact),
    'forward.start': ({ destinations }) => {
      desk.start({ destinations });
      return OK;
    },
    'forward.cancel': () => {
      desk.cancel();
      return OK;
    },
    'forward.retryFailed': ({ name }) => {
      workspace.destinationEntry(name);
      const queued = store.outbox.retryFailed(name);
      changed();
      return { queued };
    },
    'forward.list': ({ before, limit }) =>
      store.outbox
        .runs({ limit, ...(before === undefined ? {} : { before }) })
        .map((run) => handoverView(run, workspace)),
  };
}
