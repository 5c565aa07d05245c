import type { Decision, Delivery } from '../../shared/records.ts';
import type { DestinationView } from '../../shared/views/destination.ts';
import type { FeedRunView, PullRunView } from '../../shared/views/pull.ts';
import type { SourceView } from '../../shared/views/source.ts';

export type Tone = 'staged' | 'approved' | 'held' | 'rejected' | 'handed' | 'failed' | 'quiet';

/** A state in its colour, with its word. */
export function StateLabel({ tone, word, hollow = false }: { tone: Tone; word: string; hollow?: boolean }) {
  return (
    <span className="state" data-tone={tone} data-hollow={hollow ? '' : undefined}>
      {word}
    </span>
  );
}

type Reading = { tone: Tone; word: string; hollow?: boolean };

export const DECISION_WORDS: Readonly<Record<Decision, Reading>> = {
  staged: { tone: 'staged', word: 'Staged', hollow: true },
  approved: { tone: 'approved', word: 'Approved' },
  held: { tone: 'held', word: 'Held' },
  rejected: { tone: 'rejected', word: 'Rejected' },
};

export const DELIVERY_WORDS: Readonly<Record<Delivery, Reading>> = {
  none: { tone: 'quiet', word: 'Not queued', hollow: true },
  queued: { tone: 'approved', word: 'Queued', hollow: true },
  handed_over: { tone: 'handed', word: 'Handed over' },
  failed: { tone: 'failed', word: 'Failed' },
};

export const SOURCE_WORDS: Readonly<Record<SourceView['state'], Reading>> = {
  idle: { tone: 'quiet', word: 'Idle', hollow: true },
  pulling: { tone: 'staged', word: 'Pulling' },
  waiting: { tone: 'held', word: 'Waiting' },
  paused: { tone: 'quiet', word: 'Paused', hollow: true },
  failing: { tone: 'failed', word: 'Failing' },
  offline: { tone: 'held', word: 'Offline', hollow: true },
  disabled: { tone: 'quiet', word: 'Disabled', hollow: true },
};

export const RUN_WORDS: Readonly<Record<PullRunView['state'] | FeedRunView['state'], Reading>> = {
  waiting: { tone: 'quiet', word: 'Waiting', hollow: true },
  running: { tone: 'staged', word: 'Running' },
  done: { tone: 'approved', word: 'Done' },
  failed: { tone: 'failed', word: 'Failed' },
  cancelled: { tone: 'held', word: 'Cancelled' },
  interrupted: { tone: 'held', word: 'Interrupted' },
};

export const COMPLETE_WORDS: Readonly<Record<'yes' | 'no' | 'unknown', Reading>> = {
  yes: { tone: 'approved', word: 'Complete' },
  no: { tone: 'failed', word: 'Incomplete' },
  unknown: { tone: 'held', word: 'Unknown', hollow: true },
};

/** How a destination stands. */
export function destinationState(d: DestinationView): Reading {
  if (!d.settings.enabled) return { tone: 'quiet', word: 'Disabled', hollow: true };
  if (d.lastPreflight !== null && !d.lastPreflight.ok) return { tone: 'failed', word: 'Not usable' };
  if (d.failed > 0) return { tone: 'failed', word: 'Failing' };
  if (d.inFlight > 0) return { tone: 'staged', word: 'Handing over' };
  return { tone: 'approved', word: 'Ready' };
}
