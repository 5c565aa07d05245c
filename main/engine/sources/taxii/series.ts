import { SluiceError } from '../../../../shared/errors.ts';
import type { Instant } from '../instant.ts';
import { type FeedWork, pause, smallerMayHelp, tooLargeForSure } from './feed-work.ts';

/** What following a feed's pages from a starting point to their end came to. */
export interface SeriesEnd {
  /** Latest date added met, over resumed parts too; null when the server gives none. */
  latest: Instant | null;
  /** Something is missing for certain: why. */
  gap: string | null;
  /** Something may be missing: why. */
  doubt: string | null;
  /** It went on where an interrupted pull had stopped. */
  resumed: boolean;
  /** Content-Range total of TAXII 2.0; null where there is none. */
  total: number | null;
}

/** Pages in a row that may bring nothing new before a server counts as going round in circles. */
export const MAX_BARREN = 3;
/** Empty pages with ever new cursors are legal; this many in a row are not believed. */
export const MAX_EMPTY = 1_000;

export const CIRCLES = 'The server kept announcing more but sent nothing new, so it was no longer asked.';

/** Page size to begin with: what is configured, or twice what the server bore last time. */
export function firstLimit(work: FeedWork): number {
  const learnt = work.cursor.pageSize;
  return learnt === null ? work.settings.pageSize : Math.min(work.settings.pageSize, Math.max(1, learnt * 2));
}

/**
 * Decides after a failed page whether to go on, and waits if so: smaller at once when it was too large,
 * else after a pause, as long as there was progress since the last failure or attempts are left.
 */
export class Patience {
  #failures = 0;
  #mark = '';

  /** @returns the page size to go on with @throws the error itself when there is no point */
  async after(
    error: unknown,
    work: FeedWork,
    state: { limit: number; progress: string; spentNext: boolean },
  ): Promise<number> {
    if (work.signal.aborted || !(error instanceof SluiceError)) throw error;
    const { failure } = error;
    if (failure.code.startsWith('store.')) throw error;
    const half = Math.max(1, Math.floor(state.limit / 2));
    if (tooLargeForSure(error)) {
      if (state.limit === 1) throw error;
      work.log.warning(`${failure.message} Asking for ${half} at a time.`);
      return half;
    }
    if (!failure.retryable && !state.spentNext) throw error;
    // A server that refuses for being asked too often has been waited for already.
    if (failure.code === 'taxii.rate-limited') throw error;
    if (state.progress !== this.#mark) this.#failures = 0;
    this.#mark = state.progress;
    this.#failures++;
    if (this.#failures >= work.settings.maxAttempts) throw error;
    work.log.warning(
      `${failure.message} Trying again (${this.#failures} of ${work.settings.maxAttempts - 1}).`,
    );
    const asked = failure.details.retryAfterMs;
    await pause(work, this.#failures, failure.message, typeof asked === 'number' ? asked : null);
    return smallerMayHelp(error) ? half : state.limit;
  }
}
