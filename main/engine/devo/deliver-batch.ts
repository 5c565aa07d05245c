import { type Failure, failure, SluiceError, toFailure } from '../../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import type { Batch, BatchLimits, Outbox } from '../store/outbox-store.ts';
import type { Handover, OutboundRecord } from './destination.ts';
import { NOT_SENDABLE } from './message.ts';

/** Records between two looks at the clock. */
const LOOK_EVERY = 256;
/** Progress at most this often, ms. */
const PROGRESS_MS = 100;

export interface DeliverBatchOptions {
  outbox: Outbox;
  batch: Batch;
  /** The batch's connection. */
  opening: Promise<Handover>;
  maxAttempts: number;
  clock: Clock;
  signal: AbortSignal;
  /** Told of what is written, before it is known whether the batch is taken: of one record where several are alike. Must be cheap. */
  onRecord: (record: OutboundRecord) => void;
  /** Records of this batch written so far, and the messages they are. */
  onProgress: (written: number, messages: number) => void;
  /** Told when everything is written and only the peer's confirmation is missing. */
  onWritten: () => void;
  /** The batch to begin in the transaction that marks this one as handed over. */
  next: BatchLimits;
}

export type BatchOutcome =
  | { taken: true; records: number; messages: number; bytes: number; refused: number; next: Batch | null }
  | { taken: false; failure: Failure; queued: number; failed: number };

/**
 * Writes one batch and has it confirmed. Whatever goes wrong, the records end in the outbox as handed over (only after the peer's
 * confirmation), as refused with a reason, or as returned; what the peer may have taken is marked. SPEC 4.
 */
export async function deliverBatch(options: DeliverBatchOptions): Promise<BatchOutcome> {
  const { outbox, batch, clock, signal } = options;
  const refused: { key: number; failure: Failure }[] = [];
  let handover: Handover | null = null;
  try {
    handover = await options.opening;
    const written = await writeAll(handover, options, refused);
    options.onWritten();
    const { messages, bytes } = await handover.confirm();
    if (refused.length > 0) outbox.refuse(batch, refused, clock.now());
    const next = outbox.handedOver(batch, clock.now(), signal.aborted ? undefined : options.next);
    return { taken: true, records: written - refused.length, messages, bytes, refused: refused.length, next };
  } catch (thrown) {
    const maybeTaken = handover?.abort().maybeTaken ?? false;
    const why = signal.aborted ? cancelled() : toFailure(thrown);
    // Attempts are used up only by a batch that the peer breaks on. A peer that cannot be reached, what a person must put right or has
    // stopped says nothing about the records: they stay queued for the next hand-over.
    const counts = why.retryable && maybeTaken && !signal.aborted;
    const maxAttempts = counts ? options.maxAttempts : Number.MAX_SAFE_INTEGER;
    const { queued, failed } = outbox.returned(batch, {
      failure: why,
      maybeTaken,
      maxAttempts,
      at: clock.now(),
    });
    return { taken: false, failure: why, queued, failed };
  }
}

/** Answers how many records the batch had. */
async function writeAll(
  handover: Handover,
  { batch, clock, signal, onRecord, onProgress }: DeliverBatchOptions,
  refused: { key: number; failure: Failure }[],
): Promise<number> {
  let written = 0;
  let looked = 0;
  let lastProgress = clock.monotonic();
  for (const run of batch.runs()) {
    for (let n = 0; n < run.count; ) {
      const alike = handover.writeAlike?.(run, n) ?? 0;
      if (alike > 0) onRecord(run.record(n));
      n += alike;
      written += alike;
      if (n < run.count) {
        const record = run.record(n);
        try {
          const room = handover.write(record);
          if (room !== undefined) await room;
          onRecord(record);
        } catch (thrown) {
          if (!(thrown instanceof SluiceError) || thrown.failure.code !== NOT_SENDABLE) throw thrown;
          refused.push({ key: record.key, failure: thrown.failure });
        }
        n += 1;
        written += 1;
      }
      if (written - looked < LOOK_EVERY) continue;
      looked = written;
      if (signal.aborted) throw new SluiceError(cancelled());
      const now = clock.monotonic();
      if (now - lastProgress >= PROGRESS_MS) {
        lastProgress = now;
        onProgress(written, handover.messages);
      }
    }
  }
  return written;
}

export function cancelled(): Failure {
  return failure({ code: 'cancelled', message: 'Cancelled.', retryable: true });
}
