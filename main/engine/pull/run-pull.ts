import { setMaxListeners } from 'node:events';
import { type Failure, failure, failureLine, SluiceError, toFailure } from '../../../shared/errors.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import type { Clock, Log } from '../ports.ts';
import type { PullSummary, Source } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import { LiveProgress } from './live-progress.ts';
import { StoreSink } from './store-sink.ts';

export interface RunPullInput {
  source: Source;
  store: Store;
  clock: Clock;
  /** The log bound to one of the collector's threads. */
  logAs: (thread: string) => Log;
  /** Ends the pull; abort with {@link shutdown} when the program stops, so that history says interrupted, not cancelled. */
  signal: AbortSignal;
  /** At most about ten a second, the first (with the id) before the first wait, the last when it has ended. Each is a copy. */
  onProgress: (view: PullRunView) => void;
  /** For the seeds' closing line; null when nothing waits for a next cycle. */
  periodSeconds: number | null;
  /** false leaves the text index behind; whoever owns the store runs `indexSome`. */
  index?: boolean;
}

export interface PullOutcome {
  view: PullRunView;
  elapsedMs: number;
}

/** How long one slice of indexing may hold the event loop, ms. */
const INDEX_SLICE_MS = 15;

/** The reason to abort with when the program ends. */
export function shutdown(): SluiceError {
  return new SluiceError({ code: 'shutdown', message: 'Sluice is stopping.', retryable: true });
}

/**
 * One cycle over one source: lock, history, pages into the store, the seeds' log lines, statistics; then the text index.
 * Resolves for pulls that failed, too: `view.failure` and the feeds' failures say so.
 * @throws SluiceError `store.busy` when another process pulls this source, `store.*` when not even the start could be written
 */
export async function runPull(input: RunPullInput): Promise<PullOutcome> {
  const lock = input.store.locks.acquire(`pull/${input.source.name}`);
  try {
    return await pullLocked(input);
  } finally {
    lock.release();
    if (input.index !== false) await indexBehind(input);
  }
}

async function pullLocked(input: RunPullInput): Promise<PullOutcome> {
  const { source, store, clock } = input;
  const log = input.logAs(source.threadName);
  const startedAt = clock.now();
  const began = clock.monotonic();
  const { pullingId } = store.pulls.begin(source.name, startedAt);
  const progress = new LiveProgress(
    { pullingId, source: source.name, startedAt },
    () => clock.monotonic(),
    input.onProgress,
  );
  const { view } = progress;
  const broken = new AbortController();
  const sink = new StoreSink(store, progress, clock, (error) => broken.abort(error));
  progress.flush();
  source.lines.started(log);

  const summary = await pullOnce(input, pullingId, log, sink, broken);
  sink.closeOpen();
  const elapsedMs = clock.monotonic() - began;
  // What was asked before a stop is known by its feeds only.
  view.requests = Math.max(
    summary.requests,
    view.feeds.reduce((n, f) => n + f.requests, 0),
  );
  const storeFailure = broken.signal.aborted ? toFailure(broken.signal.reason) : null;
  const end = judge(view, storeFailure ?? summary.failure, input.signal);
  view.failure = end.failure;
  view.endedAt = Math.max(clock.now(), startedAt);
  view.state = end.state;
  try {
    store.pulls.end(pullingId, { ...end, endedAt: view.endedAt, requests: view.requests });
  } catch (error) {
    // A disk too full for a page may be too full for this line; the next start marks the pull interrupted.
    log.error(failureLine(toFailure(error)));
  }
  progress.flush();
  tellEnd(input, log, view, elapsedMs);
  progress.flush();
  return { view, elapsedMs };
}

async function pullOnce(
  input: RunPullInput,
  pullingId: string,
  log: Log,
  sink: StoreSink,
  broken: AbortController,
): Promise<PullSummary> {
  const { source, clock, logAs, periodSeconds } = input;
  const signal = AbortSignal.any([input.signal, broken.signal]);
  // Every request and wait of every collection listens: more than Node takes for a leak.
  setMaxListeners(0, signal);
  try {
    return await source.pull({ clock, log, logAs, signal, sink, pullingId, periodSeconds });
  } catch (error) {
    return { requests: 0, failure: signal.aborted ? null : toFailure(error) };
  }
}

interface End {
  state: Exclude<PullRunView['state'], 'running'>;
  failure: Failure | null;
}

/** One failed feed makes a failed pull; what was stored stays. */
function judge(view: PullRunView, failed: Failure | null, signal: AbortSignal): End {
  if (failed !== null) return { state: 'failed', failure: failed };
  if (signal.aborted) {
    return toFailure(signal.reason).code === 'shutdown'
      ? {
          state: 'interrupted',
          failure: failure({
            code: 'shutdown',
            message: 'The program stopped during this pull.',
            retryable: true,
          }),
        }
      : {
          state: 'cancelled',
          failure: failure({ code: 'cancelled', message: 'Cancelled.', retryable: true }),
        };
  }
  return { state: view.feeds.some((f) => f.failure !== null) ? 'failed' : 'done', failure: null };
}

/** The seeds' closing lines: errors, then statistics and elapsed time in the collector's words. */
function tellEnd(input: RunPullInput, log: Log, view: PullRunView, elapsedMs: number): void {
  const { lines } = input.source;
  const { stored } = view;
  view.statistics = lines.statistics({ ...view, elapsedMs });
  if (view.failure !== null) {
    if (view.state === 'failed') log.error(failureLine(view.failure));
    else log.warning(view.failure.message);
  }
  log.info(view.statistics);
  lines.ended(log, { state: view.state, stored });
  log.info(lines.completed(elapsedMs, input.periodSeconds));
}

/** Makes what was stored searchable, in slices, so that calls are answered meanwhile. What fails here has lost nothing: the next run goes on. */
async function indexBehind({ source, store, signal, logAs }: RunPullInput): Promise<void> {
  try {
    while (!signal.aborted && store.indexSome(INDEX_SLICE_MS) > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    logAs(source.threadName).warning(`Not all text is searchable yet: ${failureLine(toFailure(error))}`);
  }
}
