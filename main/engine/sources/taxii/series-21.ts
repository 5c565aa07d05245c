import { type Instant, later, shift } from '../instant.ts';
import type { FeedCursor } from './cursor.ts';
import {
  commit,
  type Drafts,
  type FeedWork,
  newMemory,
  onward,
  overlapped,
  readDrafts,
  type SeriesMemory,
} from './feed-work.ts';
import { fetchPage, filterParams, goesOut, isSpentNext, type Page } from './page.ts';
import { CIRCLES, firstLimit, MAX_BARREN, MAX_EMPTY, Patience, type SeriesEnd } from './series.ts';
import { typesToSplitBy } from './type-split.ts';

/** A series of TAXII 2.1 pages in progress. TAXII 2.1 sections 3.4, 3.5. */
interface Series {
  /** What the first page asked with; a restart goes back here unless later dates are safe. */
  from: Instant | null;
  addedAfter: Instant | null;
  next: string | null;
  limit: number;
  /** Set while an instant too full for a page is taken type by type. */
  type: string | null;
  reached: Instant | null;
  /** Where the page before ended, to see whether dates ascend. */
  lastEnd: Instant | null;
  ordered: boolean;
  pages: number;
  memory: SeriesMemory;
  gap: string | null;
  doubt: string | null;
  resumed: boolean;
}

const MAX_LIMIT = 100_000;

/**
 * Follows `more` and `next` from the committed cursor to the end, storing each page while the next one is on its way.
 * A `next` is never asked for twice: after any failure the series starts again from the last date that is safe to skip to.
 */
export async function pullSeries21(work: FeedWork): Promise<SeriesEnd> {
  const { series } = work.cursor;
  const resumed = series?.ascending === true && series.reached !== null;
  const from = resumed ? series.from : overlapped(work, work.cursor.addedAfter);
  const s: Series = {
    from,
    addedAfter: resumed ? overlapped(work, series.reached) : from,
    next: null,
    limit: firstLimit(work),
    type: null,
    reached: resumed ? series.reached : null,
    lastEnd: null,
    ordered: true,
    pages: resumed ? series.pages : 0,
    memory: newMemory(work),
    gap: null,
    doubt: null,
    resumed,
  };
  await follow(work, s);
  return { latest: s.reached, gap: s.gap, doubt: s.doubt, resumed: s.resumed, total: null };
}

/** Follows to the end through failures. */
async function follow(work: FeedWork, s: Series): Promise<void> {
  const patience = new Patience();
  for (;;) {
    try {
      return await followOnce(work, s);
    } catch (error) {
      const spentNext = s.next !== null && isSpentNext(error);
      const progress = `${work.tally.stored} ${s.reached ?? ''}`;
      s.limit = await patience.after(error, work, { limit: s.limit, progress, spentNext });
      work.cursor = { ...work.cursor, pageSize: s.limit };
      if (s.next !== null) restart(work, s);
    }
  }
}

function restart(work: FeedWork, s: Series): void {
  s.next = null;
  s.lastEnd = null;
  if (s.type === null && isAscending(s)) {
    s.addedAfter = overlapped(work, s.reached);
    s.memory = onward(s.memory);
  } else {
    s.addedAfter = s.from;
    s.memory = s.type === null ? newMemory(work) : onward(s.memory);
    s.ordered = true;
    s.pages = 0;
  }
}

function isAscending(s: Series): boolean {
  return s.ordered && s.pages >= 2 && s.reached !== null;
}

function ask(work: FeedWork, s: Series): Promise<Page> {
  const params = filterParams(work, s.addedAfter, s.type);
  params.set('limit', String(s.limit));
  if (s.next !== null) params.set('next', s.next);
  const page = fetchPage(work, { params });
  // It may fail while the page before is being stored: whoever awaits it hears of it.
  page.catch(() => undefined);
  return page;
}

async function followOnce(work: FeedWork, s: Series): Promise<void> {
  let pending = ask(work, s);
  let barren = 0;
  let empty = 0;
  for (;;) {
    const page = await pending;
    const askedNext = s.next;
    let following: Promise<Page> | null = null;
    if (page.more && page.next !== null && barren === 0) {
      s.next = page.next;
      following = ask(work, s);
      await goesOut();
    }
    const drafts = readDrafts(work, page, s.memory);
    noteDates(s, page, drafts);
    s.pages++;
    commit(work, drafts.records, cursorDuring(work.cursor, s));
    page.release();
    if (!page.more) return;
    if (drafts.fresh > 0) {
      barren = 0;
      empty = 0;
    } else if (page.items.length > 0 || page.next === null || page.next === askedNext) barren++;
    else empty++;
    if (barren >= MAX_BARREN || empty >= MAX_EMPTY) {
      s.doubt = CIRCLES;
      return;
    }
    if (following === null) {
      if (page.next !== null) s.next = page.next;
      else if (!(await goOnByDate(work, s, page, drafts))) return;
      following = ask(work, s);
    }
    pending = following;
  }
}

function noteDates(s: Series, page: Page, drafts: Drafts): void {
  // Manifest entries carry their own dates; headers may be about something else.
  const first = drafts.earliest ?? page.first;
  const last = drafts.latest ?? page.last;
  if (page.items.length === 0) return;
  if (first === null || last === null || first > last || (s.lastEnd !== null && first < s.lastEnd))
    s.ordered = false;
  s.lastEnd = last;
  s.reached = later(s.reached, last);
}

function cursorDuring(cursor: FeedCursor, s: Series): FeedCursor {
  return {
    ...cursor,
    series: {
      from: s.from,
      reached: s.reached,
      ascending: isAscending(s) && s.type === null && s.gap === null,
      pages: s.pages,
      offset: null,
      total: null,
    },
  };
}

/**
 * `more: true` without `next`: goes on from just before the page's last date added, so that what shares that instant is not missed.
 * When a whole page is one instant: a larger page, else type by type, else the rest of the instant is reported missing.
 * @returns false when the series is over
 */
async function goOnByDate(work: FeedWork, s: Series, page: Page, drafts: Drafts): Promise<boolean> {
  s.next = null;
  const last = drafts.latest ?? page.last;
  if (last === null) {
    s.doubt = 'The server says that there is more but gives neither a next page nor a date to go on from.';
    return false;
  }
  // A millisecond: servers keep no more, whatever they print.
  const justBefore = shift(last, -1);
  if (s.addedAfter === null || justBefore > s.addedAfter) {
    s.addedAfter = justBefore;
    s.limit = firstLimit(work);
    return true;
  }
  const larger = Math.min(MAX_LIMIT, s.limit * 4);
  if (page.items.length >= s.limit && larger > s.limit) {
    s.limit = larger;
    return true;
  }
  if (s.type === null && (await followByType(work, s))) return false;
  s.gap = `More than ${page.items.length} records were added at ${last}; the server gives no way to the others.`;
  s.addedAfter = later(last, s.addedAfter);
  s.limit = firstLimit(work);
  return true;
}

/** The rest of the series once for each type. @returns false when the server does not filter by type */
async function followByType(work: FeedWork, s: Series): Promise<boolean> {
  for (const type of typesToSplitBy(work)) {
    const part: Series = {
      ...s,
      from: s.addedAfter,
      type,
      limit: firstLimit(work),
      memory: onward(s.memory),
    };
    const unasked = work.tally.unasked;
    const probe = await fetchPage(work, {
      params: withLimit(filterParams(work, part.addedAfter, type), part.limit),
    });
    const strangers = readDrafts(work, probe, onward(s.memory)).records.some(
      (r) => r.type !== type && r.type !== '',
    );
    work.tally.unasked = unasked;
    if (strangers) return false;
    if (probe.items.length === 0 && !probe.more) continue;
    await follow(work, part);
    s.reached = later(s.reached, part.reached);
    s.gap ??= part.gap;
    s.doubt ??= part.doubt;
  }
  if (work.settings.types === null) {
    s.doubt ??= 'A full instant had to be asked for type by type; types that are not STIX may be missing.';
  }
  return true;
}

function withLimit(params: URLSearchParams, limit: number): URLSearchParams {
  params.set('limit', String(limit));
  return params;
}
