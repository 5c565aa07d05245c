import { type CollectorLines, perSecond, secondsLeft } from '../collector-lines.ts';

/** CTCI's words around a pull, in the form of seed 000's "Puller output", whose examples are ThreatQuotient's. */
export const CTCI_LINES: CollectorLines = {
  // Said after the setup, by the source.
  started: () => {},

  statistics: (pull) =>
    `Statistics for this pull cycle (@devo_pulling_id=${pull.pullingId}): ` +
    `Number of requests performed: ${pull.requests}; Number of events received: ${pull.received}; ` +
    `Number of duplicated events filtered out: ${pull.duplicates}; ` +
    `Number of events generated and sent: ${pull.stored} (from ${pull.stored} unflattened events); ` +
    `Average of events per second: ${perSecond(pull)}.`,

  ended(log, { state }) {
    if (state === 'done') log.info('Pull terminated');
  },

  completed(elapsedMs, periodSeconds) {
    const waiting =
      periodSeconds === null
        ? ''
        : ` Waiting for ${secondsLeft(elapsedMs, periodSeconds)} second(s) until the next one`;
    return `Data collection completed. Elapsed time: ${(elapsedMs / 1000).toFixed(3)} seconds.${waiting}`;
  },
};
