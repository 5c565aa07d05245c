import { type Failure, failureLine, toFailure } from '../../../../shared/errors.ts';
import type { ThreatqSettings } from '../../../../shared/settings-threatq.ts';
import { parsePollDatetime } from '../../../../shared/threatq-datetime.ts';
import { writtenPullingId } from '../../pulling-id.ts';
import { fromMs, type Instant, later, shift } from '../instant.ts';
import type { Completeness, FeedRef, FeedSink, PullContext } from '../source.ts';
import { type EventCursor, MOST_IDS, readCursor, stateText, writeCursor } from './cursor.ts';
import { type EventRow, eventDraft } from './event-draft.ts';
import { createEventQuery, type EventQuery } from './event-query.ts';
import { EventTypes } from './event-types.ts';
import type { Session, ThreatqClient } from './threatq-client.ts';
import { type WalkEnd, walkEvents } from './walk.ts';

/** The state as it is written to the log: with the old time, then with the new. */
export type SavedStates = readonly [string, string];

/** Numbers of a pull under way; `changed` tells them. */
export interface Tally {
  requests: number;
  bytes: number;
  announced: number | null;
  waitingUntil: number | null;
  note: string | null;
  changed: () => void;
}

export function newTally(): Tally {
  return { requests: 0, bytes: 0, announced: null, waitingUntil: null, note: null, changed: () => {} };
}

/** The one feed of a ThreatQuotient source. */
export function eventsFeed(settings: ThreatqSettings): FeedRef {
  return { apiRoot: `${settings.apiBaseUrl}/`, collection: 'events', title: 'ThreatQ events', kind: 'event' };
}

export interface PullEventsInput {
  client: ThreatqClient;
  settings: ThreatqSettings;
  context: PullContext;
  session: Session;
  tally: Tally;
}

/** How far before the last position the next pull begins: the boundary second, and what the server had not quite written when it was read. */
const OVERLAP_MS = 5_000;
/** Walks of one pull while the server gives less than it announced. */
const MOST_WALKS = 3;

/**
 * One pull of the events into the sink. Never throws for what the server did: the feed's result says it, and null is answered. Throws what
 * aborted the pull, and what the store threw.
 */
export async function pullEvents(input: PullEventsInput): Promise<SavedStates | null> {
  const { settings, context, tally } = input;
  const { log, signal } = context;
  const sink = context.sink.open(eventsFeed(settings));
  tally.changed = () => sink.progress(tally);
  const work: Work = { ...input, sink, cursor: startOf(input, sink), pages: 0, received: 0, latest: null };
  const done = (completeness: Completeness, failure: Failure | null): void => {
    const { pages, received } = work;
    const { requests, announced } = tally;
    sink.done({ pages, requests, received, announced, completeness, failure });
  };
  try {
    const query = createEventQuery(input.client, settings.maxPageBytes, work.cursor.dialect);
    const end = await followWhole(work, query);
    const { completeness, states } = finish(work, end, query);
    if (completeness.complete === 'no') log.warning(`ThreatQ events: ${completeness.reason}`);
    done(completeness, null);
    return states;
  } catch (error) {
    if (signal.aborted) {
      done({ complete: 'no', reason: 'The pull was stopped before the end.' }, null);
      throw error;
    }
    const failure = toFailure(error);
    done({ complete: 'no', reason: 'The pull failed before the end.' }, failure);
    if (failure.code.startsWith('store.')) throw error;
    log.error(failureLine(failure));
    return null;
  }
}

interface Work extends PullEventsInput {
  sink: FeedSink;
  cursor: EventCursor;
  pages: number;
  received: number;
  /** Second that the ids in the cursor were updated at. */
  latest: Instant | null;
}

/** The committed cursor, or that of a source that begins: at `historical_poll_datetime`, else now by the clock that is behind. */
function startOf({ settings, session, context }: PullEventsInput, sink: FeedSink): EventCursor {
  const kept = readCursor(sink.cursor);
  if (kept !== null) return { ...kept, resetPersistenceAuth: settings.resetPersistenceAuth };
  const historic =
    settings.historicalPollDatetime === null ? null : parsePollDatetime(settings.historicalPollDatetime);
  const start = historic ?? context.clock.now() + Math.min(0, session.token?.aheadMs ?? 0);
  return {
    lastPolledTime: start / 1000,
    resetPersistenceAuth: settings.resetPersistenceAuth,
    allEventsIds: [],
    position: null,
    short: null,
    dialect: null,
    style: null,
  };
}

interface Followed extends WalkEnd {
  /** Events that were announced and did not come. */
  short: number | null;
  /** Asking once more brings no more of them. */
  settled: boolean;
}

/** Walks again, at once, when the server announced more than it gave: the order of events with one time may differ from request to request. */
async function followWhole(work: Work, query: EventQuery): Promise<Followed> {
  const from = work.cursor.position;
  const ids = new Set<string | number>();
  let before = work.cursor.short;
  for (let walk = 1; ; walk++) {
    const end = await follow(work, query, from, ids);
    const { total, seen } = end;
    const short = total !== null && seen !== null && total > seen ? total - seen : null;
    const settled = short === null || (before !== null && short >= before);
    if (settled || walk === MOST_WALKS) {
      work.context.log.info('Started sending events to Devo');
      return { ...end, short, settled };
    }
    work.context.log.warning(`${shortWords(end, short)} Asking again.`);
    before = short;
  }
}

function shortWords({ total }: WalkEnd, short: number): string {
  return `The server announced ${total} events; ${short} of them did not come.`;
}

async function follow(
  work: Work,
  query: EventQuery,
  position: Instant | null,
  ids: Set<string | number>,
): Promise<WalkEnd> {
  const { client, settings, context, session, tally } = work;
  const { log, signal, clock } = context;
  const types = new EventTypes(client, session.types, log, signal);
  const { lastPolledTime } = work.cursor;
  return walkEvents({
    query,
    ids,
    limit: settings.eventFetchLimitInItems,
    from: position === null ? fromMs(Math.floor(lastPolledTime) * 1000) : shift(position, -OVERLAP_MS),
    now: () => clock.now(),
    onRequest: () => {
      if (signal.aborted) throw signal.reason;
      log.info('Started getting events from ThreatQuotient');
    },
    onPage: (page) => {
      tally.bytes += page.bytes;
      tally.announced ??= page.total;
      tally.changed();
    },
    store: async (rows, reached) => {
      const records = [];
      for (const row of rows) records.push(eventDraft(row, await types.nameOf(row.event), settings));
      noteIds(work, rows);
      const cursor = {
        ...work.cursor,
        position: later(work.cursor.position, reached),
        dialect: query.dialect,
        style: session.style,
      };
      work.sink.store({ records, cursor: writeCursor(cursor) });
      work.cursor = cursor;
      if (records.length > 0) work.pages++;
      work.received += records.length;
      tally.changed();
    },
  });
}

/** The ids at the latest second, which the next pull meets again. */
function noteIds(work: Work, rows: readonly EventRow[]): void {
  let ids = work.cursor.allEventsIds;
  for (const { id, updated } of rows) {
    const second = updated?.slice(0, 19) ?? null;
    if (second === null || (work.latest !== null && second < work.latest)) continue;
    const value = /^\d{1,15}$/.test(id) ? Number(id) : id;
    if (second !== work.latest) ids = [value];
    else if (ids.length < MOST_IDS && !ids.includes(value)) ids = [...ids, value];
    work.latest = second;
  }
  work.cursor = { ...work.cursor, allEventsIds: ids };
}

/** Moves the position past what was received, unless the server announced more: then the next pull asks for the same once more. */
function finish(
  work: Work,
  end: Followed,
  query: EventQuery,
): { completeness: Completeness; states: SavedStates } {
  const before = readCursor(work.sink.cursor);
  const position = end.settled ? later(work.cursor.position, end.reached) : (before?.position ?? null);
  const cursor: EventCursor = {
    ...work.cursor,
    position,
    short: end.short,
    dialect: query.dialect,
    style: work.session.style,
  };
  const now = { ...cursor, lastPolledTime: Number(writtenPullingId(work.context.pullingId, 'seconds')) };
  // Where the first pull starts stays what the next one starts from while nothing is certain.
  work.sink.store({ records: [], cursor: writeCursor(position === null ? cursor : now) });
  return { completeness: completenessOf(end), states: [stateText(cursor), stateText(now)] };
}

function completenessOf(end: Followed): Completeness {
  if (end.gap !== null) return { complete: 'no', reason: end.gap };
  if (end.short !== null) {
    return {
      complete: 'unknown',
      reason: shortWords(end, end.short),
    };
  }
  const deleted = 'Events that were deleted on the server are not told of.';
  return {
    complete: 'yes',
    reason: `Everything updated since was followed to the end the server gave. ${deleted}`,
  };
}
