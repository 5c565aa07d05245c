import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useCommand } from '../../commands.ts';
import { useEngine, useSources } from '../../state/engine.ts';
import { isEmpty } from '../../state/filter.ts';
import { go } from '../../state/navigation.ts';
import type { PageCache } from '../../state/page-cache.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { closeDetail, enterView, openView, selectNone, useReview } from '../../state/review.ts';
import { chosenCount } from '../../state/selection.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count, countOf } from '../../ui/format.ts';
import { Empty, Keys } from '../../ui/parts.tsx';
import { DetailPane } from '../detail/detail-pane.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { FacetsPane } from './facets-pane.tsx';
import { FilterBar } from './filter-bar.tsx';
import { focusGrid, RecordsGrid } from './records-grid.tsx';
import { useCacheVersion } from './use-cache.ts';

/** Facets, the table, the opened record beside it. */
export function ReviewView() {
  const cache = useReview((s) => s.cache);
  const detail = useReview((s) => s.detail);
  const facetsOpen = usePreferences((p) => p.facetsOpen);
  const records = useEngine((s) => s.snapshot?.counts.records ?? 0);
  const panels = [facetsOpen ? 'facets' : null, 'table', detail === null ? null : 'detail'].filter(
    (p) => p !== null,
  );
  const layout = useDefaultLayout({
    id: 'sluice.review',
    panelIds: panels,
    storage: localStorage,
    onlySaveAfterUserInteractions: true,
  });

  useEffect(() => enterView(), []);
  useCommand('review.facets', () => prefer({ facetsOpen: !usePreferences.getState().facetsOpen }));
  useCommand('review.clear', () => openView({}));
  useCommand('review.fresh', () => openView());
  useCommand('review.closeDetail', () => {
    const state = useReview.getState();
    if (state.detail !== null) closeDetail();
    else if (chosenCount(state.chosen, state.cache?.total ?? 0) > 0) selectNone();
    focusGrid();
  });

  if (records === 0) return <NothingYet />;
  if (cache === null) return null;
  return (
    <Group
      orientation="horizontal"
      defaultLayout={layout.defaultLayout}
      onLayoutChanged={layout.onLayoutChanged}
      className="review"
    >
      {facetsOpen ? (
        <Panel
          id="facets"
          defaultSize={228}
          minSize={150}
          maxSize={420}
          groupResizeBehavior="preserve-pixel-size"
        >
          <FacetsPane />
        </Panel>
      ) : null}
      {facetsOpen ? <Separator className="divider" aria-label="Width of the facets" /> : null}
      <Panel id="table" minSize={320}>
        <div className="table-pane">
          <FilterBar />
          <DecisionBar />
          <FreshBar />
          <TableOrState cache={cache} />
        </div>
      </Panel>
      {detail === null ? null : <Separator className="divider" aria-label="Width of the record" />}
      {detail === null ? null : (
        <Panel id="detail" defaultSize={432} minSize={320} groupResizeBehavior="preserve-pixel-size">
          <DetailPane id={detail} />
        </Panel>
      )}
    </Group>
  );
}

function TableOrState({ cache }: { cache: PageCache }) {
  useCacheVersion(cache);
  const asked = useReview((s) => s.asked);
  const staged = useEngine((s) => s.snapshot?.counts.staged ?? 0);
  if (cache.failure !== null && cache.total === null) {
    return (
      <div className="page">
        <FailureNote
          failure={cache.failure}
          action={<Button onClick={() => cache.refresh()}>Try again</Button>}
        />
      </div>
    );
  }
  if (cache.total === 0 && !isEmpty(asked)) {
    const onlyStaged = JSON.stringify(asked) === '{"decision":["staged"]}';
    return onlyStaged && staged === 0 ? (
      <Empty
        title="Everything is reviewed"
        action={
          <>
            <Button variant="filled" onClick={() => go('deliver')}>
              See what will be handed over
            </Button>
            <Button onClick={() => openView({})}>Show all records</Button>
          </>
        }
      >
        <p>No record waits for a decision.</p>
      </Empty>
    ) : (
      <Empty
        title="No record matches the filter"
        action={
          <Button variant="filled" onClick={() => openView({})}>
            Clear all filters
          </Button>
        }
      >
        <p>Take away a filter, or clear them all.</p>
      </Empty>
    );
  }
  return (
    <>
      {cache.failure === null ? null : (
        <div style={{ padding: 8 }}>
          <FailureNote
            failure={cache.failure}
            action={<Button onClick={() => cache.refresh()}>Load the missing rows</Button>}
          />
        </div>
      )}
      <RecordsGrid cache={cache} />
    </>
  );
}

function FreshBar() {
  const fresh = useReview((s) => s.fresh);
  if (fresh === 0) return null;
  return (
    <button type="button" className="fresh-bar" onClick={() => openView()}>
      {countOf(fresh, 'new record')} – show <Keys of="review.fresh" />
    </button>
  );
}

function NothingYet() {
  const sources = useSources();
  const pulling = sources.filter((s) => s.state === 'pulling');
  const demo = useEngine((s) => s.info?.demo === true);
  if (sources.length === 0) {
    return (
      <Empty
        title="Nothing to review yet"
        action={
          <Button variant="filled" onClick={() => go('sources', 'new')}>
            Add a source
          </Button>
        }
      >
        <p>Records come from sources. Add a TAXII server and pull from it.</p>
      </Empty>
    );
  }
  return (
    <Empty
      title={pulling.length > 0 ? 'The first records are on their way' : 'Nothing pulled yet'}
      action={
        <Button variant="filled" onClick={() => go('sources')}>
          {pulling.length > 0 ? 'Watch the progress' : 'Go to the sources'}
        </Button>
      }
    >
      <p>
        {pulling.length > 0
          ? 'They appear here as they are stored; reviewing can begin before the pull ends.'
          : `${count(sources.length)} ${sources.length === 1 ? 'source is' : 'sources are'} configured. Pull one to stage its records.`}
        {demo ? ' This is the demo: its servers run on this computer.' : ''}
      </p>
    </Empty>
  );
}
