import type { TaxiiSettings } from '../../../../shared/settings.ts';
import { type Instant, parseInstant } from '../instant.ts';
import type { CursorState } from '../source.ts';
import { RANGE_STYLES, type RangeStyle } from './content-range.ts';
import type { TaxiiVersion } from './media-type.ts';

/**
 * Where a feed stands, as committed with the last page. `addedAfter` moves only when a series of pages was followed to its end,
 * because a server need not deliver in order. A series in progress is kept apart, so that what is safe to skip can be skipped.
 */
export interface FeedCursor {
  /** What the cursor was made with (historic date, filters, version): another basis starts from the beginning. */
  basis: string;
  /** Everything added up to here has been received. null: nothing for certain yet. */
  addedAfter: Instant | null;
  series: SeriesInProgress | null;
  /** Page size the server bore last. */
  pageSize: number | null;
  rangeStyle: RangeStyle | null;
  /** The server failed on `added_after` when it was last asked with it: one failure is enough to ask for everything. */
  filterFails: boolean;
  /** What is known to be missing, carried until a whole series brings it. */
  gap: string | null;
  /** How many the last whole series fell short of the manifest; the same number twice is accepted as the server's state. */
  short: number | null;
  /** Manifests: what was listed when it was last pulled whole, and since. */
  listed: Listed | null;
}

export interface Listed {
  entries: number;
  versions: number;
  ids: number;
}

export interface SeriesInProgress {
  from: Instant | null;
  /** Latest date added of the pages stored. */
  reached: Instant | null;
  /** Every page began where or after the one before ended, seen over two pages at least. */
  ascending: boolean;
  pages: number;
  /** TAXII 2.0: items stored, and the total then. */
  offset: number | null;
  total: number | null;
}

export function basisOf(settings: TaxiiSettings, version: TaxiiVersion): string {
  return JSON.stringify([version, settings.historicDateUtc, settings.types, settings.allVersions]);
}

/** Reads a stored cursor; anything unreadable or of another basis is a fresh one. */
export function readCursor(state: CursorState | null, basis: string): FeedCursor {
  const fresh: FeedCursor = {
    basis,
    addedAfter: null,
    series: null,
    pageSize: null,
    rangeStyle: null,
    filterFails: false,
    gap: null,
    short: null,
    listed: null,
  };
  if (state === null) return fresh;
  const habits = {
    pageSize: count(state.pageSize),
    rangeStyle: RANGE_STYLES.find((s) => s === state.rangeStyle) ?? null,
    filterFails: state.filterFails === true,
  };
  if (state.basis !== basis) return { ...fresh, ...habits };
  return {
    ...fresh,
    ...habits,
    addedAfter: parseInstant(state.addedAfter),
    series: readSeries(state.series),
    gap: typeof state.gap === 'string' ? state.gap : null,
    short: count(state.short),
    listed: readListed(state.listed),
  };
}

export function writeCursor(cursor: FeedCursor): CursorState {
  return { ...cursor };
}

function readSeries(value: unknown): SeriesInProgress | null {
  if (typeof value !== 'object' || value === null) return null;
  const s = value as Record<string, unknown>;
  return {
    from: parseInstant(s.from),
    reached: parseInstant(s.reached),
    ascending: s.ascending === true,
    pages: count(s.pages) ?? 0,
    offset: count(s.offset),
    total: count(s.total),
  };
}

function readListed(value: unknown): Listed | null {
  if (typeof value !== 'object' || value === null) return null;
  const l = value as Record<string, unknown>;
  const entries = count(l.entries);
  const versions = count(l.versions);
  const ids = count(l.ids);
  return entries === null || versions === null || ids === null ? null : { entries, versions, ids };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
