import { ActionIcon, Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { CEWL_COLUMNS, type LookupColumn, type LookupSettings } from '../../../shared/settings-lookup.ts';
import { FormSection } from '../../ui/form-section.tsx';
import type { DestinationPart } from './destination-form.tsx';

const UPDATES = [
  { value: 'increment', label: 'Changed rows only' },
  { value: 'full', label: 'The whole lookup' },
];
const TYPES = ['STRING', 'INT8'];

/** Which lookup, how it is kept up to date, and its columns. */
export function LookupSection({ part }: { part: DestinationPart<LookupSettings> }) {
  const { draft, change, errors } = part;
  const { columns } = draft;
  const put = (at: number, column: Partial<LookupColumn>) =>
    change({ columns: columns.map((c, i) => (i === at ? { ...c, ...column } : c)) });
  const move = (at: number, by: -1 | 1) => {
    const next = [...columns];
    const [moved] = next.splice(at, 1);
    if (moved === undefined) return;
    next.splice(at + by, 0, moved);
    change({ columns: next });
  };
  return (
    <FormSection
      title="Lookup"
      hint="The first column is the key. A lookup's columns are fixed once it exists."
    >
      <div className="form-grid">
        <TextInput
          label="Lookup name"
          required
          spellCheck={false}
          value={draft.lookup}
          error={errors.lookup}
          onChange={(event) => change({ lookup: event.currentTarget.value.trim() })}
        />
        <Select
          label="A hand-over sends"
          data={UPDATES}
          value={draft.update}
          onChange={(value) => change({ update: value === 'full' ? 'full' : 'increment' })}
        />
      </div>
      <details className="advanced">
        <summary>
          Columns: {columns.length}, the key is {columns[0]?.name || 'not named'}
        </summary>
        <div className="form-fields">
          {errors.columns === undefined ? null : <p data-tone="failed">{errors.columns}</p>}
          {columns.map((column, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: columns are known by their place while they are named
            <div key={i} className="rule-row lookup-column">
              <TextInput
                aria-label={`Column ${i + 1}`}
                placeholder="Name"
                spellCheck={false}
                value={column.name}
                error={errors[`columns.${i}.name`]}
                onChange={(event) => put(i, { name: event.currentTarget.value.trim() })}
              />
              <Autocomplete
                aria-label={`Type of column ${i + 1}`}
                data={TYPES}
                value={column.type}
                error={errors[`columns.${i}.type`]}
                onChange={(type) => put(i, { type: type.trim().toUpperCase() })}
              />
              <TextInput
                aria-label={`Field of column ${i + 1}`}
                placeholder="The field of the same name"
                spellCheck={false}
                value={column.field ?? ''}
                onChange={(event) => put(i, { field: event.currentTarget.value.trim() || null })}
              />
              <span className="row" style={{ gap: 0 }}>
                <ActionIcon
                  aria-label={`Column ${i + 1} earlier`}
                  disabled={i === 0}
                  onClick={() => move(i, -1)}
                >
                  <IconArrowUp size={15} />
                </ActionIcon>
                <ActionIcon
                  aria-label={`Column ${i + 1} later`}
                  disabled={i === columns.length - 1}
                  onClick={() => move(i, 1)}
                >
                  <IconArrowDown size={14} />
                </ActionIcon>
                <ActionIcon
                  aria-label={`Remove column ${i + 1}`}
                  disabled={columns.length === 1}
                  onClick={() => change({ columns: columns.filter((_, k) => k !== i) })}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </span>
            </div>
          ))}
          <div className="row">
            <Button
              onClick={() => change({ columns: [...columns, { name: '', type: 'STRING', field: null }] })}
            >
              Add a column
            </Button>
            <Button variant="subtle" onClick={() => change({ columns: [...CEWL_COLUMNS] })}>
              Back to the list's documented columns
            </Button>
          </div>
        </div>
      </details>
    </FormSection>
  );
}
