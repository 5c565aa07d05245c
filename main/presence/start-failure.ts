import { type Failure, toFailure } from '../../shared/errors.ts';

export type StartChoice = 'again' | 'folder' | 'end';

/** A dialog that says why Sluice cannot start and what to do about it. The first choice is the one that Enter takes. */
export interface StartFailure {
  message: string;
  detail: string;
  choices: readonly { label: string; does: StartChoice }[];
}

const AGAIN = { label: 'Try again', does: 'again' } as const;
const FOLDER = { label: 'Show the folder', does: 'folder' } as const;
const END = { label: 'Quit', does: 'end' } as const;

/** Which of them make sense, by what went wrong. */
const CHOICES: Readonly<Record<string, StartFailure['choices']>> = {
  'store.locked': [AGAIN, END],
  'store.busy': [AGAIN, END],
  'store.full': [AGAIN, FOLDER, END],
  'store.newer': [FOLDER, END],
  'store.corrupt': [FOLDER, AGAIN, END],
  'store.unavailable': [AGAIN, FOLDER, END],
  'settings.newer': [FOLDER, END],
  'settings.invalid': [FOLDER, AGAIN, END],
  'secrets.newer': [FOLDER, END],
  'secrets.invalid': [FOLDER, AGAIN, END],
};

export function startFailure(thrown: unknown): StartFailure {
  const failure: Failure = toFailure(thrown);
  const detail = [failure.cause, failure.remedy].filter((line) => line !== null).join('\n\n');
  return {
    message: failure.message,
    detail: detail === '' ? 'Starting it again may help. If it does not, the log folder says more.' : detail,
    choices: CHOICES[failure.code] ?? [AGAIN, END],
  };
}
