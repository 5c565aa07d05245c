import { ActionIcon, Button, CloseButton, Menu, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconBookmark, IconFilter, IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import { call } from '../../bridge.ts';
import { useCommand } from '../../commands.ts';
import { useEngine } from '../../state/engine.ts';
import { familyOf } from '../../state/family.ts';
import { type Asked, type Chip, chips, drop, isEmpty, turn } from '../../state/filter.ts';
import { attempt, say } from '../../state/notices.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { openView, useReview } from '../../state/review.ts';
import { count } from '../../ui/format.ts';
import { visible } from '../../ui/visible-text.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import { FamilyTabs, useFamilies } from './family-tabs.tsx';
import { chipText } from './labels.ts';
import { focusGrid } from './records-grid.tsx';
import { SaveFilterDialog } from './save-filter-dialog.tsx';
import { useCacheVersion } from './use-cache.ts';

const TYPING_MS = 220;

/** Search, what is filtered, how many that is, and how the table is arranged. */
export function FilterBar() {
  const asked = useReview((s) => s.asked);
  const cache = useReview((s) => s.cache);
  useCacheVersion(cache);
  const records = useEngine((s) => s.snapshot?.counts.records ?? 0);
  const facetsOpen = usePreferences((p) => p.facetsOpen);
  // What the tabs say already needs no chip.
  const tabbed = useFamilies().length > 0 && familyOf(asked) !== null;
  const shown = chips(asked).filter((c) =>
    c.kind === 'value' ? !(tabbed && c.facet === 'kind' && c.how === 'in') : c.part !== 'text',
  );
  const total = cache?.total ?? null;
  return (
    <div className="filter-bar">
      <div className="row">
        <ActionIcon
          aria-label={facetsOpen ? 'Hide facets' : 'Show facets'}
          aria-pressed={facetsOpen}
          title="Facets (F)"
          onClick={() => prefer({ facetsOpen: !facetsOpen })}
        >
          <IconFilter size={16} stroke={1.6} />
        </ActionIcon>
        <FamilyTabs />
        <SearchField />
        <ActionIcon
          aria-label="Only records with problems"
          aria-pressed={asked.problems === true}
          title="Only records with problems"
          variant={asked.problems === true ? 'light' : 'subtle'}
          onClick={() =>
            openView(asked.problems === true ? drop(asked, 'problems') : { ...asked, problems: true })
          }
        >
          <IconAlertTriangle size={16} stroke={1.6} />
        </ActionIcon>
        <SavedFilters />
        <span className="spread dim nowrap" data-testid="record-count">
          {total === null ? null : (
            <>
              {count(total)}
              <span className="when-wide"> of {count(records)}</span>
            </>
          )}
        </span>
        <ColumnsMenu />
      </div>
      {shown.length === 0 ? null : (
        <ul className="chips" aria-label="Filters">
          {shown.map((chip) => (
            <FilterChip
              key={chip.kind === 'value' ? `${chip.how}${chip.facet}${chip.value}` : chip.part}
              chip={chip}
              asked={asked}
            />
          ))}
          <li>
            <Button variant="subtle" color="gray" size="compact-xs" onClick={() => openView({})}>
              Clear all
            </Button>
          </li>
        </ul>
      )}
    </div>
  );
}

function FilterChip({ chip, asked }: { chip: Chip; asked: Asked }) {
  const text = visible(chipText(chip, asked));
  const remove = () =>
    openView(chip.kind === 'value' ? turn(asked, chip.facet, chip.value, chip.how) : drop(asked, chip.part));
  return (
    <li className="chip" data-out={chip.kind === 'value' && chip.how === 'out' ? '' : undefined}>
      <span className="clip">{text}</span>
      <CloseButton size={16} iconSize={12} aria-label={`Remove filter ${text}`} onClick={remove} />
    </li>
  );
}

function SearchField() {
  const text = useReview((s) => s.asked.text ?? '');
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const cleared = useReview((s) => isEmpty(s.asked));
  useEffect(() => setDraft(text), [text]);
  useEffect(() => {
    // What was being typed when everything was cleared must not come back a moment later.
    if (!cleared) return;
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    setDraft('');
  }, [cleared]);
  useCommand('review.filter', () => field.current?.select());

  const apply = (value: string) => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = null;
    const { asked } = useReview.getState();
    const trimmed = value.trim();
    if (trimmed === (asked.text ?? '')) return;
    openView(trimmed === '' ? drop(asked, 'text') : { ...asked, text: trimmed });
  };
  return (
    <TextInput
      ref={field}
      className="filter-search"
      leftSection={<IconSearch size={14} />}
      placeholder="Filter by text  ( / )"
      aria-label="Filter by text"
      maxLength={500}
      value={draft}
      rightSection={
        draft === '' ? null : (
          <CloseButton
            size="xs"
            aria-label="Clear text"
            onClick={() => {
              setDraft('');
              apply('');
            }}
          />
        )
      }
      onChange={(event) => {
        const { value } = event.currentTarget;
        setDraft(value);
        if (timer.current !== null) clearTimeout(timer.current);
        timer.current = setTimeout(() => apply(value), TYPING_MS);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') {
          apply(draft);
          focusGrid();
        } else if (event.key === 'Escape') {
          event.preventDefault();
          focusGrid();
        } else if (event.key === 'ArrowDown') {
          event.preventDefault();
          apply(draft);
          focusGrid();
        }
      }}
    />
  );
}

function SavedFilters() {
  const asked = useReview((s) => s.asked);
  const [saved, setSaved] = useState<CallOutput<'filters.list'>>([]);
  const [naming, setNaming] = useState(false);
  const load = () =>
    attempt('The saved filters could not be read', async () => setSaved(await call('filters.list', {})));
  useCommand('review.saveFilter', () => setNaming(true), chips(asked).length > 0);
  return (
    <>
      <Menu onOpen={load} position="bottom-start" withinPortal width={280}>
        <Menu.Target>
          <ActionIcon aria-label="Saved filters" title="Saved filters">
            <IconBookmark size={16} stroke={1.6} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {saved.length === 0 ? (
            <Menu.Label>No saved filters</Menu.Label>
          ) : (
            <Menu.Label>Saved filters</Menu.Label>
          )}
          {saved.map((f) => {
            const { asOf: _asOf, ...filter } = f.filter;
            return (
              <Menu.Item key={f.name} onClick={() => openView(filter)}>
                {f.name}
              </Menu.Item>
            );
          })}
          <Menu.Divider />
          <Menu.Item disabled={chips(asked).length === 0} onClick={() => setNaming(true)}>
            Save this filter…
          </Menu.Item>
          {saved.map((f) => (
            <Menu.Item
              key={f.name}
              color="red"
              onClick={() =>
                attempt('The filter could not be removed', async () => {
                  await call('filters.remove', { name: f.name });
                  say(`Removed the filter ${f.name}.`);
                })
              }
            >
              Remove “{f.name}”
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {naming ? <SaveFilterDialog filter={asked} onClose={() => setNaming(false)} /> : null}
    </>
  );
}
