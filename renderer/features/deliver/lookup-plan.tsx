import { Button, SegmentedControl } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { LookupChange, LookupPlanView, PlanView } from '../../../shared/views/plan.ts';
import { count, countOf } from '../../ui/format.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { LOOKUP_WORDS } from '../detail/row-diff.tsx';
import { PlanRows } from './plan-rows.tsx';
import '../../styles/cewl.css';

const UploadBytes = lazy(() => import('./upload-bytes.tsx').then((m) => ({ default: m.UploadBytes })));

const OPERATIONS: Readonly<Record<LookupPlanView['operation'], string>> = {
  create: 'is handed over for the first time',
  replace: 'is replaced whole',
  update: 'is brought up to date',
};
const SHOWN: readonly LookupChange[] = ['added', 'changed', 'removed', 'unchanged'];
const ALL = 'all';

/** What a hand-over does to a lookup: how many rows come, change and go, how many it holds afterwards, which, and the exact bytes. */
export function LookupPlan({ plan, lookup }: { plan: PlanView; lookup: LookupPlanView }) {
  const [of, setOf] = useState<string>(ALL);
  const [exact, setExact] = useState(false);
  const there = SHOWN.filter((change) => lookup[change] > 0);
  const chosen = there.find((change) => change === of);
  if (plan.records === 0) {
    return (
      <p className="dim">
        Nothing is queued for the lookup <code>{lookup.name}</code>, which holds{' '}
        {countOf(lookup.before, 'row')}.
      </p>
    );
  }
  return (
    <div className="lookup-plan">
      <p>
        The lookup <code>{lookup.name}</code> {OPERATIONS[lookup.operation]}: {count(lookup.added)} added,{' '}
        {count(lookup.changed)} changed, {count(lookup.removed)} removed. It holds {count(lookup.before)} now
        and <strong>{countOf(lookup.after, 'row')}</strong> afterwards.
      </p>
      <div className="row wrap">
        <SegmentedControl
          aria-label="Rows shown"
          data={[
            { value: ALL, label: `All ${count(plan.records)}` },
            ...there.map((change) => ({
              value: change as string,
              label: `${LOOKUP_WORDS[change].word} ${count(lookup[change])}`,
            })),
          ]}
          value={chosen ?? ALL}
          onChange={setOf}
        />
        <Button className="spread" aria-expanded={exact} onClick={() => setExact(!exact)}>
          {exact ? 'Hide the exact bytes' : 'Show the exact bytes'}
        </Button>
      </div>
      {exact ? (
        <Suspense fallback={<Skeleton lines={4} />}>
          <UploadBytes destination={plan.destination} />
        </Suspense>
      ) : null}
      <PlanRows
        key={chosen ?? ALL}
        destination={plan.destination}
        change={chosen ?? null}
        total={plan.records}
      />
    </div>
  );
}
