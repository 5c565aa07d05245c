import { Button } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { PlanView } from '../../../shared/views/plan.ts';
import { call } from '../../bridge.ts';
import { useCommand } from '../../commands.ts';
import { useEngine } from '../../state/engine.ts';
import { handOver } from '../../state/handover-news.ts';
import { go, href } from '../../state/navigation.ts';
import { attempt, say } from '../../state/notices.ts';
import { askPlan, dryRun, usePlan } from '../../state/plan.ts';
import { openView, undo } from '../../state/review.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { Empty, Keys, Skeleton } from '../../ui/parts.tsx';
import { HandoverResult } from './handover-result.tsx';
import { isHeldBack } from './held-back.tsx';
import { PlanTable } from './plan-table.tsx';

const OverrideDialog = lazy(() =>
  import('./override-dialog.tsx').then((m) => ({ default: m.OverrideDialog })),
);

/** "Hand over 1,284 records (1.7 MB)": the one button says what it does. */
function buttonText(plans: readonly PlanView[]): string {
  const records = plans.reduce((sum, p) => sum + p.records, 0);
  const size = plans.reduce((sum, p) => sum + p.bytes, 0);
  const exact = plans.every((p) => p.groups.every((g) => g.bytes !== null));
  const sized = size === 0 ? '' : ` (${exact ? '' : 'about '}${bytes(size)})`;
  return `Hand over ${countOf(records, 'record')}${sized}`;
}

/** What will go where, the button that sends it, its progress and its result. */
export function Outgoing() {
  const running = useEngine((s) => Object.values(s.handovers).some((h) => h.endedAt === null));
  const { plans, failure, dry } = usePlan();
  const records = (plans ?? []).reduce((sum, p) => sum + p.records, 0);
  const tryOut = () =>
    attempt('The dry run could not be made', async () => {
      const counted = await dryRun();
      if (counted !== null)
        say(`Dry run: ${buttonText(counted).replace('Hand over ', '')} would be handed over.`);
    });
  const [overriding, setOverriding] = useState<string | null>(null);
  const held = plans?.find((p) => p.blocked.some(isHeldBack));
  useCommand('deliver.override', () => setOverriding(held?.destination ?? null), held !== undefined);
  useCommand('deliver.dryRun', tryOut, plans !== null && records > 0);
  useCommand('deliver.handOver', () => handOver(plans ?? []), records > 0 && !running);
  useCommand('review.undo', () => void undo());

  if (failure !== null) {
    return (
      <div className="page">
        <FailureNote failure={failure} action={<Button onClick={() => void askPlan()}>Try again</Button>} />
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
            onClick={tryOut}
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
              onClick={() => handOver(plans)}
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
        <PlanTable
          key={plan.destination}
          plan={plan}
          dry={dry === 'done'}
          onOverride={() => setOverriding(plan.destination)}
        />
      ))}
      {overriding === null ? null : (
        <Suspense fallback={null}>
          <OverrideDialog destination={overriding} onClose={() => setOverriding(null)} />
        </Suspense>
      )}
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
