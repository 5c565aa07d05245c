import { Button } from '@mantine/core';
import { IconListDetails, IconPlus, IconRadar2, IconRss } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { SourceView } from '../../../shared/views/source.ts';
import { runningPull, useEngine, useSources } from '../../state/engine.ts';
import { go, href, useNavigation } from '../../state/navigation.ts';
import { count, countOf, relative } from '../../ui/format.ts';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { SOURCE_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { useTicking } from '../../ui/ticking.ts';
import { SourcePage } from './source-page.tsx';
import { isUnverified } from './unverified-note.tsx';

const SourceForm = lazy(() => import('./source-form.tsx').then((m) => ({ default: m.SourceForm })));

/** The list of sources and the page of the chosen one. `#/sources/new` adds, `#/sources/<name>/edit` changes, `/restart` asks before it restarts. */
export function SourcesView() {
  const sources = useSources();
  const path = useNavigation((s) => s.path);
  const adding = path[0] === 'new' && path.length === 1;
  const chosen = sources.find((s) => s.settings.name === path[0]) ?? (adding ? null : (sources[0] ?? null));
  const editing = path[1] === 'edit' && chosen !== null;

  if (sources.length === 0 && !adding) return <NoSources />;
  return (
    <div className="two-panes">
      <aside className="side-list" aria-label="Sources">
        <div className="side-head">
          <span className="dim">{countOf(sources.length, 'source')}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            className="spread"
            leftSection={<IconPlus size={14} />}
            onClick={() => go('sources', 'new')}
          >
            Add
          </Button>
        </div>
        <ul>
          {sources.map((s) => (
            <SourceItem key={s.settings.name} source={s} current={s === chosen} />
          ))}
        </ul>
      </aside>
      <div className="pane-scroll">
        {adding ? (
          <Suspense fallback={<Skeleton />}>
            <SourceForm source={null} />
          </Suspense>
        ) : chosen === null ? null : editing ? (
          <Suspense fallback={<Skeleton />}>
            <SourceForm key={chosen.settings.name} source={chosen} />
          </Suspense>
        ) : (
          <SourcePage key={chosen.settings.name} source={chosen} restarting={path[1] === 'restart'} />
        )}
      </div>
    </div>
  );
}

/** `last result` in a few words. */
function lastResult(source: SourceView, now: number): string {
  const last = source.lastPull;
  if (last === null) return 'Not pulled yet';
  const when = relative(last.endedAt ?? last.startedAt, now);
  if (last.state === 'failed')
    return `Failed ${when}${last.failure?.id == null ? '' : ` (${last.failure.id})`}`;
  if (last.state !== 'done') return `${last.state === 'cancelled' ? 'Cancelled' : 'Interrupted'} ${when}`;
  return last.stored === 0 ? `Nothing new ${when}` : `${count(last.stored)} new ${when}`;
}

const KIND_ICONS = {
  taxii: { icon: IconRss, label: 'TAXII' },
  ctci: { icon: IconListDetails, label: 'CTCI' },
  threatq: { icon: IconRadar2, label: 'ThreatQuotient' },
} as const;

function SourceItem({ source, current }: { source: SourceView; current: boolean }) {
  const live = useEngine((s) => runningPull(s, source.settings.name));
  const { name, kind } = source.settings;
  const { icon: KindIcon, label } = KIND_ICONS[kind];
  const result = useTicking((now) => lastResult(source, now));
  return (
    <li>
      <a href={href('sources', name)} className="side-item" aria-current={current ? 'page' : undefined}>
        <KindIcon size={16} stroke={1.6} aria-label={label} />
        <span className="side-item-main">
          <span className="row">
            <span className="clip side-item-name">{name}</span>
            <span className="spread side-item-state">
              <StateLabel {...SOURCE_WORDS[live === null ? source.state : 'pulling']} />
            </span>
          </span>
          <span className="row side-item-facts">
            <span className="clip">{live === null ? result : `${count(live.received)} received`}</span>
            {isUnverified(source.settings) ? <span data-tone="failed">certificate not checked</span> : null}
            <span className="spread nowrap">{source.staged > 0 ? `${count(source.staged)} staged` : ''}</span>
          </span>
        </span>
      </a>
    </li>
  );
}

function NoSources() {
  return (
    <Empty
      title="Add a source to begin"
      action={
        <Button variant="filled" leftSection={<IconPlus size={14} />} onClick={() => go('sources', 'new')}>
          Add a source
        </Button>
      }
    >
      <p>
        Sluice pulls STIX objects and manifests from TAXII servers, CTCI's CVE Early Warning List and
        ThreatQuotient's events, and stages them for your review; nothing leaves this computer before you
        approve it.
      </p>
    </Empty>
  );
}
