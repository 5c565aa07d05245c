import { writtenPullingId } from '../pulling-id.ts';
import { type PullStatistics, perSecond, secondsLeft } from './collector-lines.ts';

/** What the pullers of seed 000 say at the end of a pull ("Puller output"). "Sent" is the collectors' word: they send what they pull at once. */
export function pullerStatistics(pull: PullStatistics): string {
  return (
    `Statistics for this pull cycle (@devo_pulling_id=${writtenPullingId(pull.pullingId, 'seconds')}): ` +
    `Number of requests performed: ${pull.requests}; Number of events received: ${pull.received}; ` +
    `Number of duplicated events filtered out: ${pull.duplicates}; ` +
    `Number of events generated and sent: ${pull.generated} (from ${pull.stored} unflattened events); ` +
    `Average of events per second: ${perSecond(pull)}.`
  );
}

/** @param periodSeconds null when nothing waits for a next pull */
export function pullerCompleted(elapsedMs: number, periodSeconds: number | null): string {
  const waiting =
    periodSeconds === null
      ? ''
      : ` Waiting for ${secondsLeft(elapsedMs, periodSeconds)} second(s) until the next one`;
  return `Data collection completed. Elapsed time: ${(elapsedMs / 1000).toFixed(3)} seconds.${waiting}`;
}
