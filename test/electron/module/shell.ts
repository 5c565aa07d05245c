import type { Shell } from 'electron';
import { guarded } from '../refuse.ts';

/** What was opened outside the app, in order. */
export const opened: { how: 'openExternal' | 'openPath' | 'showItemInFolder'; what: string }[] = [];

export const shell = guarded(
  {
    openExternal: async (what: string) => void opened.push({ how: 'openExternal', what }),
    openPath: async (what: string) => {
      opened.push({ how: 'openPath', what });
      return '';
    },
    showItemInFolder: (what: string) => void opened.push({ how: 'showItemInFolder', what }),
    beep: () => {},
  } satisfies Partial<Shell>,
  'shell',
);
