import type { SourceView } from '../../shared/views/source.ts';
import { trayLine } from './tray-state.ts';
import type { Watched } from './watched.ts';
import { countOf, fromNow } from './words.ts';

/** What a choice in the tray's menu does. */
export type TrayAction =
  | { do: 'open'; place: readonly string[] | null }
  | { do: 'sync' }
  | { do: 'pause'; paused: boolean }
  | { do: 'pull' | 'cancel'; source: string }
  | { do: 'pauseSource'; source: string; paused: boolean }
  | { do: 'quit' };

export type TrayItem =
  | { separator: true }
  | { label: string; action: TrayAction | null; items?: readonly TrayItem[] };

/** Longest list of sources; the window shows them all. */
const MOST_SOURCES = 20;
const SEPARATOR: TrayItem = { separator: true };

/** The tray's menu: what goes on, each source with what can be done about it, everything at once, the way in and out. */
export function trayMenu(watched: Watched, now: number): TrayItem[] {
  const { snapshot, connection } = watched;
  const open: TrayItem = { label: 'Open Sluice', action: { do: 'open', place: null } };
  const quit: TrayItem = { label: 'Quit Sluice', action: { do: 'quit' } };
  const line: TrayItem = { label: trayLine(watched), action: null };
  if (snapshot === null || connection === 'lost') return [open, line, SEPARATOR, quit];
  const sources = snapshot.sources.slice(0, MOST_SOURCES);
  const more = snapshot.sources.length - sources.length;
  return [
    open,
    line,
    ...(snapshot.counts.staged > 0
      ? [
          {
            label: `Review ${countOf(snapshot.counts.staged, 'record')}`,
            action: { do: 'open' as const, place: ['review'] },
          },
        ]
      : []),
    SEPARATOR,
    ...sources.map((source) => sourceItem(source, watched, now)),
    ...(more > 0
      ? [{ label: `${countOf(more, 'more source')}…`, action: { do: 'open' as const, place: ['sources'] } }]
      : []),
    ...(sources.length > 0 ? [SEPARATOR] : []),
    {
      label: 'Pull all sources now',
      action: snapshot.sources.some((s) => s.settings.enabled) ? { do: 'sync' } : null,
    },
    {
      label: snapshot.paused ? 'Resume all schedules' : 'Pause all schedules',
      action: { do: 'pause', paused: !snapshot.paused },
    },
    SEPARATOR,
    { label: 'Settings…', action: { do: 'open', place: ['settings'] } },
    quit,
  ];
}

function sourceItem(source: SourceView, watched: Watched, now: number): TrayItem {
  const { name, enabled } = source.settings;
  const pull = watched.pulls.get(name);
  const paused = source.state === 'paused' && watched.snapshot?.paused !== true;
  return {
    label: `${name} – ${sourceLine(source, watched, now)}`,
    action: null,
    items: [
      { label: 'Show', action: { do: 'open', place: ['sources', name] } },
      pull === undefined
        ? { label: 'Pull now', action: enabled ? { do: 'pull', source: name } : null }
        : { label: 'Cancel the pull', action: { do: 'cancel', source: name } },
      {
        label: paused ? 'Resume its schedule' : 'Pause its schedule',
        action: enabled ? { do: 'pauseSource', source: name, paused: !paused } : null,
      },
    ],
  };
}

function sourceLine(source: SourceView, watched: Watched, now: number): string {
  const pull = watched.pulls.get(source.settings.name);
  if (pull !== undefined) return `pulling, ${countOf(pull.received, 'record')}`;
  if (source.state === 'disabled') return 'disabled';
  if (source.state === 'paused') return 'paused';
  if (source.state === 'offline') return 'waits for a network';
  const next = source.nextRunAt === null ? '' : `, next ${fromNow(source.nextRunAt, now)}`;
  return `${source.state === 'failing' ? 'failing' : 'idle'}${next}`;
}
