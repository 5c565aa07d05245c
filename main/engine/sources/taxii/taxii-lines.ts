import { type CollectorLines, perSecond, secondsLeft } from '../collector-lines.ts';

/** The TAXII collector's words around a pull. Seed 003, "Puller output". */
export const TAXII_LINES: CollectorLines = {
  started: (log) => log.info('Pull Started'),

  // There is no space after the bracket's colon: word for word as in the seed.
  statistics: (pull) =>
    `Statistics for this pull cycle (@devo_pulling_id=${pull.pullingId}):` +
    `Number of requests made: ${pull.requests}; Number of events received: ${pull.received}; ` +
    `Number of duplicated events filtered out: ${pull.duplicates}; ` +
    `Number of events generated and sent: ${pull.generated}; Average of events per second: ${perSecond(pull).toFixed(3)}.`,

  ended(log, pull) {
    if (pull.state === 'done' && pull.stored === 0) log.info('The data is up to date!');
  },

  completed(elapsedMs, periodSeconds) {
    const waiting =
      periodSeconds === null ? '' : ` Waiting for ${secondsLeft(elapsedMs, periodSeconds)} second(s)`;
    return `Data collection completed. Elapsed time: ${(elapsedMs / 1000).toFixed(3)} seconds.${waiting}`;
  },
};
