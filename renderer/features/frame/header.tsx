import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconHelp, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { View } from '../../../shared/commands.ts';
import { run } from '../../commands.ts';
import { useEngine, useSources } from '../../state/engine.ts';
import { href, useNavigation } from '../../state/navigation.ts';
import { useSettings } from '../../state/settings.ts';
import { countOf, relative } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';
import { StateLabel } from '../../ui/state-label.tsx';
import { useTicking } from '../../ui/ticking.ts';

const TITLES: Readonly<Record<View, string>> = {
  sources: 'Sources',
  review: 'Review',
  deliver: 'Deliver',
  history: 'History',
  log: 'Log',
  settings: 'Settings',
};

/** Where one is, the way to everywhere else, the theme, and how fresh things are. */
export function Header({ onSearch }: { onSearch: () => void }) {
  const view = useNavigation((s) => s.view);
  const demo = useEngine((s) => s.info?.demo === true);
  const { colorScheme } = useMantineColorScheme();
  const ThemeIcon = colorScheme === 'auto' ? IconDeviceDesktop : colorScheme === 'dark' ? IconMoon : IconSun;
  useEffect(() => {
    document.title = `${TITLES[view]} – Sluice`;
  }, [view]);
  return (
    <header className="header">
      <div className="row header-title">
        <h1>{TITLES[view]}</h1>
        {demo ? <span className="demo-tag">Demo</span> : null}
      </div>
      <button type="button" className="search-button" onClick={onSearch}>
        <IconSearch size={14} />
        <span>Search or jump to…</span>
        <Keys of="window.palette" />
      </button>
      <div className="row header-end">
        <SyncState />
        <ActionIcon
          aria-label={`Theme: ${colorScheme === 'auto' ? 'system' : colorScheme}. Change it`}
          title="Theme: light, dark or system"
          onClick={() => run('window.theme')}
        >
          <ThemeIcon size={16} stroke={1.6} />
        </ActionIcon>
        <ActionIcon aria-label="Show all keys" title="All keys (?)" onClick={() => run('window.keys')}>
          <IconHelp size={16} stroke={1.6} />
        </ActionIcon>
      </div>
    </header>
  );
}

/** The local time until which quiet hours hold the schedules; null when they do not. */
function useHeldUntil(): string | null {
  const until = useEngine((s) => s.snapshot?.quietUntil ?? null);
  const holds = useSettings((s) => s.settings?.quietHours.holdPulls === true);
  if (until === null || !holds) return null;
  const two = (n: number) => String(n).padStart(2, '0');
  const at = new Date(until);
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

function SyncState() {
  const connection = useEngine((s) => s.connection);
  const paused = useEngine((s) => s.snapshot?.paused === true);
  const online = useEngine((s) => s.snapshot?.online !== false);
  const held = useHeldUntil();
  const sources = useSources();
  const pulling = sources.filter((s) => s.state === 'pulling');
  const ended = sources.flatMap((s) => (s.lastPull === null ? [] : [s.lastPull]));
  const latest = Math.max(0, ...ended.map((p) => (p.state === 'done' ? (p.endedAt ?? 0) : 0)));
  const when = useTicking((now) => relative(latest, now));
  if (connection === 'lost') return <StateLabel tone="failed" word="engine away" />;
  const to = pulling[0] === undefined ? href('sources') : href('sources', pulling[0].settings.name);
  return (
    <a href={to} className="sync-state">
      {pulling.length > 0 ? (
        <StateLabel tone="staged" word={`pulling ${countOf(pulling.length, 'source')}`} />
      ) : !online ? (
        <StateLabel tone="held" word="no network, schedules wait" hollow />
      ) : paused ? (
        <StateLabel tone="held" word="schedules paused" hollow />
      ) : held !== null ? (
        <StateLabel tone="held" word={`quiet until ${held}`} hollow />
      ) : latest === 0 && ended.some((p) => p.state === 'failed') ? (
        <StateLabel tone="failed" word="pull failed" />
      ) : latest === 0 ? (
        <StateLabel tone="quiet" word="not pulled yet" hollow />
      ) : (
        <StateLabel tone="approved" word={`synced ${when}`} />
      )}
    </a>
  );
}
