import type { HandoverRunView } from '../../shared/views/destination.ts';
import { countOf } from '../ui/format.ts';

/** What goes, or went: `37 records`, `3 records as 7 messages` where events are flattened. `messages` is null until counted. Pure. */
export function sentWords({ records, messages }: { records: number; messages: number | null }): string {
  const several = messages !== null && messages !== records;
  return `${countOf(records, 'record')}${several ? ` as ${countOf(messages, 'message')}` : ''}`;
}

/** How hand-overs that were started together ended, in one line: `Handed over 37 records to devo_demo.` Pure. */
export function handoverWords(runs: readonly HandoverRunView[]): string {
  const done = runs.filter((r) => r.state === 'done');
  const parts =
    done.length === 0
      ? []
      : [`Handed over ${done.map((r) => `${sentWords(r)} to ${r.destination}`).join(', ')}.`];
  for (const run of runs) {
    if (run.state === 'done') continue;
    const how = run.state === 'cancelled' ? 'was cancelled' : 'failed';
    parts.push(`The hand-over to ${run.destination} ${how} after ${sentWords(run)}.`);
  }
  return parts.join(' ');
}
