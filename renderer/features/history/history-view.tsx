import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { call, failureOf } from '../../bridge.ts';
import { useEngine } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { type Entry, HistoryEntry } from './history-entry.tsx';
import '../../styles/history.css';

const PAGE = 60;

/** Both kinds in one order, newest first. Older ones of one kind wait until the other has caught up. */
function merge(
  pulls: readonly PullRunView[],
  handovers: readonly HandoverRunView[],
  more: { pulls: boolean; handovers: boolean },
): Entry[] {
  const all: Entry[] = [
    ...pulls.map((run): Entry => ({ kind: 'pull', at: run.startedAt, run })),
    ...handovers.map((run): Entry => ({ kind: 'handover', at: run.startedAt, run })),
  ].sort((a, b) => b.at - a.at);
  const floor = Math.max(
    more.pulls ? (pulls.at(-1)?.startedAt ?? 0) : 0,
    more.handovers ? (handovers.at(-1)?.startedAt ?? 0) : 0,
  );
  return all.filter((e) => e.at >= floor);
}

/** Every pull and every hand-over, on one line of time. */
export function HistoryView() {
  const [pulls, setPulls] = useState<readonly PullRunView[] | null>(null);
  const [handovers, setHandovers] = useState<readonly HandoverRunView[]>([]);
  const [more, setMore] = useState({ pulls: false, handovers: false });
  const [failure, setFailure] = useState<Failure | null>(null);
  const ended = useEngine(
    (s) =>
      Object.values(s.pulls).filter((p) => p.endedAt !== null).length +
      Object.values(s.handovers).filter((h) => h.endedAt !== null).length +
      (s.snapshot?.pulls.length ?? 0),
  );

  const load = useCallback(async () => {
    try {
      const [p, h] = await Promise.all([
        call('pulls.list', { limit: PAGE }),
        call('forward.list', { limit: PAGE }),
      ]);
      setPulls(p);
      setHandovers(h);
      setMore({ pulls: p.length === PAGE, handovers: h.length === PAGE });
      setFailure(null);
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: something ended, so there is something new
  useEffect(() => {
    void load();
  }, [load, ended]);

  const older = async () => {
    try {
      const before = pulls?.at(-1)?.pullingId;
      const beforeRun = handovers.at(-1)?.id;
      const [p, h] = await Promise.all([
        more.pulls && before !== undefined ? call('pulls.list', { limit: PAGE, before }) : [],
        more.handovers && beforeRun !== undefined
          ? call('forward.list', { limit: PAGE, before: beforeRun })
          : [],
      ]);
      setPulls([...(pulls ?? []), ...p]);
      setHandovers([...handovers, ...h]);
      setMore({ pulls: p.length === PAGE, handovers: h.length === PAGE });
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  };

  if (failure !== null) {
    return (
      <div className="page">
        <FailureNote failure={failure} action={<Button onClick={() => void load()}>Try again</Button>} />
      </div>
    );
  }
  if (pulls === null) return <Skeleton lines={10} />;
  const entries = merge(pulls, handovers, more);
  if (entries.length === 0) {
    return (
      <Empty
        title="Nothing has happened yet"
        action={
          <Button variant="filled" onClick={() => go('sources')}>
            Go to the sources
          </Button>
        }
      >
        <p>Every pull and every hand-over is listed here with its result.</p>
      </Empty>
    );
  }
  return (
    <div className="page history">
      <ul aria-label="Pulls and hand-overs">
        {entries.map((entry, i) => (
          <HistoryEntry
            key={entry.kind === 'pull' ? entry.run.pullingId : `h${entry.run.id}`}
            entry={entry}
            day={dayBefore(entries, i)}
          />
        ))}
      </ul>
      {more.pulls || more.handovers ? <Button onClick={() => void older()}>Older</Button> : null}
    </div>
  );
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The day, where it changes; null within a day. */
function dayBefore(entries: readonly Entry[], i: number): string | null {
  const entry = entries[i];
  const above = entries[i - 1];
  if (entry === undefined) return null;
  const day = dayOf(entry.at);
  return above !== undefined && dayOf(above.at) === day ? null : day;
}
