import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { PlanView } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import { call, failureOf } from '../../bridge.ts';
import { useCommand } from '../../commands.ts';
import { type EngineState, useEngine } from '../../state/engine.ts';
import { expect } from '../../state/expected.ts';
import { go, href } from '../../state/navigation.ts';
import { attempt, say } from '../../state/notices.ts';
import { openView, undo } from '../../state/review.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { Empty, Keys, Skeleton } from '../../ui/parts.tsx';
import { HandoverResult } from './handover-result.tsx';
import { PlanTable } from './plan-table.tsx';

/** "Hand over 1,284 records (1.7 MB)": the one button says what it does. */
function buttonText(plans: readonly PlanView[]): string {
  const records = plans.reduce((sum, p) => sum + p.records, 0);
  const size = plans.reduce((sum, p) => sum + p.bytes, 0);
  const exact = plans.every((p) => p.groups.every((g) => g.bytes !== null));
  const sized = size === 0 ? '' : ` (${exact ? '' : 'about '}${bytes(size)})`;
  return `Hand over ${countOf(records, 'record')}${sized}`;
}

/** Changes when a plan may: by decisions and deliveries, by what destinations take and where sources go; not by arrivals. */
function planVersion({ snapshot }: EngineState): string {
  if (snapshot === null) return '';
  const { approved, queued, failed, handedOver } = snapshot.counts;
  return JSON.stringify([
    [approved, queued, failed, handedOver],
    snapshot.destinations.map((d) => [d.settings.name, d.settings.enabled, d.settings.maxTlp]),
    snapshot.sources.map((s) => [s.settings.name, s.settings.outputs, s.settings.tags]),
  ]);
}

/** What will go where, the button that sends it, its progress and its result. */
export function Outgoing() {
  const version = useEngine(planVersion);
  const running = useEngine((s) => Object.values(s.handovers).some((h) => h.endedAt === null));
  const [plans, setPlans] = useState<readonly PlanView[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** Counts what was asked: only the latest answer is shown. */
  const turn = useRef(0);
  const [dry, setDry] = useState<'no' | 'running' | 'done'>('no');

  // biome-ignore lint/correctness/useExhaustiveDependencies: another version means another plan
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    const timer = setTimeout(
      () => {
        if (mine !== turn.current) return;
        call('forward.plan', { exact: false }).then(
          (value) => {
            if (mine !== turn.current) return;
            setPlans(value);
            setFailure(null);
            setDry('no');
          },
          (thrown: unknown) => {
            if (mine === turn.current) setFailure(failureOf(thrown));
          },
        );
      },
      plans === null ? 0 : 300,
    );
    return () => clearTimeout(timer);
  }, [version]);

  const records = (plans ?? []).reduce((sum, p) => sum + p.records, 0);
  const dryRun = () => {
    turn.current += 1;
    const mine = turn.current;
    setDry('running');
    attempt('The dry run could not be made', async () => {
      try {
        const value = await call('forward.plan', { exact: true });
        if (mine !== turn.current) return;
        setPlans(value);
        setDry('done');
        say(`Dry run: ${buttonText(value).replace('Hand over ', '')} would be handed over.`);
      } catch (thrown) {
        setDry('no');
        throw thrown;
      }
    });
  };
  const handOver = () => {
    expect(plans ?? []);
    say('Handing over…');
    attempt('The hand-over could not be started', () => call('forward.start', { destinations: null }));
  };
  useCommand('deliver.dryRun', dryRun, plans !== null && records > 0);
  useCommand('deliver.handOver', handOver, records > 0 && !running);
  useCommand('review.undo', () => void undo());

  if (failure !== null) {
    return (
      <div className="page">
        <FailureNote failure={failure} />
      </div>
    );
  }
  if (plans === null) return <Skeleton />;
  return (
    <div className="page">
      <header className="page-head">
        <h2>Outgoing</h2>
        <div className="row spread page-actions">
          <Button
            onClick={dryRun}
            loading={dry === 'running'}
            disabled={records === 0 || running}
            rightSection={<Keys of="deliver.dryRun" />}
          >
            Dry run
          </Button>
          {running ? (
            <Button
              onClick={() =>
                attempt('The hand-over could not be cancelled', () => call('forward.cancel', {}))
              }
            >
              Cancel
            </Button>
          ) : (
            <Button
              variant="filled"
              onClick={handOver}
              disabled={records === 0}
              rightSection={<Keys of="deliver.handOver" />}
            >
              {buttonText(plans)}
            </Button>
          )}
        </div>
      </header>
      <HandoverResult />
      {plans.map((plan) => (
        <PlanTable key={plan.destination} plan={plan} dry={dry === 'done'} />
      ))}
      {records === 0 && !running ? <NothingQueued plans={plans} /> : null}
    </div>
  );
}

function NothingQueued({ plans }: { plans: readonly PlanView[] }) {
  const staged = useEngine((s) => s.snapshot?.counts.staged ?? 0);
  const blocked = plans.reduce((sum, p) => sum + p.blocked.reduce((n, b) => n + b.records, 0), 0);
  const review = () => {
    openView({ decision: ['staged'] });
    go('review');
  };
  return (
    <Empty
      title={blocked > 0 ? 'Only blocked records are left' : 'Nothing is queued'}
      action={
        <>
          <Button variant="filled" onClick={review}>
            Review {count(staged)} staged
          </Button>
          <Button component="a" href={href('history')}>
            What was handed over
          </Button>
        </>
      }
    >
      <p>
        {blocked > 0
          ? 'The reasons stand above.'
          : 'Approve records in Review; they are listed here before they go.'}
      </p>
    </Empty>
  );
}
