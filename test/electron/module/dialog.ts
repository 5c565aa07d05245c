import type { MessageBoxReturnValue, OpenDialogReturnValue, SaveDialogReturnValue } from 'electron';
import { guarded, refusing } from '../refuse.ts';

/** A dialog on the screen, as tests see it. `answer` is what the person decided; until then the app waits. */
export interface Shown {
  kind: 'showMessageBox' | 'showOpenDialog' | 'showSaveDialog' | 'showErrorBox';
  options: Record<string, unknown>;
  answer: ((value: unknown) => void) | null;
}

export const dialogs: Shown[] = [];

/** Both forms: with the parent window first, and without. */
function show<T>(kind: Shown['kind'], args: readonly unknown[]): Promise<T> {
  const options = (args.length > 1 ? args[1] : args[0]) as Record<string, unknown>;
  return new Promise((resolve) => {
    const shown: Shown = {
      kind,
      options: structuredClone(options),
      answer: (value) => {
        shown.answer = null;
        resolve(value as T);
      },
    };
    dialogs.push(shown);
  });
}

export const dialog = guarded(
  {
    showMessageBox: (...args: unknown[]) => show<MessageBoxReturnValue>('showMessageBox', args),
    showOpenDialog: (...args: unknown[]) => show<OpenDialogReturnValue>('showOpenDialog', args),
    showSaveDialog: (...args: unknown[]) => show<SaveDialogReturnValue>('showSaveDialog', args),
    showErrorBox: (title: string, content: string): void =>
      void dialogs.push({ kind: 'showErrorBox', options: { title, content }, answer: null }),
    showMessageBoxSync: refusing('dialog.showMessageBoxSync, which would block this process'),
  },
  'dialog',
);
