import type { PullRunView } from '../../../shared/contract.ts';
import { type Failure, failureLine, toFailure } from '../../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { FeedRef, Source } from '../sources/source.ts';
import type { PullRun, Store } from '../store/store.ts';
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
    const open = (feed: FeedRef): FeedRunner => {
      const runner = new FeedRunner(store.pulls, pullingId, source.name, feed, clock, changed);
      feeds.push(runner);
      changed();
      return runner;
    };
    const { requests, failure } = await pullOnce(options, open);
    const end = {
      endedAt: Math.max(clock.now(), startedAt),
      state: stateOf(failure, feeds, signal),
      requests,
      failure,
    };
    for (const feed of feeds)
      feed.interrupt(
        signal.aborted ? 'The pull was cancelled.' : 'The pull ended before this collection did.',
      );
    store.pulls.end(pullingId, end);
    const run = store.pulls.get(pullingId);
    if (run === null) throw new Error('A pull that was begun is not in the history.');
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
    return { requests: 0, failure: toFailure(error) };
  }
}

function stateOf(
  failure: Failure | null,
  feeds: readonly FeedRunner[],
  signal: AbortSignal,
): PullRun['state'] {
  if (signal.aborted) return 'cancelled';
  return failure !== null || feeds.some((feed) => feed.view.failure !== null) ? 'failed' : 'done';
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
  for (const feed of run.feeds) {
    if (feed.failure !== null)
      log.error(`${feed.feed.kind}s of collection ${feed.feed.collection}: ${failureLine(feed.failure)}`);
  }
  log.info(statisticsLine(run));
  if (run.state === 'done' && run.stored === 0) log.info('The data is up to date!');
  const elapsed = elapsedSeconds(run);
  log.info(completedLine(elapsed, periodSeconds === null ? null : Math.max(0, periodSeconds - elapsed)));
}
