import { failureLine } from '../../../shared/errors.ts';
import type { FeedRunView, PullRunView } from '../../../shared/views/pull.ts';
import { bytes, count, duration, rate } from '../../ui/format.ts';
import { KIND_TITLES } from '../../ui/kind-titles.ts';
import { Bar } from '../../ui/parts.tsx';
import { COMPLETE_WORDS, RUN_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { useTicking } from '../../ui/ticking.ts';
import { VisibleText } from '../../ui/visible-text.tsx';

/** By title, objects before manifests: rows stay where they are while a pull runs. */
function inOrder(feeds: readonly FeedRunView[]): FeedRunView[] {
  const key = (f: FeedRunView) => `${f.feed.title || f.feed.collection}\u0000${f.feed.apiRoot}`;
  return [...feeds].sort((a, b) => key(a).localeCompare(key(b)) || (a.feed.kind === 'object' ? -1 : 1));
}

/** A pull by collection and kind: live while it runs, the result afterwards. What history does not keep is left out. */
export function FeedsTable({ pull }: { pull: PullRunView }) {
  if (pull.feeds.length === 0) {
    return (
      <p className="dim">
        {pull.endedAt === null ? 'Asking the server what it has…' : 'No collection was reached.'}
      </p>
    );
  }
  const sum = (of: (f: FeedRunView) => number) => pull.feeds.reduce((total, f) => total + of(f), 0);
  const rates = pull.feeds.some((f) => f.rate !== null);
  const sizes = pull.feeds.some((f) => f.bytes > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="table-scroll feeds-scroll" tabIndex={0} aria-label="Collections of this pull">
      <table className="table feeds">
        <thead>
          <tr>
            <th scope="col">Collection</th>
            <th scope="col">Kind</th>
            {['Pages', 'Received', 'Stored', 'Duplicates', 'Announced'].map((title) => (
              <th key={title} scope="col" className={title === 'Pages' ? 'num feed-pages' : 'num'}>
                {title}
              </th>
            ))}
            {rates ? (
              <th scope="col" className="num">
                Rate
              </th>
            ) : null}
            {sizes ? (
              <th scope="col" className="num feed-size">
                Size
              </th>
            ) : null}
            <th scope="col" className="feed-state">
              State
            </th>
          </tr>
        </thead>
        <tbody>
          {inOrder(pull.feeds).map((f) => (
            <FeedRow
              key={`${f.feed.apiRoot}${f.feed.collection}${f.feed.kind}`}
              run={f}
              rates={rates}
              sizes={sizes}
            />
          ))}
        </tbody>
        {pull.feeds.length > 1 ? (
          <tfoot>
            <tr>
              <td>All</td>
              <td />
              <td className="num feed-pages">{count(sum((f) => f.pages))}</td>
              <td className="num">{count(sum((f) => f.received))}</td>
              <td className="num">{count(sum((f) => f.stored))}</td>
              <td className="num">{count(sum((f) => f.duplicates))}</td>
              <td />
              {rates ? <td /> : null}
              {sizes ? <td className="num feed-size">{bytes(sum((f) => f.bytes))}</td> : null}
              <td />
            </tr>
          </tfoot>
        ) : null}
      </table>
    </section>
  );
}

function FeedRow({ run, rates, sizes }: { run: FeedRunView; rates: boolean; sizes: boolean }) {
  const why = run.failure === null ? (run.completeness?.reason ?? run.note) : failureLine(run.failure);
  return (
    <tr>
      <td
        className="feed-name"
        title={`${run.feed.title.slice(0, 400)}\n${run.feed.collection}\n${run.feed.apiRoot}`}
      >
        <VisibleText text={run.feed.title || run.feed.collection} />
      </td>
      <td>{KIND_TITLES[run.feed.kind]}</td>
      <td className="num feed-pages">{count(run.pages)}</td>
      <td className="num">{count(run.received)}</td>
      <td className="num">{count(run.stored)}</td>
      <td className="num">{count(run.duplicates)}</td>
      <td className="num">
        {run.announced === null ? <span className="dim">–</span> : count(run.announced)}
      </td>
      {rates ? (
        <td className="num">{run.rate === null ? <span className="dim">–</span> : rate(run.rate)}</td>
      ) : null}
      {sizes ? <td className="num feed-size">{bytes(run.bytes)}</td> : null}
      <td className="wraps feed-state">
        <FeedState run={run} />
        {why === null && run.waitingUntil === null ? null : (
          <span className="feed-why" data-tone={run.failure === null ? 'quiet' : 'failed'}>
            {run.waitingUntil === null ? null : <Waiting until={run.waitingUntil} />}
            {why === null ? null : <VisibleText text={why} />}
          </span>
        )}
      </td>
    </tr>
  );
}

function FeedState({ run }: { run: FeedRunView }) {
  if (run.state === 'running' || run.state === 'waiting') {
    return (
      <span className="row">
        <StateLabel {...RUN_WORDS[run.waitingUntil === null ? run.state : 'waiting']} />
        {run.announced === null ? null : (
          <Bar done={run.received} of={run.announced} label={`Progress of ${run.feed.title}`} />
        )}
      </span>
    );
  }
  if (run.state === 'done' && run.completeness !== null)
    return <StateLabel {...COMPLETE_WORDS[run.completeness.complete]} />;
  return <StateLabel {...RUN_WORDS[run.state]} />;
}

/** Counts down what is being waited out. */
function Waiting({ until }: { until: number }) {
  const left = useTicking((now) => duration(Math.max(0, until - now)));
  return <span data-tone="held">Waiting {left}. </span>;
}
