/** The seeds' closing lines of a pull. Seed 003, "Puller output". */

export interface Statistics {
  pullingId: string;
  requests: number;
  received: number;
  duplicates: number;
  /** Records new in this pull: what the collectors call generated and sent. */
  stored: number;
  elapsedMs: number;
}

/** There is no space after the bracket's colon: word for word as in the seed. */
export function statisticsLine(s: Statistics): string {
  const perSecond = s.elapsedMs > 0 ? s.stored / (s.elapsedMs / 1000) : 0;
  return (
    `Statistics for this pull cycle (@devo_pulling_id=${s.pullingId}):` +
    `Number of requests made: ${s.requests}; Number of events received: ${s.received}; ` +
    `Number of duplicated events filtered out: ${s.duplicates}; ` +
    `Number of events generated and sent: ${s.stored}; Average of events per second: ${perSecond.toFixed(3)}.`
  );
}

export const UP_TO_DATE = 'The data is up to date!';

/** @param periodSeconds null when nothing waits for a next cycle */
export function completedLine(elapsedMs: number, periodSeconds: number | null): string {
  const elapsed = elapsedMs / 1000;
  const tail =
    periodSeconds === null ? '' : ` Waiting for ${Math.max(0, periodSeconds - elapsed).toFixed(3)} second(s)`;
  return `Data collection completed. Elapsed time: ${elapsed.toFixed(3)} seconds.${tail}`;
}
