import { SluiceError } from '../../../../shared/errors.ts';
import type { TaxiiSettings } from '../../../../shared/settings.ts';
import type { Clock, Log } from '../../ports.ts';
import { backoffMs } from '../http-retry.ts';
import { fromMs, type Instant, later, shift } from '../instant.ts';
import type { FeedRef, FeedSink, RecordDraft, StoredPage } from '../source.ts';
import type { RangeStyle } from './content-range.ts';
import { type FeedCursor, writeCursor } from './cursor.ts';
import { manifestDraft } from './manifest-draft.ts';
import type { TaxiiVersion } from './media-type.ts';
import type { Page } from './page.ts';
import { SeenInSeries } from './seen.ts';
import { type Markings, objectDraft } from './stix-draft.ts';
import type { TaxiiClient } from './taxii-client.ts';

/** One feed being pulled: what it asks with, where it puts what it gets, and its numbers so far. */
export interface FeedWork {
  client: TaxiiClient;
  settings: TaxiiSettings;
  version: TaxiiVersion;
  feed: FeedRef;
  /** `…/collections/{id}/objects/` or `…/manifest/`. */
  url: string;
  sink: FeedSink;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  markings: Markings;
  /** `historic_date_utc`: nothing added before is asked for. */
  historic: Instant | null;
  cursor: FeedCursor;
  /** What the other feeds of this pull have learnt about the server. */
  habits: Habits;
  tally: Tally;
  typesMet: Set<string>;
}

export interface Habits {
  /** The spelling of Range that was answered last. */
  rangeStyle: RangeStyle | null;
  /** Kinds of feed whose `added_after` the server answered with nothing but errors. */
  filterFails: Set<FeedRef['kind']>;
}

export interface Tally {
  pages: number;
  requests: number;
  received: number;
  bytes: number;
  stored: number;
  announced: number | null;
  /** The server's clock at its last answer, epoch ms. */
  serverNow: number | null;
  /** Manifest entries and the versions they stand for, of the series in progress. */
  entries: number;
  versions: number;
  /** Different ids among the manifest entries; kept a little low by the way it is counted. */
  ids: number;
  /** Records that were not asked for: the server ignored the filter. */
  unasked: number;
  waitingUntil: number | null;
  note: string | null;
}

export function newTally(): Tally {
  return {
    pages: 0,
    requests: 0,
    received: 0,
    bytes: 0,
    stored: 0,
    announced: null,
    serverNow: null,
    entries: 0,
    versions: 0,
    ids: 0,
    unasked: 0,
    waitingUntil: null,
    note: null,
  };
}

export function tell(work: FeedWork): void {
  const { requests, bytes, announced, waitingUntil, note } = work.tally;
  work.sink.progress({ requests, bytes, announced, waitingUntil, note });
}

/** A page as records. */
export interface Drafts {
  records: RecordDraft[];
  /** How many this series had not brought before. */
  fresh: number;
  /** Latest and earliest date added in the entries themselves (manifests only). */
  latest: Instant | null;
  earliest: Instant | null;
}

/** What one series has brought so far. */
export interface SeriesMemory {
  /** To tell whether a page has anything new. */
  records: SeenInSeries;
  /** Manifest entries counted; the same as `records` until the series goes on from a later point. */
  counted: SeenInSeries;
  ids: SeenInSeries;
}

/** Begins a series: what earlier attempts of this pull brought is not counted. */
export function newMemory(work: FeedWork): SeriesMemory {
  work.tally.entries = 0;
  work.tally.versions = 0;
  work.tally.ids = 0;
  const records = new SeenInSeries();
  return { records, counted: records, ids: new SeenInSeries() };
}

/** Goes on from a later point, or with a part: what came before stays counted, and may come once more. */
export function onward(memory: SeriesMemory): SeriesMemory {
  return { ...memory, records: new SeenInSeries() };
}

/** A server that makes up types without end must not fill memory. */
const MAX_TYPES_MET = 500;

export function readDrafts(work: FeedWork, page: Page, seen: SeriesMemory): Drafts {
  const records: RecordDraft[] = [];
  let fresh = 0;
  let latest: Instant | null = null;
  let earliest: Instant | null = null;
  const wanted = work.settings.types === null ? null : new Set(work.settings.types);
  for (const item of page.items) {
    let draft: RecordDraft;
    if (work.feed.kind === 'manifest') {
      const entry = manifestDraft(item);
      draft = entry.draft;
      if (work.historic !== null && entry.dateAdded !== null && entry.dateAdded < work.historic) {
        work.tally.unasked++;
        continue;
      }
      if (entry.dateAdded !== null) {
        latest = later(latest, entry.dateAdded);
        if (earliest === null || entry.dateAdded < earliest) earliest = entry.dateAdded;
      }
      const isFresh = seen.records.add(draft.id, draft.version);
      if (isFresh) fresh++;
      if (seen.counted === seen.records ? isFresh : seen.counted.add(draft.id, draft.version)) {
        work.tally.entries++;
        work.tally.versions += entry.versions;
        if (seen.ids.add(draft.id, '')) work.tally.ids++;
      }
    } else {
      draft = objectDraft(item, work.markings);
      if (work.typesMet.size < MAX_TYPES_MET) work.typesMet.add(draft.type);
      if (seen.records.add(draft.id, draft.version)) fresh++;
    }
    // A server may not know the filter. What has no readable type is kept: it may be what was asked for.
    if (wanted !== null && draft.type !== '' && !wanted.has(draft.type)) work.tally.unasked++;
    else records.push(draft);
  }
  return { records, fresh, latest, earliest };
}

/** Stores a page with the cursor as it will be; adopts the cursor once both are durable. */
export function commit(work: FeedWork, records: RecordDraft[], cursor: FeedCursor): StoredPage {
  const stored = work.sink.store({ records, cursor: writeCursor(cursor) });
  work.cursor = cursor;
  work.tally.received += records.length;
  work.tally.stored += stored.stored;
  tell(work);
  return stored;
}

/** Where increments begin: the committed instant less the overlap, never before the historic date. null asks for everything. */
export function overlapped(work: FeedWork, instant: Instant | null): Instant | null {
  const { historic } = work;
  if (instant === null) return historic;
  const back = Math.max(1, Math.round(work.settings.overlapSeconds * 1000));
  const from = shift(instant, -back);
  return historic !== null && from < historic ? historic : from;
}

/** A date added in the server's own future must not carry the cursor past what is added until then. */
export function capped(work: FeedWork, instant: Instant | null): Instant | null {
  const now = work.tally.serverNow ?? work.clock.now();
  // HTTP dates have whole seconds.
  const limit = fromMs(now + 1000);
  return instant !== null && instant > limit ? fromMs(now) : instant;
}

/** Waits before a repeat, visibly. */
export async function pause(
  work: FeedWork,
  attempt: number,
  note: string,
  askedMs: number | null,
): Promise<void> {
  const ms = askedMs ?? backoffMs(attempt);
  work.tally.waitingUntil = work.clock.now() + ms;
  work.tally.note = note;
  tell(work);
  try {
    await work.clock.sleep(ms, work.signal);
  } finally {
    work.tally.waitingUntil = null;
    work.tally.note = null;
  }
}

/** Whether a smaller page may help: too large, or not made in time. */
export function smallerMayHelp(error: unknown): boolean {
  if (!(error instanceof SluiceError)) return false;
  const { code, details } = error.failure;
  return (
    code === 'http.too-large' ||
    code === 'taxii.too-large' ||
    code === 'http.idle-timeout' ||
    code === 'http.total-timeout' ||
    code === 'taxii.time-out' ||
    (code === 'taxii.server-error' && details.status !== 501)
  );
}

/** Too large is certain to fail again at the same size, and not a matter of time. */
export function tooLargeForSure(error: unknown): boolean {
  return (
    error instanceof SluiceError &&
    (error.failure.code === 'http.too-large' || error.failure.code === 'taxii.too-large')
  );
}
