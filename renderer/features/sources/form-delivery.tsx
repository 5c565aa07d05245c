import { Checkbox, Switch } from '@mantine/core';
import type { TaxiiSettings } from '../../../shared/settings.ts';
import { useDestinations } from '../../state/engine.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { TagField } from '../deliver/tag-field.tsx';
import { takes } from '../deliver/taken.ts';
import { EventTags } from './form-event-tags.tsx';
import type { FormPart } from './source-form.tsx';

/** What of a source decides which destinations fit. */
const KIND_OF = { taxii: 'object', ctci: 'cewl', threatq: 'event' } as const;

/** Where approved records go, under which tags. */
export function DeliverySection({ part }: { part: FormPart }) {
  const { draft, change, errors } = part;
  const destinations = useDestinations();
  const fitting = destinations.filter((d) => takes(d.settings, KIND_OF[draft.kind]));
  const names = fitting.map((d) => d.settings.name);
  const chosen = draft.outputs ?? names;
  return (
    <FormSection title="Where it goes" hint="Only approved records are handed over.">
      {names.length === 0 ? (
        draft.kind === 'ctci' ? null : (
          <p className="dim">There is no destination yet. Approved records wait until there is one.</p>
        )
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
      {draft.kind === 'taxii' ? <TaxiiTags part={{ ...part, draft }} /> : null}
      {draft.kind === 'threatq' ? <EventTags part={{ ...part, draft }} /> : null}
      {draft.kind === 'ctci' && names.length === 0 ? (
        <p className="dim">
          The list goes into a Devo lookup: add a destination of the kind Lookup. Approved rows wait until
          there is one.
        </p>
      ) : null}
      <Switch
        label="Hand over without review"
        description="Every new record is approved and handed over as it arrives. Off: nothing leaves before a decision."
        checked={draft.autoForward}
        onChange={(event) => change({ autoForward: event.currentTarget.checked })}
      />
    </FormSection>
  );
}

function TaxiiTags({ part }: { part: FormPart<TaxiiSettings> }) {
  const { draft, change, errors } = part;
  return (
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
  );
}
