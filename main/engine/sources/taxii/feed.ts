import { failureLine, toFailure } from '../../../../shared/errors.ts';
import { later } from '../instant.ts';
import type { FeedResult } from '../source.ts';
import { type Listed, writeCursor } from './cursor.ts';
import { capped, type FeedWork } from './feed-work.ts';
import type { SeriesEnd } from './series.ts';
import { pullSeries20 } from './series-20.ts';
import { pullSeries21 } from './series-21.ts';
import { judge, type ManifestFacts, type Verdict } from './verdict.ts';

/**
 * Pulls one feed to its end, judges whether it is complete, and moves the cursor if so.
 * Never throws for what the server did: the result says it. Throws what aborted the pull, and what the store threw.
 * @param manifest facts of the same collection's manifest when it was pulled just before
 * @returns facts when this feed is a manifest that was followed to its end
 */
export async function pullFeed(
  work: FeedWork,
  manifest: ManifestFacts | null,
): Promise<ManifestFacts | null> {
  const { feed, tally, log, sink } = work;
  const plural = `${feed.kind}s`;
  log.info(`Fetching ${plural} data for collection ${feed.collection}`);
  try {
    let whole = isWhole(work);
    let end = await followSeries(work);
    let verdict = judgeNow(work, end, whole, manifest);
    if (verdict.short > 0 && end.resumed) {
      // Going on from the middle trusted the server's order: check by asking for everything once.
      log.warning(`Collection ${feed.collection}: ${verdict.completeness.reason} Asking from the beginning.`);
      work.cursor = { ...work.cursor, series: null };
      whole = isWhole(work);
      end = await followSeries(work);
      verdict = judgeNow(work, end, whole, manifest);
    }
    const listed = feed.kind === 'manifest' ? listedNow(work, end, verdict, whole) : null;
    finish(work, end, verdict, manifest, listed);
    log.info(`Fetched ${tally.received} ${plural} for collection ${feed.collection}`);
    if (verdict.completeness.complete !== 'yes') {
      log.warning(`Collection ${feed.collection}, ${plural}: ${verdict.completeness.reason}`);
    }
    if (tally.unasked > 0) {
      log.warning(
        `Collection ${feed.collection}: the server ignored a filter; ${tally.unasked} ${plural} that were not asked for were left out.`,
      );
    }
    sink.done(result(work, { ...verdict, failure: null }));
    if (feed.kind !== 'manifest' || verdict.completeness.complete !== 'yes') return null;
    const { entries, versions, ids } = tally;
    return { ...(listed ?? { entries, versions, ids }), whole: listed !== null, latest: end.latest };
  } catch (error) {
    if (work.signal.aborted) {
      sink.done(result(work, stopped('The pull was stopped before the end.')));
      throw error;
    }
    const failure = toFailure(error);
    sink.done(result(work, { ...stopped('The pull of this collection failed before the end.'), failure }));
    if (failure.code.startsWith('store.')) throw error;
    log.error(`Collection ${feed.collection}, ${plural}: ${failureLine(failure)}`);
    return null;
  }
}

function followSeries(work: FeedWork): Promise<SeriesEnd> {
  return work.version === '2.1' ? pullSeries21(work) : pullSeries20(work);
}

/** Nothing is known to have been received yet: the series starts from the historic date or from the very beginning. */
function isWhole(work: FeedWork): boolean {
  return work.cursor.addedAfter === null;
}

function judgeNow(work: FeedWork, end: SeriesEnd, whole: boolean, manifest: ManifestFacts | null): Verdict {
  const verdict = judge({
    end,
    whole,
    held: work.sink.storedBefore + work.tally.stored,
    added: work.tally.stored,
    manifest: work.feed.kind === 'object' ? manifest : null,
    allVersions: work.settings.allVersions,
    gap: work.cursor.gap,
  });
  return verdict;
}

/** What a manifest lists: counted when it came whole; kept up with what is added, so that objects that come later can be held against it. */
function listedNow(work: FeedWork, end: SeriesEnd, verdict: Verdict, whole: boolean): Listed | null {
  if (verdict.completeness.complete !== 'yes') return null;
  const { entries, versions, ids, stored } = work.tally;
  if (whole && !end.resumed) return { entries, versions, ids };
  const before = work.cursor.listed;
  if (before === null) return null;
  // Whether an addition is another version of an id counted before is not known: the ids stay.
  return { entries: before.entries + stored, versions: before.versions + stored, ids: before.ids };
}

/**
 * Moves the cursor past what was received, unless something is missing: then the next pull asks for the same again.
 * A shortfall that is the same after a whole second series is the server's state, carried along as a known gap.
 */
function finish(
  work: FeedWork,
  end: SeriesEnd,
  verdict: Verdict,
  manifest: ManifestFacts | null,
  listed: Listed | null,
): void {
  const accepted = verdict.short > 0 && work.cursor.short === verdict.short;
  const sound = verdict.completeness.complete === 'yes' || accepted || work.cursor.gap !== null;
  // What the manifest listed before the objects were asked for is among them: its dates hold for them too, where headers are missing or lag.
  const reached = work.feed.kind === 'object' ? later(end.latest, manifest?.latest ?? null) : end.latest;
  const cursor = {
    ...work.cursor,
    addedAfter: sound ? later(work.cursor.addedAfter, capped(work, reached)) : work.cursor.addedAfter,
    series: null,
    gap: accepted
      ? verdict.completeness.reason
      : verdict.completeness.complete === 'yes'
        ? null
        : work.cursor.gap,
    short: verdict.short > 0 ? verdict.short : null,
    listed,
  };
  work.sink.store({ records: [], cursor: writeCursor(cursor) });
  work.cursor = cursor;
}

function stopped(reason: string): { completeness: { complete: 'no'; reason: string }; announced: null } {
  return { completeness: { complete: 'no', reason }, announced: null };
}

function result(
  work: FeedWork,
  end: Pick<FeedResult, 'completeness' | 'announced'> & Partial<Pick<FeedResult, 'failure'>>,
): FeedResult {
  const { pages, requests, received, announced } = work.tally;
  return {
    pages,
    requests,
    received,
    announced: end.announced ?? announced,
    completeness: end.completeness,
    failure: end.failure ?? null,
  };
}
