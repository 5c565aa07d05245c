import type { PullRunView } from '../../../shared/views/pull.ts';
import type { Log } from '../ports.ts';

/** What a pull came to, for the line that the collectors end it with. */
export interface PullStatistics {
  /** As the store gives it, epoch ms. */
  pullingId: string;
  requests: number;
  received: number;
  duplicates: number;
  /** Records new in this pull. */
  stored: number;
  /** The messages that these become: what the collectors call generated and sent. More than stored where events are flattened. */
  generated: number;
  elapsedMs: number;
}

/**
 * What a collector says around each pull, in its own document's words. What it says while it pulls is said by the source itself; lines
 * of its setup go to {@link PullContext.logAs}.
 */
export interface CollectorLines {
  /** Once the pull has its id, before anything is asked for. */
  started(log: Log): void;
  /** One line, kept in the history too. */
  statistics(pull: PullStatistics): string;
  /** After the statistics, however the pull ended. */
  ended(log: Log, pull: { state: PullRunView['state']; stored: number }): void;
  /** The last line. `periodSeconds` is null when nothing waits for a next pull. */
  completed(elapsedMs: number, periodSeconds: number | null): string;
}

/** What is left of the period, seconds with three digits. */
export function secondsLeft(elapsedMs: number, periodSeconds: number): string {
  return Math.max(0, periodSeconds - elapsedMs / 1000).toFixed(3);
}

export function perSecond(pull: PullStatistics): number {
  return pull.elapsedMs > 0 ? pull.generated / (pull.elapsedMs / 1000) : 0;
}
