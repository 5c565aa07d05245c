import { IconChevronRight, IconRss, IconSend, IconSignature } from '@tabler/icons-react';
import { type ComponentProps, useState } from 'react';
import { failureLine } from '../../../shared/errors.ts';
import { tlpLabel } from '../../../shared/tlp.ts';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import type { OverrideView } from '../../../shared/views/override.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { sentWords } from '../../state/handover-words.ts';
import { go, href } from '../../state/navigation.ts';
import { openView } from '../../state/review.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { bytes, count, countOf, duration, timeTitle } from '../../ui/format.ts';
import { RUN_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { LinqLines } from '../deliver/linq-lines.tsx';
import { FeedsTable } from '../sources/feeds-table.tsx';
import { OverrideFacts, overrideStanding } from './override-facts.tsx';

export type Entry =
  | { kind: 'pull'; at: number; run: PullRunView }
  | { kind: 'handover'; at: number; run: HandoverRunView }
  | { kind: 'override'; at: number; override: OverrideView };

function summary(entry: Exclude<Entry, { kind: 'override' }>): string {
  const { run } = entry;
  if (run.failure !== null) return failureLine(run.failure);
  if (entry.kind === 'handover') return `${sentWords(entry.run)}, ${bytes(entry.run.bytes)}`;
  const incomplete = entry.run.feeds.filter(
    (f) => f.failure !== null || f.completeness?.complete === 'no',
  ).length;
  const text = `${count(entry.run.received)} received, ${count(entry.run.stored)} new, ${countOf(entry.run.duplicates, 'duplicate')}`;
  return incomplete === 0 ? text : `${text}; ${countOf(incomplete, 'collection')} incomplete`;
}

/** What the line of an entry says. */
interface Line {
  Icon: typeof IconRss;
  kind: string;
  name: string;
  state: ComponentProps<typeof StateLabel>;
  text: string;
  failed: boolean;
  took: number | null;
}

function lineOf(entry: Entry): Line {
  if (entry.kind === 'override') {
    const { override } = entry;
    return {
      Icon: IconSignature,
      kind: 'Override',
      name: override.destination,
      state: overrideStanding(override),
      text: `${countOf(override.records, 'record')} up to ${tlpLabel(override.highest)}: ${override.reason}`,
      failed: false,
      took: null,
    };
  }
  const { run } = entry;
  const pull = entry.kind === 'pull';
  return {
    Icon: pull ? IconRss : IconSend,
    kind: pull ? 'Pull' : 'Hand-over',
    name: pull ? entry.run.source : entry.run.destination,
    state: !pull && run.state === 'done' ? { tone: 'handed', word: 'Handed over' } : RUN_WORDS[run.state],
    text: summary(entry),
    failed: run.failure !== null,
    took: run.endedAt === null ? null : run.endedAt - run.startedAt,
  };
}

/** One pull, hand-over or override; opens to everything that is known about it. */
export function HistoryEntry({ entry, day }: { entry: Entry; day: string | null }) {
  const [open, setOpen] = useState(false);
  const { Icon, kind, name, state, text, failed, took } = lineOf(entry);
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
        <span className="history-kind">{kind}</span>
        <span className="clip history-name">{name}</span>
        <StateLabel {...state} />
        <span className="clip" data-tone={failed ? 'failed' : undefined}>
          <VisibleText text={text} />
        </span>
        <span className="dim num">{took === null ? '' : duration(took)}</span>
      </button>
      {open ? (
        <div className="history-open">
          <Opened entry={entry} />
        </div>
      ) : null}
    </li>
  );
}

function Opened({ entry }: { entry: Entry }) {
  switch (entry.kind) {
    case 'pull':
      return <Pull run={entry.run} />;
    case 'handover':
      return <Handover run={entry.run} />;
    case 'override':
      return <OverrideFacts override={entry.override} />;
  }
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
