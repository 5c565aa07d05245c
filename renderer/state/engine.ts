import { create } from 'zustand';
import type { EngineEvent } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import type { AppInfo, Snapshot } from '../../shared/views/app.ts';
import type { DestinationView, HandoverRunView } from '../../shared/views/destination.ts';
import type { PullRunView } from '../../shared/views/pull.ts';
import type { SourceView } from '../../shared/views/source.ts';
import { bridge, call, failureOf } from '../bridge.ts';

/** What the engine last said about itself. Rows of records are never kept here. */
export interface EngineState {
  connection: 'connecting' | 'open' | 'lost';
  info: AppInfo | null;
  snapshot: Snapshot | null;
  /** Running and just ended pulls by source. */
  pulls: Readonly<Record<string, PullRunView>>;
  /** Running and just ended hand-overs by destination. */
  handovers: Readonly<Record<string, HandoverRunView>>;
  /** Grows whenever records or decisions changed. */
  recordsVersion: number;
  /** Highest log line. */
  logSeq: number;
  /** Why the first snapshot could not be had. */
  failure: Failure | null;
}

export const useEngine = create<EngineState>(() => ({
  connection: 'connecting',
  info: null,
  snapshot: null,
  pulls: {},
  handovers: {},
  recordsVersion: 0,
  logSeq: 0,
  failure: null,
}));

const byKey = <T>(items: readonly T[], key: (item: T) => string): Record<string, T> =>
  Object.fromEntries(items.map((item) => [key(item), item]));

/** The state after an event. Events older than the snapshot change nothing. Pure. */
export function applyEvent(state: EngineState, event: EngineEvent): Partial<EngineState> {
  const { snapshot } = state;
  if (snapshot === null || event.seq <= snapshot.seq) return {};
  switch (event.name) {
    case 'state': {
      const moved = event.data.lastKey !== snapshot.lastKey || changed(event.data.counts, snapshot.counts);
      return {
        snapshot: event.data,
        recordsVersion: state.recordsVersion + (moved ? 1 : 0),
      };
    }
    case 'pull': {
      const pull = event.data;
      const sources = snapshot.sources.map((s): SourceView => {
        if (s.settings.name !== pull.source || pull.endedAt === null) return s;
        return { ...s, lastPull: pull };
      });
      return {
        pulls: { ...state.pulls, [pull.source]: pull },
        snapshot: { ...snapshot, seq: event.seq, sources },
      };
    }
    case 'handover': {
      const run = event.data;
      const destinations = snapshot.destinations.map((d): DestinationView => {
        if (d.settings.name !== run.destination || run.endedAt === null) return d;
        return { ...d, lastRun: run };
      });
      return {
        handovers: { ...state.handovers, [run.destination]: run },
        snapshot: { ...snapshot, seq: event.seq, destinations },
      };
    }
    case 'records':
      return {
        recordsVersion: state.recordsVersion + 1,
        snapshot: { ...snapshot, seq: event.seq, ...event.data },
      };
    case 'log':
      return { logSeq: event.data.seq };
    default:
      return {};
  }
}

function changed<T extends object>(a: T, b: T): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/** Events that came while a snapshot was on its way, one list an asking: they may be newer than it. */
const meanwhile = new Set<EngineEvent[]>();

/** Asks for the whole truth again: at the start, after a lost connection, after a change that answers no event. */
export async function refresh(): Promise<void> {
  const events: EngineEvent[] = [];
  meanwhile.add(events);
  try {
    const [info, snapshot] = await Promise.all([call('app.info', {}), call('app.snapshot', {})]);
    useEngine.setState((state) => {
      const told: EngineState = {
        ...state,
        info,
        snapshot,
        failure: null,
        pulls: byKey(snapshot.pulls, (p) => p.source),
        handovers: byKey(snapshot.handovers, (h) => h.destination),
        recordsVersion: state.recordsVersion + 1,
      };
      for (const event of events) Object.assign(told, applyEvent(told, event));
      return told;
    });
  } catch (thrown) {
    useEngine.setState({ failure: failureOf(thrown) });
  } finally {
    meanwhile.delete(events);
  }
}

/** Connects the store to the bridge. Called once. */
export function startEngine(): void {
  bridge.onEvent((event) => {
    for (const events of meanwhile) events.push(event);
    useEngine.setState((state) => applyEvent(state, event));
  });
  bridge.onConnection((connection) => {
    const before = useEngine.getState().connection;
    useEngine.setState({ connection });
    if (connection === 'open' && before === 'lost') void refresh();
  });
  void refresh();
}

const NO_SOURCES: readonly SourceView[] = [];
const NO_DESTINATIONS: readonly DestinationView[] = [];
export const useSources = () => useEngine((s) => s.snapshot?.sources ?? NO_SOURCES);
export const useDestinations = () => useEngine((s) => s.snapshot?.destinations ?? NO_DESTINATIONS);

/** The pull of a source that is running now; null when none is. */
export function runningPull(state: EngineState, source: string): PullRunView | null {
  const pull = state.pulls[source];
  return pull !== undefined && pull.endedAt === null && pull.state === 'running' ? pull : null;
}
