import { Checkbox, NumberInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useDestinations } from '../../state/engine.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { period } from '../../ui/format.ts';
import { TagField } from '../deliver/tag-field.tsx';
import type { FormPart } from './source-form.tsx';

const PERIODS = [300, 1200, 3600, 21_600, 86_400];

/** Which things of the chosen collections. */
export function WhatSection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  return (
    <FormSection title="What to pull">
      <div className="row" style={{ gap: 24 }}>
        <Checkbox
          label="STIX objects"
          checked={draft.objects}
          onChange={(event) => change({ objects: event.currentTarget.checked })}
        />
        <Checkbox
          label="Manifests"
          checked={draft.manifests}
          onChange={(event) => change({ manifests: event.currentTarget.checked })}
        />
        <Checkbox
          label="All versions of each object"
          checked={draft.allVersions}
          onChange={(event) => change({ allVersions: event.currentTarget.checked })}
        />
      </div>
      {draft.objects || draft.manifests ? null : (
        <p data-tone="held">Neither is chosen: nothing would be pulled.</p>
      )}
      <div className="form-grid">
        <TextInput
          label="Added after (UTC)"
          description="Empty pulls everything the server has."
          placeholder="2022-11-15T14:32:33Z"
          value={draft.historicDateUtc ?? ''}
          error={errors.historicDateUtc}
          onChange={(event) => change({ historicDateUtc: event.currentTarget.value.trim() || null })}
        />
        <TagsInput
          label="STIX types"
          description="Empty asks for all."
          placeholder={draft.types === null ? 'All types' : ''}
          value={draft.types ?? []}
          error={errors.types}
          onChange={(types) => change({ types: types.length === 0 ? null : types })}
        />
      </div>
      <TagsInput
        label="Collections by id, alias or title"
        description="Empty pulls every readable collection. Choosing above fills this in."
        placeholder={draft.collections === null ? 'All readable' : ''}
        value={draft.collections ?? []}
        error={errors.collections}
        onChange={(collections) => change({ collections: collections.length === 0 ? null : collections })}
      />
    </FormSection>
  );
}

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

/** Where approved records go, under which tags. */
export function DeliverySection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const destinations = useDestinations();
  const names = destinations.map((d) => d.settings.name);
  const chosen = draft.outputs ?? names;
  return (
    <FormSection title="Where it goes" hint="Only approved records are handed over.">
      {names.length === 0 ? (
        <p className="dim">There is no destination yet. Approved records wait until there is one.</p>
      ) : (
        <Checkbox.Group
          label="Destinations"
          value={chosen}
          error={errors.outputs}
          onChange={(value) => change({ outputs: value.length === names.length ? null : value })}
        >
          <div className="row wrap" style={{ paddingTop: 6, gap: 24 }}>
            {names.map((name) => (
              <Checkbox key={name} value={name} label={name} />
            ))}
          </div>
        </Checkbox.Group>
      )}
      <div className="form-grid">
        <TagField
          label="Tag of objects"
          value={draft.tags.object}
          error={errors['tags.object']}
          onChange={(object) => change({ tags: { ...draft.tags, object } })}
        />
        <TagField
          label="Tag of manifests"
          value={draft.tags.manifest}
          error={errors['tags.manifest']}
          onChange={(manifest) => change({ tags: { ...draft.tags, manifest } })}
        />
      </div>
      <Switch
        label="Hand over without review"
        description="Every new record is approved and handed over as it arrives. Off: nothing leaves before a decision."
        checked={draft.autoForward}
        onChange={(event) => change({ autoForward: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
