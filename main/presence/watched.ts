import { type AppSettings, DEFAULT_APP_SETTINGS } from '../../shared/app-settings.ts';
import type { EngineEvent } from '../../shared/contract.ts';
import type { Snapshot } from '../../shared/views/app.ts';
import type { HandoverRunView } from '../../shared/views/destination.ts';
import type { PullRunView } from '../../shared/views/pull.ts';

/** What the desktop knows of the engine while no window need be there. */
export interface Watched {
  connection: 'open' | 'lost';
  snapshot: Snapshot | null;
  /** Running pulls by source. */
  pulls: ReadonlyMap<string, PullRunView>;
  handovers: ReadonlyMap<string, HandoverRunView>;
  settings: AppSettings;
  /** Highest record that somebody could have seen in the window. */
  seenKey: number;
}

export const NOTHING_WATCHED: Watched = {
  connection: 'lost',
  snapshot: null,
  pulls: new Map(),
  handovers: new Map(),
  settings: DEFAULT_APP_SETTINGS,
  seenKey: 0,
};

/** The state after an event. Pure. */
export function watching(state: Watched, event: EngineEvent): Watched {
  const { snapshot } = state;
  switch (event.name) {
    case 'state':
      return fromSnapshot(state, event.data);
    case 'records':
      return snapshot === null ? state : { ...state, snapshot: { ...snapshot, ...event.data } };
    case 'pull':
      return { ...state, pulls: running(state.pulls, event.data.source, event.data) };
    case 'handover':
      return { ...state, handovers: running(state.handovers, event.data.destination, event.data) };
    case 'settings':
      return { ...state, settings: event.data };
    default:
      return state;
  }
}

/** The whole truth again: what it does not list as running has ended. */
export function fromSnapshot(state: Watched, snapshot: Snapshot): Watched {
  return {
    ...state,
    connection: 'open',
    snapshot,
    pulls: new Map(snapshot.pulls.map((run) => [run.source, run])),
    handovers: new Map(snapshot.handovers.map((run) => [run.destination, run])),
  };
}

function running<R extends { endedAt: number | null }>(
  runs: ReadonlyMap<string, R>,
  name: string,
  run: R,
): ReadonlyMap<string, R> {
  const now = new Map(runs);
  if (run.endedAt === null) now.set(name, run);
  else now.delete(name);
  return now;
}

/** Records that wait for review and came since the window was last looked at. */
export function unseen({ snapshot, seenKey }: Watched): number {
  return snapshot === null ? 0 : Math.min(snapshot.counts.staged, Math.max(0, snapshot.lastKey - seenKey));
}
