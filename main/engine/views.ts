import type { HandoverRunView } from '../../shared/views/destination.ts';
import type { FeedRunView, PullRunView } from '../../shared/views/pull.ts';
import type { PullStatistics } from './sources/collector-lines.ts';
import type { HandoverRun } from './store/outbox-store.ts';
import type { FeedRun, PullRun } from './store/store.ts';

/** What the views need to know of sources, by name; the workspace knows it. */
export interface SourceWords {
  tagsOf(source: string): readonly string[];
  /** Ready queries that find these pulls' records in Devo, under those of the tags that their sources use, each once. */
  linqOf(pullingIds: readonly string[], tags: readonly string[]): { tag: string; query: string }[];
  statisticsLine(source: string, pull: PullStatistics): string;
}

/** A pull of the history as the interface shows it. */
export function pullView(run: PullRun, words: SourceWords): PullRunView {
  const elapsedMs = (run.endedAt ?? run.startedAt) - run.startedAt;
  return withLinq(
    {
      ...run,
      feeds: run.feeds.map((feed) => feedView(feed, run.state)),
      statistics: run.endedAt === null ? null : words.statisticsLine(run.source, { ...run, elapsedMs }),
      linq: [],
    },
    words,
  );
}

/** Adds the ready query of each tag that a pull's records are sent under. */
export function withLinq(view: PullRunView, words: SourceWords): PullRunView {
  return { ...view, linq: words.linqOf([view.pullingId], words.tagsOf(view.source)) };
}

function feedView(run: FeedRun, pull: PullRun['state']): FeedRunView {
  const open = pull === 'interrupted' || pull === 'running';
  return {
    ...run,
    state:
      run.failure !== null
        ? 'failed'
        : open && run.completeness.complete === 'unknown'
          ? 'interrupted'
          : 'done',
    bytes: 0,
    rate: null,
    waitingUntil: null,
    note: null,
  };
}

/** A hand-over as the interface shows it, with a ready query for each pull it carried. */
export function handoverView(run: HandoverRun, words: SourceWords): HandoverRunView {
  return {
    ...run,
    note: run.note ?? null,
    linq: words.linqOf(run.pullingIds, run.tags),
  };
}
