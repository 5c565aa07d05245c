import { Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { COMMANDS, type Command } from '../../../shared/commands.ts';
import { isAvailable, run } from '../../commands.ts';
import { useDestinations, useSources } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { openView } from '../../state/review.ts';
import { Keys } from '../../ui/parts.tsx';

interface Entry {
  id: string;
  title: string;
  group: string;
  chord: string | null;
  act: () => void;
}

/** Words in any order, each somewhere in the title. */
function fits(entry: Entry, query: string): boolean {
  const text = `${entry.group} ${entry.title}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function useEntries(query: string): Entry[] {
  const sources = useSources();
  const destinations = useDestinations();
  return useMemo(() => {
    const text = query.trim();
    const commands = COMMANDS.filter(
      (c: Command) => c.id !== 'window.palette' && isAvailable(c.id as 'go.log'),
    ).map(
      (c: Command): Entry => ({
        id: c.id,
        title: c.title,
        group: c.group,
        chord: c.keys[0] ?? null,
        act: () => run(c.id as 'go.log'),
      }),
    );
    const places = [
      ...sources.map(
        (s): Entry => ({
          id: `source/${s.settings.name}`,
          title: s.settings.name,
          group: 'Source',
          chord: null,
          act: () => go('sources', s.settings.name),
        }),
      ),
      ...destinations.map(
        (d): Entry => ({
          id: `destination/${d.settings.name}`,
          title: d.settings.name,
          group: 'Destination',
          chord: null,
          act: () => go('deliver', 'destinations', d.settings.name),
        }),
      ),
    ];
    const all = [...commands, ...places].filter((e) => text === '' || fits(e, text));
    if (text === '') return all;
    const search: Entry = {
      id: 'search',
      title: `Search records for “${text}”`,
      group: 'Review',
      chord: null,
      act: () => {
        openView(/^[a-z0-9-]+--[0-9a-f-]{36}$/.test(text) ? { id: [text] } : { text });
        go('review');
      },
    };
    return [...all.slice(0, 40), search];
  }, [query, sources, destinations]);
}

/** One field to everything: commands, sources, destinations, records. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const entries = useEntries(query);
  const field = useRef<HTMLInputElement>(null);
  // At once: the dialog's own focus comes a moment later, and keys typed until then would be lost.
  useEffect(() => field.current?.focus(), []);
  const active = entries[Math.min(at, entries.length - 1)];

  const choose = (entry: Entry | undefined) => {
    onClose();
    // After the dialog has given the focus back, so that what the command focuses keeps it.
    setTimeout(() => entry?.act(), 0);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (Math.min(at, entries.length - 1) + step + entries.length) % entries.length;
      setAt(next);
      document.getElementById(`palette-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      choose(active);
    }
  };

  return (
    <Modal.Root opened onClose={onClose} size={560} yOffset="12vh" lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content aria-label="Search or jump to">
        <TextInput
          ref={field}
          className="palette-field"
          variant="unstyled"
          data-autofocus
          leftSection={<IconSearch size={16} />}
          placeholder="Search records, commands, sources…"
          aria-label="Search or jump to"
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={active === undefined ? undefined : `palette-${entries.indexOf(active)}`}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div id="palette-list" role="listbox" aria-label="Results" className="palette-list">
          {entries.map((entry, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above answers the keys
            <div
              key={entry.id}
              id={`palette-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={entry === active}
              className="palette-item"
              onClick={() => choose(entry)}
              onMouseMove={() => setAt(i)}
            >
              <span className="dim palette-group">{entry.group}</span>
              <span className="clip">{entry.title}</span>
              {entry.chord === null ? null : (
                <span className="spread">
                  <Keys chord={entry.chord} />
                </span>
              )}
            </div>
          ))}
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
