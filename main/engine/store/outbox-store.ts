import type { Failure } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';
import type { OutboundRecord, OutboundRun } from '../devo/destination.ts';

/** What a destination takes, decided by settings: which sources and kinds are routed to it and the highest TLP. */
export interface Route {
  destination: string;
  sources: readonly string[];
  /** Kinds of record that fit: lookups take rows, everything else takes events. */
  kinds: readonly RecordKind[];
  maxTlp: Tlp;
  /** Where rows of tables become a lookup. */
  lookup?: LookupRoute;
}

export interface LookupRoute {
  /** Its name in Devo. */
  name: string;
  /** Where it is: another one under the same destination name holds nothing yet. */
  identity: string;
  update: 'increment' | 'full';
}

/** A batch on its way: durably marked in flight before the first byte is written. */
export interface Batch {
  id: number;
  destination: string;
  /** Records were in flight before (a crash, a cut connection): Devo may have them already. */
  repeated: boolean;
  count: number;
  /** In key order. A run's texts are good until the next run is asked for; their memory is then used again. */
  runs(): IterableIterator<OutboundRun>;
}

/** A batch holds at most so many records and bytes of text, and one record at least. */
export interface BatchLimits {
  maxRecords: number;
  maxBytes: number;
}

export interface Outbox {
  /** At start and before each drain: batches of dead processes go back to queued and are marked maybe twice. Needs the `forward` lock. */
  recover(): number;
  /**
   * Gives every approved, queued record a mark for this destination unless it has one. Of rows of tables every approved one that the lookup
   * has not got, whatever other destinations have; those that are superseded or need no sending are marked so. Returns how many were queued.
   */
  route(route: Route): number;
  /** Whether there is anything for this destination, routed or not. */
  waits(route: Route): boolean;
  /** Dry run: what would go where, what is blocked and why. Counts only; bytes are the server's text. */
  plan(route: Route): {
    groups: {
      source: string;
      kind: RecordKind;
      /** Event type; empty for kinds whose tag does not depend on the type. */
      type: string;
      pullingId: string;
      records: number;
      bytes: number;
    }[];
    blocked: { reason: 'tlp' | 'superseded' | 'needless'; tlp: Tlp; source: string; records: number }[];
    /** Waiting from before, and those that failed for good. */
    queued: number;
    failed: number;
  };
  /** Records that would be delivered, in order, for dry run bytes. Does not change anything. A record's text is good until the next one is asked for. */
  pending(route: Route): IterableIterator<OutboundRecord>;
  /** Marks the next records in flight, durably, and answers them; null when nothing is queued. */
  begin(destination: string, limits: BatchLimits): Batch | null;
  /** The peer has taken everything: one FULL transaction. With `next` it also begins the destination's next batch, like {@link begin}. */
  handedOver(batch: Batch, at: number, next?: BatchLimits): Batch | null;
  /** Not taken for sure: back to queued with one more attempt, or failed when attempts are used up. `maybeTaken` marks maybe twice. */
  returned(
    batch: Batch,
    why: { failure: Failure; maybeTaken: boolean; maxAttempts: number; at: number },
  ): { queued: number; failed: number };
  /**
   * Takes records that can never be sent as they are (no JSON object, no tag) out of a batch and marks them failed with the reason, in one
   * transaction: the rest of the batch is then handed over or returned without them.
   */
  refuse(batch: Batch, refused: readonly { key: number; failure: Failure }[], at: number): void;
  /** Failed → queued again. */
  retryFailed(destination: string): number;
  totals(): { destination: string; queued: number; inFlight: number; handedOver: number; failed: number }[];
  /** Keeps a hand-over's result for the history. */
  recordRun(run: HandoverRun): void;
  runs(options: { limit: number; before?: number }): HandoverRun[];
}

export interface HandoverRun {
  id: number;
  destination: string;
  startedAt: number;
  endedAt: number | null;
  state: 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  records: number;
  /** What Devo has of them: more where events are flattened. */
  messages: number;
  bytes: number;
  pullingIds: string[];
  tags: string[];
  failure: Failure | null;
  /** What a running hand-over is about, where that takes its time. */
  note?: string | null;
}
