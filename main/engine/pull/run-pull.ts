import type { PullRunView } from '../../../shared/contract.ts';
import { type Failure, failureLine, SluiceError, toFailure } from '../../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { FeedRef, Source } from '../sources/source.ts';
import type { PullRun, PullStore, Store } from '../store/store.ts';
import { FeedRunner } from './feed-run.ts';
import { completedLine, elapsedSeconds, statisticsLine } from './statistics.ts';

export interface PullOptions {
  source: Source;
  store: Store;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Told after every change; the listener reads `view()` when it wants. Not throttled: coalescing is the listener's. */
  onProgress?: (view: () => PullRunView) => void;
  /** Told once, as soon as the pull has its id. */
  onStart?: (pullingId: string) => void;
  /** Seconds between pulls, for the last log line; null when nothing waits for a next one. */
  periodSeconds: number | null;
}

/** The reason to abort with when the program ends: history then says interrupted, not cancelled. */
export function shutdown(): SluiceError {
  return new SluiceError({ code: 'shutdown', message: 'Sluice is stopping.', retryable: true });
}

/**
 * One cycle over one source: lock, pull id, pages into the store, results per feed, the seeds' lines, history. One failing feed does
 * not stop the others. Never throws for what a source or server does: that is in the answer.
 * @throws SluiceError `store.busy` when another process is pulling this source.
 */
export async function runPull(options: PullOptions): Promise<PullRun> {
  const { source, store, clock, log, signal } = options;
  const lock = store.locks.acquire(`pull/${source.name}`);
  try {
    const startedAt = clock.now();
    const { pullingId } = store.pulls.begin(source.name, startedAt);
    options.onStart?.(pullingId);
    log.info('Pull Started');
    const feeds: FeedRunner[] = [];
    const live: Omit<PullRunView, 'feeds' | 'received' | 'stored' | 'duplicates' | 'requests'> = {
      pullingId,
      source: source.name,
      startedAt,
      endedAt: null,
      state: 'running',
      failure: null,
      statistics: null,
      linq: [],
    };
    const changed = (): void =>
      options.onProgress?.(() => ({ ...live, ...sums(feeds), feeds: feeds.map((f) => f.view) }));
    // A page that cannot be stored ends the whole pull, whatever the source makes of it.
    const broken = new AbortController();
    const open = (feed: FeedRef): FeedRunner => {
      const runner = new FeedRunner({
        store: store.pulls,
        pullingId,
        source: source.name,
        feed,
        clock,
        changed,
        storeFailed: (error) => broken.abort(error),
      });
      feeds.push(runner);
      changed();
      return runner;
    };
    const summary = await pullOnce({ ...options, signal: AbortSignal.any([signal, broken.signal]) }, open);
    for (const feed of feeds)
      feed.interrupt(
        signal.aborted ? 'The pull was cancelled.' : 'The pull ended before this collection did.',
      );
    const failure = broken.signal.aborted ? toFailure(broken.signal.reason) : summary.failure;
    const end = {
      endedAt: Math.max(clock.now(), startedAt),
      state: broken.signal.aborted ? ('failed' as const) : stateOf(failure, feeds, signal),
      // What was asked before a stop is known by the feeds only.
      requests: Math.max(summary.requests, sums(feeds).requests),
      failure,
    };
    endPull(store.pulls, pullingId, end, log);
    const kept = store.pulls.get(pullingId);
    if (kept === null) throw new Error('A pull that was begun is not in the history.');
    // The same as was kept, unless it could not be kept.
    const run = { ...kept, ...end };
    tellEnd(run, log, options.periodSeconds);
    return run;
  } finally {
    lock.release();
  }
}

async function pullOnce(
  options: PullOptions,
  open: (feed: FeedRef) => FeedRunner,
): Promise<{ requests: number; failure: Failure | null }> {
  const { source, clock, log, signal } = options;
  try {
    return await source.pull({ clock, log, signal, sink: { open } });
  } catch (error) {
    return { requests: 0, failure: toFailure(signal.aborted ? signal.reason : error) };
  }
}

function stateOf(
  failure: Failure | null,
  feeds: readonly FeedRunner[],
  signal: AbortSignal,
): PullRun['state'] {
  if (signal.aborted) return toFailure(signal.reason).code === 'shutdown' ? 'interrupted' : 'cancelled';
  return failure !== null || feeds.some((feed) => feed.view.failure !== null) ? 'failed' : 'done';
}

/** A disk too full for a page may be too full for this row: then it stays as begun, and the next start marks it interrupted. */
function endPull(pulls: PullStore, pullingId: string, end: Parameters<PullStore['end']>[1], log: Log): void {
  try {
    pulls.end(pullingId, end);
  } catch (error) {
    if (end.failure === null) throw error;
    log.error(failureLine(toFailure(error)));
  }
}

function sums(feeds: readonly FeedRunner[]): {
  requests: number;
  received: number;
  stored: number;
  duplicates: number;
} {
  const total = { requests: 0, received: 0, stored: 0, duplicates: 0 };
  for (const { view } of feeds) {
    total.requests += view.requests;
    total.received += view.received;
    total.stored += view.stored;
    total.duplicates += view.duplicates;
  }
  return total;
}

/** The seeds' closing lines: errors, statistics, `The data is up to date!` when nothing was new, elapsed time. */
function tellEnd(run: PullRun, log: Log, periodSeconds: number | null): void {
  if (run.failure !== null) log.error(failureLine(run.failure));
  log.info(statisticsLine(run));
  if (run.state === 'done' && run.stored === 0) log.info('The data is up to date!');
  const elapsed = elapsedSeconds(run);
  log.info(completedLine(elapsed, periodSeconds === null ? null : Math.max(0, periodSeconds - elapsed)));
}
