import { SluiceError } from '../../../../shared/errors.ts';
import { type Instant, later } from '../instant.ts';
import { RANGE_STYLES, type RangeStyle, rangeHeader } from './content-range.ts';
import type { FeedCursor } from './cursor.ts';
import {
  commit,
  type Drafts,
  type FeedWork,
  newMemory,
  overlapped,
  readDrafts,
  type SeriesMemory,
  tell,
} from './feed-work.ts';
import { fetchPage, filterParams, goesOut, type Page } from './page.ts';
import { CIRCLES, firstLimit, MAX_BARREN, Patience, type SeriesEnd } from './series.ts';

/** A series of TAXII 2.0 ranges in progress. TAXII 2.0 section 3.4. */
interface Ranges {
  from: Instant | null;
  /** Zero-based index of the next item to ask for; everything before it has been received. */
  start: number;
  limit: number;
  style: RangeStyle;
  total: number | null;
  reached: Instant | null;
  memory: SeriesMemory;
  gap: string | null;
  doubt: string | null;
  /** Total of the pull that was interrupted, when this goes on from it. */
  resumedTotal: number | null;
  resumed: boolean;
  /** Where it went on. */
  resumedAt: number;
  /** An empty answer where items were announced has been asked for again. */
  askedWider: boolean;
  /** Where 404 came after items: the item before is asked for again, to tell the end from a collection that went away. */
  edge: number | null;
  /** Spellings of Range tried until one was answered. */
  tried: RangeStyle[];
  answered: boolean;
}

/** Follows item ranges to the announced total, to 416, or to an empty page; never stops at a page for being short. */
export async function pullSeries20(work: FeedWork): Promise<SeriesEnd> {
  const { series } = work.cursor;
  const resumed = series !== null && series.offset !== null && series.offset > 0;
  const limit = firstLimit(work);
  // A page back: what was removed since moved the rest up.
  const resumedAt = resumed ? Math.max(0, (series.offset ?? 0) - limit) : 0;
  const style = work.cursor.rangeStyle ?? work.habits.rangeStyle ?? 'equals';
  const r: Ranges = {
    from: resumed ? series.from : overlapped(work, work.cursor.addedAfter),
    start: resumedAt,
    limit,
    style,
    total: null,
    reached: resumed ? series.reached : null,
    memory: newMemory(work),
    gap: null,
    doubt: null,
    resumedTotal: resumed ? series.total : null,
    resumed,
    resumedAt,
    askedWider: false,
    edge: null,
    tried: [style],
    answered: false,
  };
  let patience = new Patience();
  for (;;) {
    try {
      await follow(work, r);
      return { latest: r.reached, gap: r.gap, doubt: r.doubt, resumed: r.resumed, total: r.total };
    } catch (error) {
      if (otherStyle(error, work, r)) continue;
      const known = work.cursor.filterFails || work.habits.filterFails.has(work.feed.kind);
      if (known && failsOnFilter(error, work, r)) {
        withoutFilter(work, r);
        continue;
      }
      const progress = `${work.tally.stored} ${r.start}`;
      try {
        r.limit = await patience.after(error, work, { limit: r.limit, progress, spentNext: false });
      } catch (last) {
        if (!failsOnFilter(last, work, r)) throw last;
        withoutFilter(work, r);
        patience = new Patience();
        continue;
      }
      work.cursor = { ...work.cursor, pageSize: r.limit };
    }
  }
}

/** A 400 to the first range may mean its spelling: the specification and RFC 7233 differ, and servers take one of them. */
function otherStyle(error: unknown, work: FeedWork, r: Ranges): boolean {
  if (!(error instanceof SluiceError) || error.failure.details.status !== 400) return false;
  if (r.answered) return false;
  const next = RANGE_STYLES.find((style) => !r.tried.includes(style));
  if (next === undefined) return false;
  work.log.debug(`The server refuses this spelling of Range; trying another (${next}).`);
  r.tried.push(next);
  r.style = next;
  return true;
}

/** A server error before anything of an increment came: it may be `added_after` itself that the server cannot do. */
function failsOnFilter(error: unknown, work: FeedWork, r: Ranges): boolean {
  if (r.from === null || r.answered || r.start > 0 || work.signal.aborted) return false;
  // What is older than the historic date can be told, and left out, among manifest entries only.
  if (work.historic !== null && work.feed.kind === 'object') return false;
  // 502 to 504 are about the moment, not about the question.
  return error instanceof SluiceError && error.failure.details.status === 500;
}

/** Everything again: what is here already is not stored twice. */
function withoutFilter(work: FeedWork, r: Ranges): void {
  work.log.warning(
    `Collection ${work.feed.collection}: the server fails when asked for what was added after a date; asking for everything.`,
  );
  work.habits.filterFails.add(work.feed.kind);
  work.cursor = { ...work.cursor, filterFails: true };
  r.from = null;
  r.limit = work.settings.pageSize;
  r.tried = [r.style];
}

function ask(work: FeedWork, r: Ranges): Promise<Page> {
  const page = fetchPage(work, {
    params: filterParams(work, r.from, null),
    headers: rangeHeader(r.style, r.start, r.limit),
    // 404 stands for an empty collection on some servers, and on some for a range past the end.
    expect: [404, 416],
  });
  page.catch(() => undefined);
  return page;
}

async function follow(work: FeedWork, r: Ranges): Promise<void> {
  let pending = ask(work, r);
  let barren = 0;
  for (;;) {
    const page = await pending;
    const asked = r.start;
    r.answered = true;
    if (r.from !== null && work.cursor.filterFails) work.cursor = { ...work.cursor, filterFails: false };
    work.habits.rangeStyle = r.style;
    if (shrunkSinceResume(page, r)) {
      startOver(work, r);
      pending = ask(work, r);
      continue;
    }
    if (page.status === 404 && (asked === 0 || r.edge !== null)) {
      r.doubt =
        r.edge === null
          ? 'The server answered 404: the collection is empty, gone, or not visible to these credentials.'
          : `The server answered 404 after ${r.edge} had come, and then for the last of these: the collection may be gone.`;
      work.log.warning(`Collection ${work.feed.collection}: ${r.doubt}`);
      commit(work, [], work.cursor);
      return;
    }
    const shrunk = noteTotal(work, r, page);
    if (page.status === 416 || page.status === 404 || page.items.length === 0) {
      if (!endOrWider(work, r, page)) return;
      pending = ask(work, r);
      continue;
    }
    // What a shrunk collection moved to before this page is asked for next.
    const over = shrunk ? false : advance(r, page) || r.start === r.edge;
    r.edge = null;
    const following = over || barren > 0 ? null : ask(work, r);
    if (following !== null) await goesOut();
    const drafts = readDrafts(work, page, r.memory);
    noteDates(r, page, drafts);
    commit(work, drafts.records, cursorDuring(work.cursor, r));
    page.release();
    if (over) return;
    if (drafts.fresh > 0) r.askedWider = false;
    barren = drafts.fresh > 0 ? 0 : barren + 1;
    if (barren > 0 && page.status === 200 && page.range === null) {
      // Asked on to be sure and got the same again: ranges are ignored, so the first answer was everything.
      r.start = asked;
      return;
    }
    if (barren >= MAX_BARREN) {
      r.doubt = CIRCLES;
      return;
    }
    pending = following ?? ask(work, r);
  }
}

function shrunkSinceResume(page: Page, r: Ranges): boolean {
  if (!r.resumed || r.start === 0) return false;
  // Once something came from there, the end is the end.
  if (page.status === 416 || page.status === 404) return r.start === r.resumedAt;
  const total = page.range?.total ?? null;
  return total !== null && r.resumedTotal !== null && total < r.resumedTotal;
}

function startOver(work: FeedWork, r: Ranges): void {
  r.start = 0;
  r.resumed = false;
  r.resumedTotal = null;
  r.total = null;
  r.edge = null;
  r.memory = newMemory(work);
}

/** Keeps the announced total. @returns true when the collection shrank, which moved what was not read yet towards the front */
function noteTotal(work: FeedWork, r: Ranges, page: Page): boolean {
  const total = page.range?.total ?? null;
  if (total === null) return false;
  const shrunk = r.total !== null && total < r.total && r.start > 0;
  if (shrunk) r.start = Math.max(0, r.start - ((r.total ?? total) - total));
  r.total = total;
  work.tally.announced = total;
  tell(work);
  return shrunk;
}

/** Nothing came. @returns true to ask once more, a little wider, because more was announced */
function endOrWider(work: FeedWork, r: Ranges, page: Page): boolean {
  if (r.total !== null && r.start < r.total) {
    if (!r.askedWider && r.start > 0) {
      r.askedWider = true;
      r.start -= 1;
      return true;
    }
    r.gap = `The server announces ${r.total} but gives only ${r.start}.`;
  } else if (page.status === 404 && r.start > 0) {
    r.edge = r.start;
    r.start -= 1;
    return true;
  } else if (page.status === 416 && r.start === 0 && (page.range?.total ?? 0) > 0) {
    r.gap = 'The server refuses every range (416).';
  }
  commit(work, [], work.cursor);
  return false;
}

/** Moves to the next range by what was really received. @returns true when this was the last page */
function advance(r: Ranges, page: Page): boolean {
  const count = page.items.length;
  if (page.status === 200 && page.range === null) {
    r.start += count;
    // Exactly as many as asked for may be one page of a server that does not say so: ask on and see.
    return r.style === 'none' || count !== Math.max(2, r.limit);
  }
  let next = r.start + count;
  const { range } = page;
  // The range given is believed where it is less than what came: at worst something comes twice.
  if (range?.first === r.start && range.last !== null && range.last + 1 < next && range.last >= r.start) {
    next = range.last + 1;
  }
  r.start = next;
  return r.total !== null && next >= r.total;
}

function noteDates(r: Ranges, page: Page, drafts: Drafts): void {
  r.reached = later(r.reached, drafts.latest ?? page.last);
}

function cursorDuring(cursor: FeedCursor, r: Ranges): FeedCursor {
  return {
    ...cursor,
    rangeStyle: r.style,
    series: {
      from: r.from,
      reached: r.reached,
      ascending: false,
      pages: 0,
      offset: r.start,
      total: r.total,
    },
  };
}
