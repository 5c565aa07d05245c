import { type Instant, parseInstant } from '../instant.ts';
import type { CursorState } from '../source.ts';
import { DIALECTS, type Dialect } from './event-query.ts';
import { LOGIN_STYLES, type LoginStyle } from './login.ts';

/**
 * Where the events stand, as committed with the last page. The first three are the collector's own state (seed 000, "saved in state");
 * `position` is by the server's clock, so that two clocks that differ lose nothing.
 */
export interface EventCursor {
  /** Epoch seconds of the last whole pull; before that, of where the first one starts. */
  lastPolledTime: number;
  resetPersistenceAuth: string;
  /** Ids of the events at the latest update time, at most {@link MOST_IDS}: they come again with the next pull. */
  allEventsIds: (number | string)[];
  /** Everything updated before is stored. null: nothing for certain yet. */
  position: Instant | null;
  /** What the server announced and did not give in the last whole walk; the same number twice is the server's state. */
  short: number | null;
  dialect: Dialect | null;
  style: LoginStyle | null;
}

export const MOST_IDS = 1_000;

/** Reads a stored cursor; null when there is none or it cannot be read. */
export function readCursor(state: CursorState | null): EventCursor | null {
  if (state === null || typeof state.last_polled_time !== 'number') return null;
  const ids = Array.isArray(state.all_events_ids) ? state.all_events_ids : [];
  return {
    lastPolledTime: state.last_polled_time,
    resetPersistenceAuth:
      typeof state.reset_persistence_auth === 'string' ? state.reset_persistence_auth : '',
    allEventsIds: ids.filter((id) => typeof id === 'number' || typeof id === 'string').slice(0, MOST_IDS),
    position: parseInstant(state.position),
    short: typeof state.short === 'number' ? state.short : null,
    dialect: DIALECTS.find((d) => d === state.dialect) ?? null,
    style: LOGIN_STYLES.find((s) => s === state.style) ?? null,
  };
}

export function writeCursor(cursor: EventCursor): CursorState {
  return {
    last_polled_time: cursor.lastPolledTime,
    reset_persistence_auth: cursor.resetPersistenceAuth,
    all_events_ids: cursor.allEventsIds,
    position: cursor.position,
    short: cursor.short,
    dialect: cursor.dialect,
    style: cursor.style,
  };
}

/** The collector's state as it writes it to its log, in Python's words. */
export function stateText(cursor: EventCursor): string {
  const ids = cursor.allEventsIds.map((id) => (typeof id === 'number' ? String(id) : pythonText(id)));
  return (
    `{'last_polled_time': ${cursor.lastPolledTime}, ` +
    `'reset_persistence_auth': ${pythonText(cursor.resetPersistenceAuth)}, 'all_events_ids': [${ids.join(', ')}]}`
  );
}

function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `${quote}${text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)}${quote}`;
}
