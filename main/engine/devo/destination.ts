import type { Failure } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';

/** One record on its way out, as the outbox hands it over. */
export interface OutboundRecord {
  key: number;
  source: string;
  kind: RecordKind;
  /** STIX type, ThreatQ event type: the tag may depend on it. */
  type: string;
  pullingId: string;
  /** Epoch ms of arrival. */
  received: number;
  tlp: Tlp;
  /** A row that is gone from its table: a lookup deletes it. Events go out all the same. */
  revoked: boolean;
  /** From a batch: only good until the next record is asked for (see `store/outbound.ts`). Whoever needs it longer copies it. */
  raw: Buffer;
  /**
   * How many problems the record was stored with. 0 says that the source has parsed the text, so that it need not be checked again on the
   * way out; left out, the text is checked whole.
   */
  problems?: number;
  /**
   * The memory that `raw` lies in together with other records' texts, where nothing in it changes as long as the records are used: lets
   * one search serve all of them. Left out where that is not promised.
   */
  block?: ArrayBufferLike;
  /** Goes out under this tag instead of the one its source has, without obfuscation. Test events only. */
  tag?: string;
}

/**
 * Records one after the other that differ in nothing that an event depends on but their texts: of one source, kind and pull, of one time
 * of arrival, events of one type; or a single record. Lets what they share be worked out once.
 */
export interface OutboundRun {
  readonly count: number;
  /** The memory that the texts lie in, one after the other. Good as long as the run is. */
  readonly bytes: Buffer;
  /** Where texts end in `bytes`; the run's first is number `offset` of these. A text begins where the one before it ends. */
  readonly ends: Uint32Array;
  readonly offset: number;
  /** Record n, from 0. Its text is good as long as the run is. */
  record(n: number): OutboundRecord;
}

/** One message of a record, after obfuscation and with `@devo_pulling_id`. Built by `devo/message.ts`; nothing else decides what leaves. */
export interface OutboundMessage {
  tag: string;
  /** Exactly what is written for it, framing included. */
  frame: Buffer;
  /** What of the frame is the message: a view into it. */
  message: Buffer;
  /** Byte spans of `message` that obfuscation replaced. */
  obfuscated: readonly (readonly [start: number, end: number])[];
}

/** How much is written for a record: nearly always one message. Bytes with framing. */
export interface Measure {
  messages: number;
  bytes: number;
}

/** A single finding of a certificate or configuration pre-flight. */
export interface PreflightFinding {
  level: 'ok' | 'warning' | 'error';
  /** The file or setting it is about. */
  subject: string;
  message: string;
}

export interface PreflightReport {
  ok: boolean;
  findings: PreflightFinding[];
  /** notAfter of the client certificate, epoch ms, or null. */
  expires: number | null;
  failure: Failure | null;
  /** One line for the command line's `check`. */
  line: string;
}

/** One open hand-over connection. A batch is written, then confirmed as a whole. */
export interface Handover {
  /** Messages written so far: nearly always as many as records. */
  readonly messages: number;
  /**
   * Adds bytes; resolves when more may come (back-pressure). Rejects with a SluiceError when the connection broke.
   * Throws a SluiceError `devo.not-sendable` at once, with nothing written and the batch intact, for a record that must not leave
   * (see {@link Destination.whyNotSendable}).
   */
  write(record: OutboundRecord): Promise<void> | void;
  /**
   * Adds records of a run, from number `from` on, as far as they need no look at each by itself and there is room without waiting; answers
   * how many. The one after them goes through {@link write}.
   */
  writeAlike?(run: OutboundRun, from: number): number;
  /** Flushes, half-closes and waits for the peer's end of stream (or HTTP 2xx). Only then does the batch count as handed over. SPEC 4. */
  confirm(): Promise<{ bytes: number; messages: number }>;
  /** Drops the connection. Whether the peer may have taken bytes of this batch already. */
  abort(): { maybeTaken: boolean };
}

/** What records become together at a destination that takes a table: exactly what an upload sends. */
export interface TableUpload {
  /** Rows that are added or changed, and rows that are deleted. */
  rows: number;
  deletes: number;
  /** What is left out of rows and why, one sentence each, with how many rows it concerns. */
  notes: ReadonlyMap<string, number>;
  /** CSV of the rows, and of the deletes where there are any; or all messages, in the order in which they are sent. */
  parts: readonly { name: 'rows' | 'deletes' | 'messages'; pieces: () => Iterable<Buffer> }[];
}

/** What a destination that takes the rows of a table can say beyond single records. */
export interface TableSide {
  /** The record's row, a cell a column of the lookup, as text before quoting. Throws like {@link Destination.encode}. */
  cells(record: OutboundRecord): { column: string; text: string }[];
  /** What this record's row leaves out, one sentence each. Throws like {@link Destination.encode}. */
  notes(record: OutboundRecord): string[];
  /** The upload that these records would make, in order of arrival. Throws for records that cannot be sent. */
  upload(records: Iterable<OutboundRecord>, signal: AbortSignal): Promise<TableUpload>;
}

/** A Devo endpoint. Implementations: syslog over TLS, HTTP `stream`, relay; lookups by REST API and by messages. */
export interface Destination {
  readonly kind: string;
  readonly name: string;
  /** null where records leave as events, each by itself. */
  readonly table: TableSide | null;
  /** Exactly what would be written for this record, framing included. Dry run and preview use the same function the wire uses. */
  encode(record: OutboundRecord): Buffer;
  /** One sentence on why this record would not be sent here (no JSON object, invalid UTF-8, no tag); null when it would. */
  whyNotSendable(record: OutboundRecord): string | null;
  /** The tag that records of a source, kind and type go out under; null when the source is not configured. */
  tagOf(source: string, kind: RecordKind, type: string): string | null;
  /** What {@link encode} would answer, counted. Throws like it. */
  measure(record: OutboundRecord): Measure;
  /** The record's messages, in the order in which they leave; their frames joined are what {@link encode} answers. Throws like it. */
  messages(record: OutboundRecord): OutboundMessage[];
  preflight(signal: AbortSignal): Promise<PreflightReport>;
  /**
   * `onConnected` may be called while the peer still has time to refuse: what takes a while is best done then. `onState` is told what a
   * hand-over that takes its time is about.
   */
  open(signal: AbortSignal, onConnected?: () => void, onState?: (text: string) => void): Promise<Handover>;
  close(): Promise<void>;
}
