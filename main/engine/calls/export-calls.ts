import type { CallName } from '../../../shared/contract.ts';
import type { ExportDesk } from '../export-desk.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Extract<CallName, `export.${string}`>;

/** Records out to a file. */
export function exportCalls(desk: ExportDesk): Handlers<Names> {
  return {
    'export.plan': ({ selection }) => desk.plan(selection),
    'export.start': ({ selection, format }) => {
      desk.start(selection, format);
      return OK;
    },
    'export.cancel': () => {
      desk.cancel();
      return OK;
    },
  };
}
