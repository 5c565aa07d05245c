import { fromMs, type Instant, later } from '../instant.ts';
import { type EventRow, readRow } from './event-draft.ts';
import type { EventPage, EventQuery } from './event-query.ts';
import { eventsError } from './server-words.ts';

/**
 * Follows the events by update time to their end. Their order moves while it is read: an event that is updated leaves its place and goes
 * to the end, and everything behind it moves up by one, so that counting on by `offset` alone would pass over events. Therefore
 * - each page begins a few events before the end of the one before, and is only taken where it holds one of those again; else it goes back;
 * - as soon as a later second is reached, the next page asks from that second on, so that offsets stay small and what moved is met again;
 * - nothing is skipped for a server that ignores filter or order: then the offset alone counts, to the end of the list.
 */
export interface WalkInput {
  /** Ids met so far, by this walk and those before it. */
  ids: Set<string | number>;
  query: EventQuery;
  limit: number;
  /** Everything updated at or after; null is everything. */
  from: Instant | null;
  /** Our clock, epoch ms, for servers that do not say theirs. */
  now: () => number;
  /** Before each request for a page. */
  onRequest: () => void;
  onPage: (page: EventPage) => void;
  /** New rows in order. `reached`: everything updated before is stored with them, for a pull that has to go on from here; null says nothing. */
  store: (rows: readonly EventRow[], reached: Instant | null) => Promise<void>;
}

export interface WalkEnd {
  /** Latest second of an update met that has come already; null when there was none. */
  reached: Instant | null;
  /** Different events met by all walks; null when they were too many to tell apart. */
  seen: number | null;
  /** What the server announced at the beginning. */
  total: number | null;
  /** What is known to be missing. */
  gap: string | null;
}

/** Of a page, how much of the one before is asked for again. */
const OVERLAP = { share: 10, most: 50 };
/** Times the walk may go back before the server is given up: its list never holds still. */
const MOST_STEPS_BACK = 200;
/** Ids kept to count different events by; about 30 MB. */
const MOST_IDS = 1_000_000;
/** Pages one after the other that hold nothing new. */
const MOST_FRUITLESS = 2;
/** Full pages of events that were all updated after the walk began; the next pull goes on. */
const MOST_PAGES_AFTER = 100;

export async function walkEvents(input: WalkInput): Promise<WalkEnd> {
  const { query, limit, store, ids } = input;
  const overlap = Math.max(1, Math.min(OVERLAP.most, Math.floor(limit / OVERLAP.share)));
  const end: WalkEnd = { reached: null, seen: 0, total: null, gap: null };
  /** The server filters and sorts, as far as seen. */
  let ordered = true;
  let from = secondOf(input.from);
  let offset = 0;
  /** The page before. */
  let before: readonly EventRow[] = [];
  let back = 0;
  let stepsBack = 0;
  let fruitless = 0;
  let began: Instant | null = null;
  let pagesAfter = 0;

  for (;;) {
    input.onRequest();
    const page = await query.page({ from: ordered ? from : secondOf(input.from), offset, limit });
    input.onPage(page);
    const now = fromMs(page.serverNow ?? input.now());
    if (began === null) {
      began = now;
      end.total = page.total;
    }
    if (query.dialect === 'list') ordered = false;
    const rows = page.items.map(readRow);
    const known = new Set(before.map((row) => row.identity));
    if (offset > 0 && !rows.some((row) => known.has(row.identity))) {
      // The list moved up by more than the overlap, or became shorter: what lies between is looked for further ahead.
      if (++stepsBack > MOST_STEPS_BACK) throw eventsError('the list of events never holds still');
      back = Math.max(overlap, back * 2);
      offset = Math.max(0, offset - back);
      continue;
    }
    back = 0;
    if (ordered && !inOrder(rows, from)) {
      // Neither filter nor order can be counted on: from the beginning, by offset alone.
      ordered = false;
      offset = 0;
      before = [];
      continue;
    }
    const fresh = rows.filter((row) => !known.has(row.identity));
    if (fresh.length === 0) {
      // More than the overlap and nothing new: the list moved up onto what is known, or the server gives the same at every offset.
      if (rows.length <= overlap) return end;
      if (++fruitless > MOST_FRUITLESS) {
        if (rows.length === limit) end.gap = stuck(ordered ? from : null, limit);
        return end;
      }
      offset += rows.length - overlap;
      continue;
    }
    fruitless = 0;
    if (ids.size < MOST_IDS) for (const { id } of fresh) ids.add(/^\d{1,15}$/.test(id) ? Number(id) : id);
    end.seen = ids.size < MOST_IDS ? ids.size : null;
    const last = rows.reduce<Instant | null>((max, row) => later(max, row.updated), null);
    const second = secondOf(last);
    // A time that has not come yet is no place to go on from.
    const sound = second !== null && second <= now ? second : null;
    end.reached = later(end.reached, sound);
    await store(
      fresh.filter((row) => input.from === null || row.updated === null || row.updated >= input.from),
      ordered ? sound : null,
    );
    // Who gives more than was asked for gives everything.
    if (rows.length > limit) return end;
    const onlyAfter = rows.every((row) => row.updated !== null && row.updated > (began ?? now));
    if (onlyAfter && rows.length === limit && ++pagesAfter > MOST_PAGES_AFTER) return end;
    if (ordered && second !== null && (from === null || second > from)) {
      from = second;
      stepsBack = 0;
      const same = rows.filter((row) => secondOf(row.updated) === second).length;
      offset = Math.max(0, same - overlap);
    } else offset += Math.max(1, rows.length - overlap);
    before = rows;
  }
}

/** All at or after `from`, none before its neighbour. Rows without a time prove nothing. */
function inOrder(rows: readonly EventRow[], from: Instant | null): boolean {
  let at = from;
  for (const { updated } of rows) {
    if (updated === null) continue;
    if (at !== null && updated < at) return false;
    at = updated;
  }
  return true;
}

function stuck(from: Instant | null, limit: number): string {
  const of = from === null ? '' : ` updated at ${from.slice(0, 19)}Z or later`;
  return `The server gives the same ${limit} events${of} at every offset; there may be more of them.`;
}

/** The whole second: filters have no finer grain. */
function secondOf(instant: Instant | null): Instant | null {
  return instant === null ? null : `${instant.slice(0, 19)}.000000Z`;
}
