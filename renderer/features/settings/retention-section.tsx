import { Button, NumberInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { AppSettings } from '../../../shared/app-settings.ts';
import { SETTING_WORDS as WORDS } from '../../../shared/app-settings-words.ts';
import type { CleanupView, RetentionPlanView } from '../../../shared/views/app.ts';
import { call } from '../../bridge.ts';
import { attempt } from '../../state/notices.ts';
import { changeSettings, useSettings } from '../../state/settings.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { bytes, count, countOf } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';

/** How long texts stay, what that frees now, and the clean-up with its progress. */
export function RetentionSection({ settings }: { settings: AppSettings }) {
  const { retention } = settings;
  const running = useSettings((s) => s.cleanup);
  const [plan, setPlan] = useState<RetentionPlanView | null>(null);
  const run = running ?? plan?.run ?? null;
  const ended = run?.state !== 'running';
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew when the days change and when a clean-up has ended
  useEffect(() => {
    if (ended) call('retention.plan', {}).then(setPlan, () => undefined);
  }, [retention.rejectedDays, retention.handedOverDays, ended]);
  const change = (part: Partial<AppSettings['retention']>) =>
    changeSettings({ retention: { ...retention, ...part } });
  return (
    <FormSection
      title="Retention"
      hint="Removes the server's text of records. Their id, decision and delivery stay, so that nothing is pulled or handed over twice."
    >
      <div className="form-grid form-halves">
        <Days
          label="Rejected records"
          description={WORDS.rejectedDays}
          value={retention.rejectedDays}
          onChange={(rejectedDays) => change({ rejectedDays })}
        />
        <Days
          label="Handed-over records"
          description={WORDS.handedOverDays}
          value={retention.handedOverDays}
          onChange={(handedOverDays) => change({ handedOverDays })}
        />
      </div>
      {plan === null ? null : <Plan plan={plan} />}
      {run === null ? null : <Cleanup run={run} />}
      <div className="row">
        {ended ? (
          <Button
            onClick={() => attempt('The clean-up could not be started', () => call('retention.start', {}))}
          >
            Clean up now
          </Button>
        ) : (
          <Button
            onClick={() => attempt('The clean-up could not be cancelled', () => call('retention.cancel', {}))}
          >
            Cancel the clean-up
          </Button>
        )}
        <span className="dim">
          {retention.rejectedDays === null && retention.handedOverDays === null
            ? 'Everything stays; cleaning up only gives unused space back.'
            : 'Runs once a day by itself, when nothing is pulled or handed over.'}
        </span>
      </div>
    </FormSection>
  );
}

/** Taken over when the field is left or Enter is pressed: half a number is no wish. */
function Days({
  label,
  description,
  value,
  onChange,
}: {
  label: string;
  description: string;
  value: number | null;
  onChange: (days: number | null) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft === null) return;
    setDraft(null);
    const days = draft === '' ? null : Number(draft);
    if (days !== value) onChange(days);
  };
  return (
    <NumberInput
      label={label}
      description={description}
      placeholder="Stay"
      suffix=" days"
      min={1}
      max={3650}
      allowDecimal={false}
      allowNegative={false}
      value={draft ?? value ?? ''}
      onChange={(now) => setDraft(String(now))}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

function Plan({ plan }: { plan: RetentionPlanView }) {
  const due = plan.rejected + plan.handedOver;
  return (
    <dl className="facts">
      <dt>Store</dt>
      <dd>
        {bytes(plan.fileBytes)}, {bytes(plan.freeBytes)} of it unused
      </dd>
      <dt>Due now</dt>
      <dd>
        {due === 0
          ? 'Nothing'
          : `${countOf(due, 'record')} (${count(plan.rejected)} rejected, ${count(plan.handedOver)} handed over), ${bytes(plan.bytes)} of text`}
      </dd>
      <dt>Removed</dt>
      <dd>
        {count(plan.removed)} so far{plan.lastAt === null ? '' : ', last clean-up '}
        {plan.lastAt === null ? null : <Time at={plan.lastAt} />}
        {plan.lastAt === null ? '' : ' UTC'}
      </dd>
    </dl>
  );
}

const PHASES: Readonly<Record<CleanupView['phase'], string>> = {
  removing: 'Removing texts',
  merging: 'Tidying the search index',
  compacting: 'Giving space back',
};

function Cleanup({ run }: { run: CleanupView }) {
  if (run.failure !== null) return <FailureNote failure={run.failure} />;
  if (run.state !== 'running')
    return (
      <p className="settings-none" role="status">
        {run.state === 'cancelled' ? 'Clean-up cancelled: ' : 'Clean-up done: '}
        {countOf(run.removed, 'text')} removed, the store is {bytes(run.freedBytes)} smaller.
      </p>
    );
  const part = run.total === 0 ? null : Math.min(1, run.done / run.total);
  return (
    <div className="cleanup" role="status">
      <span>
        {PHASES[run.phase]}
        {part === null
          ? '…'
          : run.phase === 'removing'
            ? ` ${count(run.done)} of ${count(run.total)}`
            : ` ${bytes(run.done)} of ${bytes(run.total)}`}
      </span>
      <div className="bar">
        <i style={{ width: `${(part ?? 0) * 100}%` }} />
      </div>
    </div>
  );
}
