import type { CollectorLines } from '../collector-lines.ts';
import { pullerCompleted, pullerStatistics } from '../puller-lines.ts';

/** As Python writes a time: `2022-06-28 13:00:59.276000+00:00`. */
export function retrievingTimestamp(pullingId: string): string {
  return `${new Date(Number(pullingId)).toISOString().slice(0, -1).replace('T', ' ')}000+00:00`;
}

/** What the collector says around a pull; it begins with its setup's lines, which the source says. @param states of the pull, once it is done: ids with the old time, then with the new. */
export function threatqLines(states: () => readonly [string, string] | null): CollectorLines {
  return {
    started: () => {},
    statistics: pullerStatistics,
    ended(log, { state }) {
      const saved = states();
      if (state !== 'done' || saved === null) return;
      log.warning(`last_fetched_event_id and last_update_time saved in state: ${saved[0]}`);
      log.warning(`Last polled time saved in state: ${saved[1]}`);
      log.info('Pull terminated');
    },
    completed: pullerCompleted,
  };
}
