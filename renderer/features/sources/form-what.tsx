import { Checkbox, TagsInput, TextInput } from '@mantine/core';
import type { TaxiiSettings } from '../../../shared/settings.ts';
import { FormSection } from '../../ui/form-section.tsx';
import type { FormPart } from './source-form.tsx';

/** Which things of the chosen collections. */
export function WhatSection({ part }: { part: FormPart<TaxiiSettings> }) {
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
