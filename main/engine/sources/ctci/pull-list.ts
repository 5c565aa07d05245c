import { type Failure, failureLine, toFailure } from '../../../../shared/errors.ts';
import type { CtciSettings } from '../../../../shared/settings-ctci.ts';
import type { HttpClient } from '../http.ts';
import type { FeedRef, PullContext } from '../source.ts';
import { Comparison } from './comparison.ts';
import { basisOf, type CewlCursor, readCursor, writeCursor } from './cursor.ts';
import { apiRoot, type DownloadWork, download } from './download.ts';
import { idHash } from './row-table.ts';
import { judge, type Verdict } from './verdict.ts';

/** Waits from here on are worth a line in the log. */
const LOGGED_WAIT_MS = 5_000;

export interface PullListWork {
  http: HttpClient;
  settings: CtciSettings;
  context: PullContext;
  secrets: readonly string[];
}

export function feedOf(settings: CtciSettings): FeedRef {
  return { apiRoot: apiRoot(settings), collection: 'cewl', title: 'CVE Early Warning List', kind: 'cewl' };
}

interface Downloaded {
  failure: Failure | null;
  /** How many of the partitions failed, for the sentence. */
  failed: number;
  doubt: string | null;
}

/**
 * Downloads the list, in all its partitions, stores what is new or changed while it arrives, and what is gone at the end.
 * Never throws for what the server did: the feed's result says it. Throws what aborted the pull, and what the store threw.
 * @returns requests made
 */
export async function pullList(work: PullListWork): Promise<number> {
  const { settings, context } = work;
  const { signal, log } = context;
  const sink = context.sink.open(feedOf(settings));
  const tally = { requests: 0, bytes: 0, waitingUntil: null as number | null, note: null as string | null };
  const tell = (): void => sink.progress({ ...tally, announced: null });
  const comparison = new Comparison(sink);
  const finish = (verdict: Pick<Verdict, 'completeness'>, failure: Failure | null): void =>
    sink.done({
      pages: comparison.pages,
      requests: tally.requests,
      received: comparison.received,
      announced: null,
      completeness: verdict.completeness,
      failure,
    });
  try {
    await comparison.load();
    log.info('Started getting the CEWL from CTCI');
    const downloaded = await downloadAll(work, {
      http: work.http,
      settings,
      signal,
      onRequest: () => {
        tally.requests++;
        tell();
      },
      onWait: (until, note) => {
        tally.waitingUntil = until;
        tally.note = note;
        if (until !== null && until - context.clock.now() >= LOGGED_WAIT_MS)
          log.info(`Waiting until ${new Date(until).toISOString()}: ${note ?? ''}`);
        tell();
      },
      onBytes: (bytes) => {
        tally.bytes += bytes;
        tell();
      },
      take: (rows) => comparison.take(rows),
      rows: () => comparison.rows,
      secrets: work.secrets,
    });
    await comparison.finish();
    const verdict = await settle(work, comparison, readCursor(sink.cursor), downloaded);
    const { stored } = comparison;
    log.info(
      `Fetched ${comparison.received} rows of the CEWL: ${stored.new} new, ${stored.changed} changed, ${stored.gone} gone`,
    );
    if (verdict.warning !== null) log.warning(verdict.warning);
    finish(verdict, downloaded.failure);
  } catch (error) {
    const failure = signal.aborted ? null : toFailure(error);
    finish({ completeness: { complete: 'no', reason: 'The pull was stopped before the end.' } }, failure);
    throw error;
  }
  return tally.requests;
}

/** All partitions, several at once. One that fails does not stop the others. */
async function downloadAll(work: PullListWork, one: DownloadWork): Promise<Downloaded> {
  const { settings, context } = work;
  const waiting = [...(settings.partitions ?? [''])];
  const of = waiting.length;
  const result: Downloaded = { failure: null, failed: 0, doubt: null };
  const worker = async (): Promise<void> => {
    for (let query = waiting.shift(); query !== undefined; query = waiting.shift()) {
      if (context.signal.aborted) throw context.signal.reason;
      try {
        result.doubt = (await download(one, query)) ?? result.doubt;
      } catch (error) {
        const failure = toFailure(error);
        if (context.signal.aborted || failure.code.startsWith('store.')) throw error;
        context.log.error(`${of === 1 ? '' : `Partition "${query}": `}${failureLine(failure)}`);
        result.failure ??= failure;
        result.failed++;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(settings.concurrency, of) }, worker));
  const thrown = ends.find((end) => end.status === 'rejected');
  if (thrown !== undefined) throw thrown.reason;
  return result;
}

/** Judges what came; stores what is gone, and where the list stands. */
async function settle(
  { settings, context }: PullListWork,
  comparison: Comparison,
  cursor: CewlCursor | null,
  { failure, failed, doubt }: Downloaded,
): Promise<Verdict> {
  const parts = settings.partitions?.length ?? 1;
  const missing = await comparison.missing();
  // The same for the same rows, whatever their order.
  const mark = missing.rows.reduce((sum, row) => (sum + idHash(comparison.table.ids[row] ?? '', 0)) >>> 0, 0);
  const basis = basisOf(settings);
  const verdict = judge({
    failed:
      failure === null
        ? null
        : parts === 1
          ? 'The download failed before its end.'
          : `${failed} of ${parts} partitions failed.`,
    doubt,
    rows: comparison.rows,
    unreadable: comparison.unreadable,
    listed: missing.listed,
    missing: { rows: missing.rows.length, mark },
    cursor,
    basis,
  });
  if (context.signal.aborted) throw context.signal.reason;
  if (!verdict.compared && !verdict.suspended) return verdict;
  const idRef = Math.max(cursor?.idRef ?? -Infinity, comparison.idRef ?? -Infinity);
  await comparison.close(
    verdict.gone ? missing.rows : [],
    writeCursor({
      idRef: Number.isFinite(idRef) ? idRef : null,
      comparedAt: verdict.compared ? context.clock.now() : (cursor?.comparedAt ?? null),
      rows: verdict.compared ? comparison.rows : (cursor?.rows ?? 0),
      basis: verdict.compared ? basis : (cursor?.basis ?? basis),
      missing: verdict.suspended ? { rows: missing.rows.length, mark } : null,
    }),
  );
  return verdict;
}
