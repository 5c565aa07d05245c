import { writtenPullingId } from '../../pulling-id.ts';
import { type CollectorLines, type PullStatistics, perSecond, secondsLeft } from '../collector-lines.ts';

/** As Python writes a time: `2022-06-28 13:00:59.276000+00:00`. */
export function retrievingTimestamp(pullingId: string): string {
  return `${new Date(Number(pullingId)).toISOString().slice(0, -1).replace('T', ' ')}000+00:00`;
}

/** The ThreatQuotient collector's statistics. No event is flattened into several: as many are generated as there were. Seed 000, "Puller output". */
export function threatqStatistics(pull: PullStatistics): string {
  return (
    `Statistics for this pull cycle (@devo_pulling_id=${writtenPullingId(pull.pullingId, 'seconds')}): ` +
    `Number of requests performed: ${pull.requests}; Number of events received: ${pull.received}; ` +
    `Number of duplicated events filtered out: ${pull.duplicates}; ` +
    `Number of events generated and sent: ${pull.stored} (from ${pull.stored} unflattened events); ` +
    `Average of events per second: ${perSecond(pull)}.`
  );
}

/** What the collector says around a pull; it begins with its setup's lines, which the source says. @param states of the pull, once it is done: ids with the old time, then with the new. */
export function threatqLines(states: () => readonly [string, string] | null): CollectorLines {
  return {
    started: () => {},
    statistics: threatqStatistics,
    ended(log, { state }) {
      const saved = states();
      if (state !== 'done' || saved === null) return;
      log.warning(`last_fetched_event_id and last_update_time saved in state: ${saved[0]}`);
      log.warning(`Last polled time saved in state: ${saved[1]}`);
      log.info('Pull terminated');
    },
    completed(elapsedMs, periodSeconds) {
      const waiting =
        periodSeconds === null
          ? ''
          : ` Waiting for ${secondsLeft(elapsedMs, periodSeconds)} second(s) until the next one`;
      return `Data collection completed. Elapsed time: ${(elapsedMs / 1000).toFixed(3)} seconds.${waiting}`;
    },
  };
}
