import type { Failure } from '../../../shared/errors.ts';
import type { Problem, RecordCells, RecordKind } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';
import type { Clock, Log } from '../ports.ts';
import type { CollectorLines } from './collector-lines.ts';

/** The unit that results are shown by. SPEC 1: objects and manifests of one TAXII collection are two of these. */
export interface FeedRef {
  /** Absolute URL of the API root, ending in `/`; empty for sources that have none. */
  apiRoot: string;
  /** The collection's id exactly as the server spells it. */
  collection: string;
  title: string;
  kind: RecordKind;
}

/** One thing pulled, ready to be stored. */
export interface RecordDraft {
  /** The object's own id. */
  id: string;
  /** `modified`, else `created`, else a hash of the text (SCOs have neither). With feed and id this is the identity. */
  version: string;
  type: string;
  /** What a person would call it; may be empty. */
  name: string;
  tlp: Tlp;
  /** Epoch ms or null. */
  modified: number | null;
  revoked: boolean;
  /** The server's own bytes. A view into the page is fine: the store copies them. */
  raw: Uint8Array;
  problems: Problem[];
  /** How many messages it becomes by the source's settings; left out, one. */
  messages?: number;
  /** What the kind has beyond these; left out by kinds that have nothing. */
  cells?: RecordCells;
}

/** A page and the cursor that is right once it is stored: both land in one transaction. */
export interface SourcePage {
  records: readonly RecordDraft[];
  /** Opaque to the store: the source's own resumable state for this feed. null leaves the cursor alone. */
  cursor: CursorState | null;
  /** Rows received with this page that are as the feed holds them already: counted as received and as duplicates. */
  unchanged?: number;
  /** Those of the records that no server sent (a row that is gone): not counted as received. */
  made?: number;
}

/** How many rows of the server's a page stands for. */
export function receivedWith(page: SourcePage): number {
  return page.records.length - (page.made ?? 0) + (page.unchanged ?? 0);
}

/** JSON, the source's own. */
export type CursorState = { readonly [key: string]: unknown };

/** What storing a page did. */
export interface StoredPage {
  stored: number;
  /** The page's `unchanged` rows among them. */
  duplicates: number;
  /** Same identity, other content: kept as the later one, with a problem. Counted in `stored`. */
  changed: number;
  /** The messages that what was stored becomes. */
  generated: number;
}

export type Completeness = { complete: 'yes' | 'no' | 'unknown'; reason: string };

/** A record that a feed holds. See {@link FeedSink.held}. */
export interface HeldVersion {
  /** For {@link FeedSink.text}. */
  key: number;
  id: string;
  version: string;
  /** Its record is marked revoked: the server no longer has it. */
  revoked: boolean;
}

/** What a source says about one feed when it is through with it. */
export interface FeedResult {
  pages: number;
  requests: number;
  /** Records in the pages received. */
  received: number;
  /** What the server announced: Content-Range total, or the manifest's count; null when it said nothing. */
  announced: number | null;
  completeness: Completeness;
  /** Set when this feed failed; the others go on. */
  failure: Failure | null;
}

/** Where a running source puts what it finds. Implemented by `pull/`. */
export interface PullSink {
  /** Registers the feed for this pull and answers the committed cursor of the last one. */
  open(feed: FeedRef): FeedSink;
  /** The committed cursor of a feed that is not opened yet: for what has to be known before anything can be pulled. */
  cursorOf(feed: FeedRef): CursorState | null;
}

export interface FeedSink {
  readonly cursor: CursorState | null;
  /** Records stored for this feed over all pulls so far. */
  readonly storedBefore: number;
  /**
   * Every version this feed holds, in the order they came: of one id the last is the newest. For sources that compare whole tables. Read
   * from the store a page at a time, so that the caller can pause between pages.
   */
  held(): Iterable<readonly HeldVersion[]>;
  /** The server's text of a record that this feed holds. Good until the next call. */
  text(key: number): Uint8Array;
  /** Durable when it returns: records and cursor in one transaction. Synchronous, throws on a full disk. */
  store(page: SourcePage): StoredPage;
  /** Live numbers; coalesced by the receiver. `announced` when known early. */
  progress(now: {
    requests: number;
    bytes: number;
    announced: number | null;
    waitingUntil: number | null;
    note: string | null;
  }): void;
  done(result: FeedResult): void;
}

export interface ProbeContext {
  clock: Clock;
  /** Thread name as in the seeds, already bound. */
  log: Log;
  /** Aborts the pull; whatever was stored stays. */
  signal: AbortSignal;
}

export interface PullContext extends ProbeContext {
  /** A log bound to another of the collector's threads: its setup, `MainThread`. */
  logAs(thread: string): Log;
  sink: PullSink;
  /** What groups this pull's records, epoch ms. */
  pullingId: string;
  /** Seconds between pulls, for what the collector says of it; null when nothing waits for a next one. */
  periodSeconds: number | null;
}

/** What the source as a whole reports after a pull. `requests` includes discovery. */
export interface PullSummary {
  requests: number;
  /** Set when nothing could be pulled at all (discovery, credentials). */
  failure: Failure | null;
}

/** What `test connection` and the add-source form show. */
export interface ProbeReport {
  ok: boolean;
  failure: Failure | null;
  /** One line for the command line's `check`. */
  line: string;
  /** `2.1`, `2.0` or null. */
  version: string | null;
  serverTitle: string | null;
  roots: { url: string; title: string; failure: Failure | null }[];
  collections: {
    apiRoot: string;
    id: string;
    title: string;
    description: string;
    canRead: boolean;
    /** Announced number of objects where the server tells cheaply, else null. */
    size: number | null;
  }[];
}

/** What a source keeps from one pull to the next while the program runs and neither its settings nor its secrets change. Its own names. */
export type SourceMemory = Map<string, unknown>;

/** One configured feed, ready to run. */
export interface Source {
  readonly kind: string;
  readonly name: string;
  /** `TaxiiPuller(taxii_collector,12345,objects_and_manifests,predefined)`. */
  readonly threadName: string;
  /** What the collector says around a pull. */
  readonly lines: CollectorLines;
  probe(context: ProbeContext): Promise<ProbeReport>;
  pull(context: PullContext): Promise<PullSummary>;
  /** Frees sockets. */
  close(): Promise<void>;
}
