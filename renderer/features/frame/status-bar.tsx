import { run } from '../../commands.ts';
import { useDestinations, useEngine, useSources } from '../../state/engine.ts';
import { href, useNavigation } from '../../state/navigation.ts';
import { useNotices } from '../../state/notices.ts';
import { useWaiting } from '../../state/plan.ts';
import { undo, useReview } from '../../state/review.ts';
import { chosenCount } from '../../state/selection.ts';
import { count, countOf } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';
import { useCacheVersion } from '../review/use-cache.ts';

/** What is selected and which keys act on it; on the right how sources and delivery are. */
export function StatusBar() {
  const line = useNotices((s) => s.line);
  return (
    <footer className="status-bar">
      <div className="status-left">
        <div className="status-line" role="status" aria-live="polite">
          {line === null ? null : <span>{line.text}</span>}
        </div>
        {line === null ? (
          <Hints />
        ) : line.undo === null ? null : (
          <button type="button" className="plain-button status-link" onClick={() => void undo(line.undo)}>
            Undo <Keys of="review.undo" />
          </button>
        )}
      </div>
      <Health />
    </footer>
  );
}

function Hints() {
  const view = useNavigation((s) => s.view);
  const path = useNavigation((s) => s.path);
  const sources = useSources().length;
  const records = useEngine((s) => s.snapshot?.counts.records ?? 0);
  const destinations = useDestinations().length;
  if (view === 'review' && records > 0) return <ReviewHints />;
  if (view === 'deliver' && path.length === 0 && destinations > 0) {
    return (
      <span className="status-keys">
        <Hint id="deliver.dryRun" word="dry run" /> <Hint id="deliver.handOver" word="hand over" />
      </span>
    );
  }
  if (view === 'sources' && path[0] !== 'new' && path[1] !== 'edit' && sources > 0) {
    return (
      <span className="status-keys">
        <Hint id="sources.pull" word="pull this source" />
      </span>
    );
  }
  return (
    <span className="status-keys">
      <Hint id="window.palette" word="search" /> <Hint id="window.keys" word="all keys" />
    </span>
  );
}

function Hint({ id, word }: { id: Parameters<typeof run>[0]; word: string }) {
  return (
    <button type="button" className="plain-button status-link" onClick={() => run(id)}>
      <Keys of={id} /> {word}
    </button>
  );
}

function ReviewHints() {
  const chosen = useReview((s) => s.chosen);
  const cache = useReview((s) => s.cache);
  useCacheVersion(cache);
  const n = chosenCount(chosen, cache?.total ?? 0);
  return (
    <span className="status-keys">
      <span>{n === 0 ? 'None selected' : `${count(n)} selected`}</span>
      <Hint id="review.approve" word="approve" />
      <Hint id="review.hold" word="hold" />
      <Hint id="review.reject" word="reject" />
      <Hint id="review.undo" word="undo" />
    </span>
  );
}

function Health() {
  const sources = useSources();
  const destinations = useDestinations();
  const counts = useEngine((s) => s.snapshot?.counts ?? null);
  const unindexed = useEngine((s) => s.snapshot?.unindexed ?? 0);
  const waits = useWaiting();
  const failing = sources.filter((s) => s.state === 'failing');
  const first = failing[0];
  return (
    <div className="status-right">
      {unindexed > 0 ? (
        <span title="Their text can be searched in a moment.">
          {countOf(unindexed, 'record')} being indexed
        </span>
      ) : null}
      <a href={first === undefined ? href('sources') : href('sources', first.settings.name)}>
        {countOf(sources.length, 'source')}
        {' · '}
        <span data-tone={failing.length > 0 ? 'failed' : undefined}>{count(failing.length)} failing</span>
      </a>
      <a href={href('deliver')}>
        {countOf(destinations.length, 'destination')}
        {counts === null ? null : (
          <>
            {' · '}
            <span data-tone={waits.word === 'blocked' ? 'held' : undefined}>
              {count(waits.n)} {waits.word}
            </span>
            {counts.failed > 0 ? (
              <>
                {' · '}
                <span data-tone="failed">{count(counts.failed)} failed</span>
              </>
            ) : null}
          </>
        )}
      </a>
    </div>
  );
}
