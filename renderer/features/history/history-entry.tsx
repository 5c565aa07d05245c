import { IconChevronRight, IconRss, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { failureLine } from '../../../shared/errors.ts';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { go, href } from '../../state/navigation.ts';
import { openView } from '../../state/review.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf, duration, timeTitle } from '../../ui/format.ts';
import { RUN_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { LinqLines } from '../deliver/linq-lines.tsx';
import { FeedsTable } from '../sources/feeds-table.tsx';

export type Entry =
  | { kind: 'pull'; at: number; run: PullRunView }
  | { kind: 'handover'; at: number; run: HandoverRunView };

function summary(entry: Entry): string {
  const { run } = entry;
  if (run.failure !== null) return failureLine(run.failure);
  if (entry.kind === 'handover') return `${countOf(entry.run.messages, 'record')}, ${bytes(entry.run.bytes)}`;
  const incomplete = entry.run.feeds.filter(
    (f) => f.failure !== null || f.completeness?.complete === 'no',
  ).length;
  const text = `${count(entry.run.received)} received, ${count(entry.run.stored)} new, ${countOf(entry.run.duplicates, 'duplicate')}`;
  return incomplete === 0 ? text : `${text}; ${countOf(incomplete, 'collection')} incomplete`;
}

/** One pull or hand-over; opens to everything that is known about it. */
export function HistoryEntry({ entry, day }: { entry: Entry; day: string | null }) {
  const [open, setOpen] = useState(false);
  const { run } = entry;
  const Icon = entry.kind === 'pull' ? IconRss : IconSend;
  const name = entry.kind === 'pull' ? entry.run.source : entry.run.destination;
  const state =
    entry.kind === 'handover' && run.state === 'done'
      ? { tone: 'handed' as const, word: 'Handed over' }
      : RUN_WORDS[run.state];
  return (
    <li>
      {day === null ? null : <h2 className="history-day">{day}</h2>}
      <button
        type="button"
        className="plain-button history-row"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} className="history-arrow" aria-hidden="true" />
        <time dateTime={new Date(entry.at).toISOString()} title={timeTitle(entry.at)}>
          {new Date(entry.at).toISOString().slice(11, 19)}
        </time>
        <Icon size={15} stroke={1.6} aria-hidden="true" />
        <span className="history-kind">{entry.kind === 'pull' ? 'Pull' : 'Hand-over'}</span>
        <span className="clip history-name">{name}</span>
        <StateLabel {...state} />
        <span className="clip" data-tone={run.failure === null ? undefined : 'failed'}>
          <VisibleText text={summary(entry)} />
        </span>
        <span className="dim num">{run.endedAt === null ? '' : duration(run.endedAt - run.startedAt)}</span>
      </button>
      {open ? (
        <div className="history-open">
          {entry.kind === 'pull' ? <Pull run={entry.run} /> : <Handover run={entry.run} />}
        </div>
      ) : null}
    </li>
  );
}

function Pull({ run }: { run: PullRunView }) {
  return (
    <>
      {run.failure === null ? null : <FailureNote failure={run.failure} />}
      <FeedsTable pull={run} />
      {run.statistics === null ? null : (
        <div className="row statistics">
          <code>{run.statistics}</code>
          <span className="spread">
            <CopyButton text={run.statistics} what="the statistics line" />
          </span>
        </div>
      )}
      <LinqLines linq={run.linq} />
      <p className="row">
        <span className="dim">Pulling id</span> <code>{run.pullingId}</code>
        <CopyButton text={run.pullingId} what="the pulling id" />
        <button
          type="button"
          className="plain-button link"
          onClick={() => {
            openView({ pullingId: run.pullingId });
            go('review');
          }}
        >
          Its records
        </button>
        <a href={href('log', run.source)}>Log lines</a>
      </p>
    </>
  );
}

function Handover({ run }: { run: HandoverRunView }) {
  return (
    <>
      {run.failure === null ? null : <FailureNote failure={run.failure} />}
      <dl className="facts">
        <dt>Pulling ids</dt>
        <dd className="mono">{run.pullingIds.join(', ') || '–'}</dd>
        <dt>Tags</dt>
        <dd className="mono">{run.tags.join(', ') || '–'}</dd>
      </dl>
      <LinqLines linq={run.linq} />
    </>
  );
}
