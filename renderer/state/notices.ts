import { create } from 'zustand';
import type { Failure } from '../../shared/errors.ts';
import { failureOf } from '../bridge.ts';

export interface Notice {
  id: number;
  text: string;
  failure: Failure | null;
  /** Offers to take back a decision. */
  undo: number | null;
}

const SHOWN_MS = 7000;
let last = 0;

/** What just happened: one line in the status bar, failures as notes that stay until closed. */
export const useNotices = create<{ line: Notice | null; failures: readonly Notice[] }>(() => ({
  line: null,
  failures: [],
}));

export function say(text: string, undo: number | null = null): void {
  last += 1;
  const notice = { id: last, text, failure: null, undo };
  useNotices.setState({ line: notice });
  setTimeout(() => {
    if (useNotices.getState().line?.id === notice.id) useNotices.setState({ line: null });
  }, SHOWN_MS);
}

/** Takes the line away before its time: what it said has ended otherwise. */
export function hush(): void {
  useNotices.setState({ line: null });
}

export function sayFailure(thrown: unknown, what: string): void {
  const failure = failureOf(thrown);
  last += 1;
  const notice = { id: last, text: what, failure, undo: null };
  useNotices.setState((s) => ({
    failures: [...s.failures.filter((n) => n.text !== what), notice].slice(-3),
  }));
}

export function dismiss(id: number): void {
  useNotices.setState((s) => ({ failures: s.failures.filter((n) => n.id !== id) }));
}

/** Runs something for its effect; what goes wrong is shown as a note headed `what`. */
export function attempt(what: string, work: () => Promise<unknown>): void {
  work().catch((thrown: unknown) => sayFailure(thrown, what));
}
