import type { PullRun } from '../store/store.ts';

type Totals = Pick<
  PullRun,
  'pullingId' | 'requests' | 'received' | 'stored' | 'duplicates' | 'startedAt' | 'endedAt'
>;

/** Elapsed time of a pull that has ended, in seconds. */
export function elapsedSeconds(run: Pick<PullRun, 'startedAt' | 'endedAt'>): number {
  return Math.max(0, ((run.endedAt ?? run.startedAt) - run.startedAt) / 1000);
}

/** The seeds' statistics line (003, "Puller output"), word for word; there is no space after the first colon. */
export function statisticsLine(run: Totals): string {
  const seconds = elapsedSeconds(run);
  const rate = seconds > 0 ? run.stored / seconds : 0;
  return (
    `Statistics for this pull cycle (@devo_pulling_id=${run.pullingId}):Number of requests made: ${run.requests}; ` +
    `Number of events received: ${run.received}; Number of duplicated events filtered out: ${run.duplicates}; ` +
    `Number of events generated and sent: ${run.stored}; Average of events per second: ${rate.toFixed(3)}.`
  );
}

/** The last line of a cycle. `waiting` is how long until the next one, seconds; null when there is none to wait for. */
export function completedLine(elapsed: number, waiting: number | null): string {
  const tail = waiting === null ? '' : ` Waiting for ${waiting.toFixed(3)} second(s)`;
  return `Data collection completed. Elapsed time: ${elapsed.toFixed(3)} seconds.${tail}`;
}
