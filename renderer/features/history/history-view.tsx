import { Button } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import type { OverrideView } from '../../../shared/views/override.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { call, failureOf } from '../../bridge.ts';
import { useEngine } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { type Entry, HistoryEntry } from './history-entry.tsx';
import '../../styles/history.css';

const PAGE = 60;

/** Which kinds have older ones that were not asked for yet. */
interface More {
  pulls: boolean;
  handovers: boolean;
  overrides: boolean;
}

/** All kinds in one order, newest first. Older ones of one kind wait until the others have caught up. */
function merge(
  pulls: readonly PullRunView[],
  handovers: readonly HandoverRunView[],
  overrides: readonly OverrideView[],
  more: More,
): Entry[] {
  const all: Entry[] = [
    ...pulls.map((run): Entry => ({ kind: 'pull', at: run.startedAt, run })),
    ...handovers.map((run): Entry => ({ kind: 'handover', at: run.startedAt, run })),
    ...overrides.map((override): Entry => ({ kind: 'override', at: override.at, override })),
  ].sort((a, b) => b.at - a.at);
  const floor = Math.max(
    more.pulls ? (pulls.at(-1)?.startedAt ?? 0) : 0,
    more.handovers ? (handovers.at(-1)?.startedAt ?? 0) : 0,
    more.overrides ? (overrides.at(-1)?.at ?? 0) : 0,
  );
  return all.filter((e) => e.at >= floor);
}

/** Every pull, every hand-over and every written override, on one line of time. */
export function HistoryView() {
  const [pulls, setPulls] = useState<readonly PullRunView[] | null>(null);
  const [handovers, setHandovers] = useState<readonly HandoverRunView[]>([]);
  const [overrides, setOverrides] = useState<readonly OverrideView[]>([]);
  const [more, setMore] = useState<More>({ pulls: false, handovers: false, overrides: false });
  const [failure, setFailure] = useState<Failure | null>(null);
  const ended = useEngine(
    (s) =>
      Object.values(s.pulls).filter((p) => p.endedAt !== null).length +
      Object.values(s.handovers).filter((h) => h.endedAt !== null).length +
      (s.snapshot?.pulls.length ?? 0),
  );

  const load = useCallback(async () => {
    try {
      const [p, h, o] = await Promise.all([
        call('pulls.list', { limit: PAGE }),
        call('forward.list', { limit: PAGE }),
        call('overrides.list', { inForce: false, limit: PAGE }),
      ]);
      setPulls(p);
      setHandovers(h);
      setOverrides(o);
      setMore(full(p, h, o));
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
      const beforeOverride = overrides.at(-1)?.id;
      const [p, h, o] = await Promise.all([
        more.pulls && before !== undefined ? call('pulls.list', { limit: PAGE, before }) : [],
        more.handovers && beforeRun !== undefined
          ? call('forward.list', { limit: PAGE, before: beforeRun })
          : [],
        more.overrides && beforeOverride !== undefined
          ? call('overrides.list', { inForce: false, limit: PAGE, before: beforeOverride })
          : [],
      ]);
      setPulls([...(pulls ?? []), ...p]);
      setHandovers([...handovers, ...h]);
      setOverrides([...overrides, ...o]);
      setMore(full(p, h, o));
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
  const entries = merge(pulls, handovers, overrides, more);
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
        <p>
          Every pull and every hand-over is listed here with its result, and every override with its reason.
        </p>
      </Empty>
    );
  }
  return (
    <div className="page history">
      <ul aria-label="Pulls, hand-overs and overrides">
        {entries.map((entry, i) => (
          <HistoryEntry key={keyOf(entry)} entry={entry} day={dayBefore(entries, i)} />
        ))}
      </ul>
      {more.pulls || more.handovers || more.overrides ? (
        <Button onClick={() => void older()}>Older</Button>
      ) : null}
    </div>
  );
}

function full(pulls: readonly unknown[], handovers: readonly unknown[], overrides: readonly unknown[]): More {
  return {
    pulls: pulls.length === PAGE,
    handovers: handovers.length === PAGE,
    overrides: overrides.length === PAGE,
  };
}

function keyOf(entry: Entry): string {
  switch (entry.kind) {
    case 'pull':
      return entry.run.pullingId;
    case 'handover':
      return `h${entry.run.id}`;
    case 'override':
      return `o${entry.override.id}`;
  }
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
