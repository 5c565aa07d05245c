import { useRef } from 'react';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import { useDestinations, useEngine } from '../../state/engine.ts';
import { useExpected } from '../../state/expected.ts';
import { sentWords } from '../../state/handover-words.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf, duration } from '../../ui/format.ts';
import { Bar, Time } from '../../ui/parts.tsx';
import { RUN_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { useTicking } from '../../ui/ticking.ts';
import { LinqLines } from './linq-lines.tsx';

/** Running hand-overs with their progress, ended ones of this session with their result. */
export function HandoverResult() {
  const runs = Object.values(useEngine((s) => s.handovers)).sort((a, b) => b.startedAt - a.startedAt);
  return runs.map((run) => <Run key={`${run.destination}${run.startedAt}`} run={run} />);
}

/** Records of this run: what was planned when it was started here, else what went plus what is still queued. */
function useTotal(run: HandoverRunView): number {
  const expected = useExpected((e) => e[run.destination] ?? 0);
  const destination = useDestinations().find((d) => d.settings.name === run.destination);
  const most = useRef(0);
  if (run.endedAt === null) most.current = Math.max(most.current, run.records + (destination?.queued ?? 0));
  return Math.max(expected > 0 ? expected : most.current, run.records);
}

function Run({ run }: { run: HandoverRunView }) {
  const total = useTotal(run);
  const running = run.endedAt === null;
  const took = useTicking((now) => duration((run.endedAt ?? now) - run.startedAt));
  return (
    <section className="handover" aria-label={`Hand-over to ${run.destination}`} aria-live="polite">
      <div className="row wrap">
        <StateLabel
          {...(run.state === 'done'
            ? { tone: 'handed' as const, word: 'Handed over' }
            : RUN_WORDS[run.state])}
        />
        <strong>{run.destination}</strong>
        <span>
          {running ? `${count(run.records)} of ${countOf(total, 'record')}` : sentWords(run)},{' '}
          {bytes(run.bytes)} in {took}
        </span>
        <span className="dim spread">
          <Time at={run.startedAt} /> UTC
        </span>
      </div>
      {running ? <Bar done={run.records} of={total} label={`Handing over to ${run.destination}`} /> : null}
      {run.failure === null ? null : <FailureNote failure={run.failure} />}
      {running ? null : <LinqLines linq={run.linq} />}
    </section>
  );
}
