import type { HandoverRunView } from '../../shared/views/destination.ts';
import { countOf } from '../ui/format.ts';

/** How hand-overs that were started together ended, in one line: `Handed over 37 records to devo_demo.` Pure. */
export function handoverWords(runs: readonly HandoverRunView[]): string {
  const done = runs.filter((r) => r.state === 'done');
  const parts =
    done.length === 0
      ? []
      : [
          `Handed over ${done.map((r) => `${countOf(r.messages, 'record')} to ${r.destination}`).join(', ')}.`,
        ];
  for (const run of runs) {
    if (run.state === 'done') continue;
    const how = run.state === 'cancelled' ? 'was cancelled' : 'failed';
    parts.push(`The hand-over to ${run.destination} ${how} after ${countOf(run.messages, 'record')}.`);
  }
  return parts.join(' ');
}
