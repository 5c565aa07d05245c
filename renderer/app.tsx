import { Button, useMantineColorScheme } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { View } from '../shared/commands.ts';
import { bridge, call } from './bridge.ts';
import { useCommand } from './commands.ts';
import { Header } from './features/frame/header.tsx';
import { Notices } from './features/frame/notices.tsx';
import { Rail } from './features/frame/rail.tsx';
import { StatusBar } from './features/frame/status-bar.tsx';
import { ReviewView } from './features/review/review-view.tsx';
import { SourcesView } from './features/sources/sources-view.tsx';
import { refresh, useEngine } from './state/engine.ts';
import { go, useNavigation } from './state/navigation.ts';
import { attempt, say } from './state/notices.ts';
import { usePreferences } from './state/preferences.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { FailureNote } from './ui/failure-note.tsx';
import { countOf } from './ui/format.ts';
import { Skeleton } from './ui/parts.tsx';

const DeliverView = lazy(() =>
  import('./features/deliver/deliver-view.tsx').then((m) => ({ default: m.DeliverView })),
);
const HistoryView = lazy(() =>
  import('./features/history/history-view.tsx').then((m) => ({ default: m.HistoryView })),
);
const LogView = lazy(() => import('./features/log/log-view.tsx').then((m) => ({ default: m.LogView })));
const SettingsView = lazy(() =>
  import('./features/settings/settings-view.tsx').then((m) => ({ default: m.SettingsView })),
);
const Palette = lazy(() => import('./features/frame/palette.tsx').then((m) => ({ default: m.Palette })));
const KeysDialog = lazy(() =>
  import('./features/frame/keys-dialog.tsx').then((m) => ({ default: m.KeysDialog })),
);

const PAGES: Readonly<Record<View, () => React.ReactNode>> = {
  sources: () => <SourcesView />,
  review: () => <ReviewView />,
  deliver: () => <DeliverView />,
  history: () => <HistoryView />,
  log: () => <LogView />,
  settings: () => <SettingsView />,
};

const LATER: readonly (() => Promise<unknown>)[] = [
  () => import('./features/frame/palette.tsx'),
  () => import('./features/frame/keys-dialog.tsx'),
  () => import('./features/deliver/deliver-view.tsx'),
  () => import('./features/history/history-view.tsx'),
  () => import('./features/log/log-view.tsx'),
  () => import('./features/settings/settings-view.tsx'),
  () => import('./features/detail/devo-tab.tsx'),
  () => import('./features/detail/text-tab.tsx'),
  () => import('./features/detail/versions-tab.tsx'),
  () => import('./features/sources/source-form.tsx'),
  () => import('./features/deliver/destination-form.tsx'),
];

const THEMES = ['auto', 'light', 'dark'] as const;

/** The whole window: rail, header, the view, status bar, and what opens over them. */
export function App() {
  const view = useNavigation((s) => s.view);
  const ready = useEngine((s) => s.snapshot !== null);
  const failure = useEngine((s) => s.failure);
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const density = usePreferences((p) => p.density);

  useFirstPlace();
  useEffect(() => {
    // What opens by a key must be there when the next key is typed, and every view also when its host has gone away.
    if (ready) for (const load of LATER) load().catch(() => undefined);
  }, [ready]);
  useEffect(() => {
    document.documentElement.style.setProperty('--row', density === 'compact' ? '24px' : '28px');
  }, [density]);

  useCommand('go.sources', () => go('sources'));
  useCommand('go.review', () => go('review'));
  useCommand('go.deliver', () => go('deliver'));
  useCommand('go.history', () => go('history'));
  useCommand('go.log', () => go('log'));
  useCommand('go.settings', () => go('settings'));
  useCommand('sources.add', () => go('sources', 'new'));
  useCommand('deliver.addDestination', () => go('deliver', 'new'));
  useCommand('window.palette', () => setOpen((o) => (o === 'palette' ? null : 'palette')));
  useCommand('window.keys', () => setOpen('keys'));
  useCommand('window.theme', () => {
    const next = THEMES[(THEMES.indexOf(usePreferences.getState().theme) + 1) % THEMES.length] ?? 'auto';
    setColorScheme(next);
    say(next === 'auto' ? 'Theme follows the system.' : next === 'dark' ? 'Dark theme.' : 'Light theme.');
  });
  useCommand(
    'window.logFolder',
    () => attempt('The log folder could not be opened', () => bridge.openLogFolder()),
    bridge.capabilities.openLogFolder,
  );
  useCommand('sources.pullAll', () =>
    attempt('The sources could not be pulled', async () => {
      const { started } = await call('app.syncNow', {});
      say(
        started === 0
          ? 'No source to pull: all run already or are disabled.'
          : `Pulling ${countOf(started, 'source')}.`,
      );
    }),
  );
  useCommand('window.pause', () => {
    const paused = useEngine.getState().snapshot?.paused === true;
    attempt(paused ? 'The schedules could not be resumed' : 'The schedules could not be paused', async () => {
      await call('app.pause', { paused: !paused });
      say(paused ? 'Schedules resumed.' : 'All schedules paused.');
    });
  });

  return (
    <div className="frame">
      <Rail />
      <Header onSearch={() => setOpen('palette')} />
      <main className="frame-main" aria-label={view}>
        {ready ? (
          <ErrorBoundary key={view}>
            <Suspense fallback={<Skeleton />}>{PAGES[view]()}</Suspense>
          </ErrorBoundary>
        ) : failure !== null ? (
          <div className="page">
            <FailureNote
              failure={failure}
              action={<Button onClick={() => void refresh()}>Try again</Button>}
            />
          </div>
        ) : (
          <Skeleton />
        )}
      </main>
      <StatusBar />
      <Notices />
      <Suspense fallback={null}>
        {open === 'palette' ? <Palette onClose={() => setOpen(null)} /> : null}
        {open === 'keys' ? <KeysDialog onClose={() => setOpen(null)} /> : null}
      </Suspense>
    </div>
  );
}

/** With no place in the address: Review when there are records, else Sources. */
function useFirstPlace(): void {
  const records = useEngine((s) => s.snapshot?.counts.records ?? null);
  const chosen = useNavigation((s) => s.chosen);
  useEffect(() => {
    if (chosen || records === null) return;
    useNavigation.setState({ view: records > 0 ? 'review' : 'sources', path: [], chosen: true });
  }, [records, chosen]);
}
