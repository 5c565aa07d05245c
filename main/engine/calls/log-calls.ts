import type { CallName } from '../../../shared/contract.ts';
import type { LogLineView } from '../../../shared/views/app.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './handlers.ts';

/** Reading the log console's lines. */
export function logCalls(workspace: Workspace): Handlers<Extract<CallName, `log.${string}`>> {
  return {
    'log.page': ({ before, after, level, text, limit }) => {
      workspace.logBook.flush();
      const lines = workspace.store.logs.page({
        limit,
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(level === undefined ? {} : { level }),
        ...(text === undefined ? {} : { text }),
      });
      return lines as LogLineView[];
    },
  };
}
