import type { Failure } from '../../../shared/errors.ts';
import type {
  Decision,
  Delivery,
  Facet,
  Problem,
  RecordFilter,
  RecordKind,
  RecordRow,
  RecordSort,
  Selection,
} from '../../../shared/records.ts';
import type { OverrideState } from '../../../shared/views/override.ts';
import type { LookupChange } from '../../../shared/views/plan.ts';
import type { OutboundRecord } from '../devo/destination.ts';
import type {
  Completeness,
  CursorState,
  FeedRef,
  HeldVersion,
  SourcePage,
  StoredPage,
} from '../sources/source.ts';
import type { Cutoffs } from './expiry.ts';
import type { Outbox, Route } from './outbox-store.ts';
import type { Override, OverrideStore } from './override-store.ts';

/**
 * The local store: SQLite, WAL, one file in the data directory. Everything that must be consistent with records is here.
 * All methods are synchronous and short (the long ones are chunked and say so); all throw SluiceError
 * (`store.newer`, `store.corrupt`, `store.locked`, `store.full`).
 */
export interface Store {
  readonly pulls: PullStore;
  readonly records: RecordStore;
  readonly decisions: DecisionStore;
  readonly outbox: Outbox;
  readonly overrides: OverrideStore;
  readonly tables: TableStore;
  readonly locks: Locks;
  readonly logs: LogStore;
  readonly saved: SavedFilterStore;
  readonly retention: RetentionStore;
  readonly sqliteVersion: string;
  /** Moves on whenever records, decisions or deliveries changed, here or in another process. */
  revision(): number;
  /** Indexes a bounded amount of not yet searchable text, then the order of names, then which records are about a CVE. Returns how much work is left; {@link unindexed} says what is not searchable. */
  indexSome(budgetMs: number): number;
  /** Records not yet searchable. */
  unindexed(): number;
  close(): void;
}

/** A feed of a pull that has ended or is running, as history keeps it. */
export interface FeedRun {
  source: string;
  feed: FeedRef;
  pages: number;
  requests: number;
  received: number;
  stored: number;
  /** The messages that these become, by the source's settings at that time. */
  generated: number;
  duplicates: number;
  announced: number | null;
  completeness: Completeness;
  failure: Failure | null;
}

export interface PullRun {
  /** 13-digit epoch ms as text; unique. */
  pullingId: string;
  source: string;
  startedAt: number;
  /** null: still running, or the process died (then `state` is `interrupted`). */
  endedAt: number | null;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  requests: number;
  received: number;
  stored: number;
  /** The messages that these become, by the source's settings at that time. */
  generated: number;
  duplicates: number;
  failure: Failure | null;
  feeds: FeedRun[];
}

export interface PullStore {
  /** Starts a pull. The id is the start time in ms, moved on by one while taken. */
  begin(source: string, startedAt: number): { pullingId: string };
  /** Remembers the feed under the source; answers its committed cursor. */
  openFeed(
    pullingId: string,
    source: string,
    feed: FeedRef,
  ): { feedId: number; cursor: CursorState | null; storedBefore: number };
  /** One transaction: new records, cursor, tallies. This is the hot path. */
  storePage(pullingId: string, feedId: number, page: SourcePage, receivedAt: number): StoredPage;
  /** See `FeedSink.held`. */
  held(feedId: number): Iterable<readonly HeldVersion[]>;
  /** See `FeedSink.text`. */
  text(key: number): Uint8Array;
  endFeed(pullingId: string, feedId: number, run: Omit<FeedRun, 'source' | 'feed'>): void;
  end(pullingId: string, end: Pick<PullRun, 'endedAt' | 'state' | 'requests' | 'failure'>): void;
  get(pullingId: string): PullRun | null;
  /** The source of a pull; null for an id that is none. */
  sourceOf(pullingId: string): string | null;
  list(options: { source?: string; limit: number; before?: string }): PullRun[];
  /** Per source: what it holds and what is new. */
  sourceTotals(): { source: string; records: number; staged: number }[];
  /** Feeds the store knows for a source with their cursors, for the sources view. */
  feeds(source: string): { feed: FeedRef; cursor: CursorState | null; records: number }[];
  /** Free key-value state of a source (e.g. the historic date its cursors belong to, learnt server habits). */
  getState(source: string): CursorState | null;
  setState(source: string, state: CursorState): void;
  /** Replaces the cursors of all the source's feeds, in one transaction with its state. Feeds that are not named begin anew. */
  setCursors(
    source: string,
    cursors: readonly { feed: FeedRef; cursor: CursorState }[],
    state: CursorState,
  ): void;
}

/** Opaque position after a row, for key-range paging. */
export type PageKey = string;

export interface RecordPage {
  rows: RecordRow[];
  /** Continue after the last row; null at the end. */
  next: PageKey | null;
}

/** Everything about one record except derived views. */
export interface RecordDetail {
  row: RecordRow;
  raw: Buffer;
  problems: Problem[];
  /** Other versions of the same object, newest first, over all feeds. */
  versions: {
    key: number;
    kind: RecordKind;
    version: string;
    source: string;
    collection: string;
    received: number;
  }[];
  /** Decisions made on it, newest first. */
  decisions: { at: number; decision: Decision; reason: string | null }[];
  /** Per destination. */
  deliveries: {
    destination: string;
    state: Delivery;
    at: number | null;
    maybeTwice: boolean;
    attempts: number;
    failure: Failure | null;
  }[];
  /** Written overrides that let it through to a destination above the ceiling, newest first. */
  overrides: (Pick<Override, 'id' | 'destination' | 'at' | 'reason' | 'ceiling' | 'withdrawnAt'> & {
    state: OverrideState;
  })[];
  /** The newer version of an approved row that goes out, or went out, in its place. */
  supersededBy: { key: number; version: string } | null;
}

export interface SettledSelection {
  /** 4 bytes a record. */
  keys: Uint32Array;
  groups: SelectionGroup[];
}

/** Records of one kind that were stored with problems or not, and whose text a clean-up removed or not. */
export interface SelectionGroup {
  kind: RecordKind;
  problems: boolean;
  removed: boolean;
  records: number;
  /** Of the server's texts as they arrived. */
  bytes: number;
}

export interface RecordStore {
  /**
   * Works for about `budgetMs` towards the order that a page in this sort needs (`upTo`: the filter's `asOf`); true when the page will be
   * quick. Without it the first page in a column of cells makes the order itself: 0.1 to 0.2 s for 250,000 rows.
   */
  prepare(sort: RecordSort, upTo: number | undefined, budgetMs: number): boolean;
  /** A page by key; `after` continues. ≤ 5 ms at a million rows whatever the depth. */
  page(query: { filter: RecordFilter; sort: RecordSort; after?: PageKey; limit: number }): RecordPage;
  /** A page by absolute row index of the (filter, sort) view, for a scroll bar. ≤ 5 ms once the view's checkpoints exist. */
  pageAt(query: { filter: RecordFilter; sort: RecordSort; index: number; limit: number }): RecordPage;
  count(filter: RecordFilter): number;
  countSelection(selection: Selection): { records: number; bytes: number };
  /** What a selection holds now: its keys, ascending, and its records counted by what a file of them may have to leave out. */
  settle(selection: Selection): SettledSelection;
  /** For each dimension, counts with the other dimensions' filters applied. ≤ 150 ms at a million. */
  facets(filter: RecordFilter): Record<Facet, { value: string; label: string; count: number }[]>;
  get(key: number): RecordDetail | null;
  row(key: number): RecordRow | null;
  /** Records holding one of these object ids: for relations. Bounded by `limit`. */
  byObjectIds(ids: readonly string[], limit: number): RecordRow[];
  /** Records whose text mentions this object id (relationships, sightings, reports). Uses the search index. */
  mentioning(id: string, limit: number): RecordRow[];
  /** How many records {@link mentioning} would find without a limit. ≤ 50 ms at a million. */
  mentions(id: string): number;
  /** Rows of the list and STIX vulnerabilities about one of these CVEs (`CVE-2024-12345`), newest first. What is not indexed yet is not found. */
  aboutCves(cves: readonly string[], limit: number): RecordRow[];
  /** Iterates keys and text in arrival order without holding a lock across yields. */
  iterate(
    selection: Selection,
    options?: { raw?: boolean; limit?: number },
  ): IterableIterator<{ row: RecordRow; raw: Buffer | null; problems: Problem[] }>;
  /** Highest key so far: the `asOf` of a fresh view. */
  lastKey(): number;
}

export interface DecisionStore {
  /**
   * Durable (FULL) when it returns. Approving queues (`delivery` none/failed → queued); un-approving takes queued records back.
   * A record already handed over keeps its delivery. Returns how many changed and the undo token; large sets are one transaction.
   */
  decide(
    selection: Selection,
    decision: Decision,
    reason: string | null,
    at: number,
  ): { changed: number; undo: number | null };
  /** Puts back what `decide` changed, except what has been handed over since. */
  undo(token: number, at: number): { restored: number; skipped: number };
  lastUndo(): { token: number; decision: Decision; changed: number; at: number } | null;
}

/** What would change in a lookup; see `lookupPlan` in the contract. */
export interface LookupDiff {
  operation: 'create' | 'replace' | 'update';
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  superseded: number;
  before: number;
  after: number;
}

/** One version of a row against what the lookup holds of the row. `held` is the key of the version handed over last. */
export interface RowChangeState {
  change: LookupChange;
  held: number | null;
}

/**
 * Tables and the lookups that they are handed over to. What a lookup holds of a row is the newest version handed over to it, unless that
 * says that the row is gone. About 10 ms for 250,000 rows each, 0.1 s more the first time after a start.
 */
export interface TableStore {
  /** Rows that the route's lookup holds, and whether anything was handed over to it at all. */
  held(route: Route): { rows: number; begun: boolean };
  /** What it holds, by arrival. A record's text is good until the next one is asked for. */
  heldRecords(route: Route): IterableIterator<OutboundRecord>;
  /** What handing over everything that is queued or would be routed does to the lookup. */
  diff(route: Route): LookupDiff;
  /** The rows behind {@link diff}, by arrival, from the `index`th of those with one of these changes. */
  diffRows(
    route: Route,
    query: { changes: readonly LookupChange[]; index: number; limit: number },
  ): { rows: ({ row: RecordRow } & RowChangeState)[]; total: number };
  /** One record against what the lookup holds; null for what is no row of a table. */
  changeOf(route: Route, key: number): RowChangeState | null;
}

export interface Locks {
  /** Takes `pull/<source>` or `forward` for this process; throws SluiceError `store.busy` naming the holder's pid when another live process has it. */
  acquire(name: string): { release(): void };
}

export interface LogStore {
  append(
    lines: readonly { at: number; level: string; process: string; thread: string; message: string }[],
  ): void;
  page(query: {
    before?: number;
    after?: number;
    level?: string;
    text?: string;
    limit: number;
  }): { seq: number; at: number; level: string; process: string; thread: string; message: string }[];
  /** Bounded: the oldest lines beyond the cap are dropped. */
  prune(keep: number): void;
}

/** Removing texts that were kept long enough. Cut-offs are epoch ms; null keeps. Keys, identities, decisions and deliveries always stay. */
export interface RetentionStore {
  plan(cutoffs: Cutoffs): { rejected: number; handedOver: number; bytes: number; removed: number };
  /** Removes for about `budgetMs`, one durable transaction. */
  removeSome(cutoffs: Cutoffs, budgetMs: number): { removed: number; left: number };
  /** Merges about so many pages of removed words out of the search index; false once there is nothing to do. */
  mergeSome(pages: number, begin: boolean): boolean;
  /** Gives about so many unused pages of the file back; `left` are unused still. */
  compactSome(pages: number): { left: number };
  size(): { fileBytes: number; freeBytes: number };
  /** When the last clean-up ended, epoch ms. */
  lastAt(): number | null;
  ended(at: number): void;
}

export interface SavedFilterStore {
  list(): { name: string; filter: RecordFilter }[];
  save(name: string, filter: RecordFilter): void;
  remove(name: string): void;
}
