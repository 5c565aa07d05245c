import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { DEFAULT_TAG_ENTRY, type ThreatqSettings } from '../../../shared/settings-threatq.ts';
import { TagField } from '../deliver/tag-field.tsx';
import type { FormPart } from './source-form.tsx';

/** Tags by event type: `devo_tag_map`. Its last row is for all other types and cannot be removed. */
export function EventTags({ part }: { part: FormPart<ThreatqSettings> }) {
  const { draft, change, errors } = part;
  const { [DEFAULT_TAG_ENTRY]: others = '', ...rest } = draft.devoTagMap;
  const types = Object.entries(rest);
  const wrong = Object.entries(errors).find(([field]) => field.startsWith('devoTagMap'))?.[1];
  const set = (entries: [string, string][], of = others) =>
    change({ devoTagMap: { ...Object.fromEntries(entries), [DEFAULT_TAG_ENTRY]: of } });
  const replace = (at: number, entry: [string, string]) =>
    set(types.map((old, i) => (i === at ? entry : old)));
  return (
    <fieldset className="tag-map">
      <legend>Tags by event type</legend>
      {types.map(([type, tag], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the type itself is what is edited
        <div key={i} className="tag-map-row">
          <TextInput
            aria-label={`Event type ${i + 1}`}
            value={type}
            onChange={(event) => {
              const name = event.currentTarget.value;
              if (name !== DEFAULT_TAG_ENTRY && !Object.hasOwn(rest, name)) replace(i, [name, tag]);
            }}
          />
          <TagField
            label={`Tag of ${type || 'this type'}`}
            hideLabel
            value={tag}
            onChange={(t) => replace(i, [type, t])}
          />
          <ActionIcon
            variant="subtle"
            aria-label={`Remove the tag of ${type}`}
            onClick={() => set(types.filter((_, at) => at !== i))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
      <div className="tag-map-row">
        <span className="dim">All other types</span>
        <TagField
          label="Tag of all other types"
          hideLabel
          value={others}
          error={wrong}
          onChange={(tag) => set(types, tag)}
        />
      </div>
      <div>
        <Button
          size="compact-xs"
          disabled={Object.hasOwn(rest, 'New type')}
          onClick={() => set([...types, ['New type', others]])}
        >
          Add a type
        </Button>
      </div>
    </fieldset>
  );
}
