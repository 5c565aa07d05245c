import { NumberInput, Select, Switch } from '@mantine/core';
import { FormSection } from '../../ui/form-section.tsx';
import { period } from '../../ui/format.ts';
import type { FormPart } from './source-form.tsx';

const PERIODS = [300, 1200, 3600, 21_600, 86_400];

/** When. */
export function ScheduleSection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const known = PERIODS.includes(draft.periodSeconds);
  return (
    <FormSection title="Schedule">
      <div className="form-grid">
        <Select
          label="Pull"
          data={[
            ...PERIODS.map((s) => ({ value: String(s), label: `Every ${period(s)}` })),
            { value: 'own', label: known ? 'Another period' : `Every ${period(draft.periodSeconds)}` },
          ]}
          value={known ? String(draft.periodSeconds) : 'own'}
          onChange={(value) =>
            change({ periodSeconds: value === 'own' || value === null ? 1800 : Number(value) })
          }
        />
        <NumberInput
          label="Seconds between pulls"
          min={5}
          max={31_536_000}
          thousandSeparator=","
          value={draft.periodSeconds}
          error={errors.periodSeconds}
          onChange={(value) => change({ periodSeconds: Number(value) })}
        />
      </div>
      <Switch
        label="Pull on schedule"
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
