import { type Failure, failureLine } from '../../../shared/errors.ts';
import type { Clock, Log } from '../ports.ts';
import type { Batch, HandoverRun, Outbox, Route } from '../store/outbox-store.ts';
import type { Store } from '../store/store.ts';
import { backoff } from './backoff.ts';
import { type BatchOutcome, cancelled, deliverBatch } from './deliver-batch.ts';
import type { Destination, OutboundRecord } from './destination.ts';
import { OpenAhead } from './open-ahead.ts';
import { SenderLog, type SenderTotals } from './sender-log.ts';

/** A batch holds at most this much of the servers' text, so that no single confirmation stands for too much. Bytes. */
const BATCH_BYTES = 64_000_000;
/** Connections are waited for this long before the work that can be done meanwhile. */
const HEAD_START_MS = 50;
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 30_000;

export interface ForwardTarget {
  destination: Destination;
  route: Route;
  /** From the destination's settings. */
  batchRecords: number;
  maxAttempts: number;
}

export interface ForwardOptions {
  store: Pick<Store, 'outbox' | 'locks'>;
  destinations: readonly ForwardTarget[];
  clock: Clock;
  /** Bound to `OutputProcess` and `MainThread`. */
  log: Log;
  signal: AbortSignal;
  /** The state of one destination's run: at its start, at most ten times a second, and at its end. Counts include what is not yet confirmed. */
  onProgress?: (run: HandoverRun) => void;
  /** Puts records that failed before back into the queue first. */
  retryFailed?: boolean;
  /** Messages per destination since the process started, for the statistics line. */
  totals?: SenderTotals;
}

export interface ForwardResult {
  destination: string;
  /** As kept in the history; null when nothing was queued, so that nothing was connected. */
  run: HandoverRun | null;
  /** Records handed over, the messages they were, and bytes on the wire with framing (before compression, where that is used). */
  records: number;
  messages: number;
  bytes: number;
  /** Records that cannot be sent as they are: marked failed with the reason. */
  refused: number;
  /** What the outbox holds for this destination afterwards. */
  queued: number;
  failed: number;
  failure: Failure | null;
}

/**
 * Hands over everything that is approved: routes it, then drains each destination's queue batch by batch, destinations at the same time.
 * Takes the lock `forward` and throws SluiceError `store.busy` when another process has it; a destination that fails is a result, not an
 * exception.
 */
export async function forward(options: ForwardOptions): Promise<ForwardResult[]> {
  const { outbox, locks } = options.store;
  const lock = locks.acquire('forward');
  try {
    const recovered = outbox.recover();
    if (recovered > 0) {
      options.log.warning(
        `${recovered} records were on their way when the last hand-over ended without a word. They are sent again and marked: Devo may have them twice.`,
      );
    }
    const totals = options.totals ?? new Map();
    const drains = options.destinations.map((target, sender) => new Drain(target, sender, totals, options));
    try {
      for (const { route } of options.destinations) {
        if (options.retryFailed === true) outbox.retryFailed(route.destination);
      }
      // What follows takes a while without waiting for anything: time for a peer to say whether it accepts the connection.
      const connecting = Promise.all(drains.map((drain) => drain.connect()));
      const enough = new AbortController();
      await Promise.race([connecting, options.clock.sleep(HEAD_START_MS, enough.signal).catch(() => {})]);
      enough.abort();
      for (const { route } of options.destinations) outbox.route(route);
      return await Promise.all(drains.map((drain) => drain.run()));
    } finally {
      for (const drain of drains) drain.disconnect();
    }
  } finally {
    lock.release();
  }
}

/** One destination's queue on its way out. */
class Drain {
  readonly #target: ForwardTarget;
  readonly #sender: number;
  readonly #totals: SenderTotals;
  readonly #options: ForwardOptions;
  readonly #outbox: Outbox;
  readonly #run: HandoverRun;
  readonly #pullingIds = new Set<string>();
  readonly #tags = new Set<string>();
  #lastSource = '';
  #lastKind = '';
  #lastType = '';
  #lastPullingId = '';
  #refused = 0;
  /** Records of the batch on its way that are written and not confirmed, and their messages. */
  #unconfirmed = { records: 0, messages: 0 };
  /** For the next batch. */
  #ahead: OpenAhead | null = null;

  constructor(target: ForwardTarget, sender: number, totals: SenderTotals, options: ForwardOptions) {
    this.#target = target;
    this.#sender = sender;
    this.#totals = totals;
    this.#options = options;
    this.#outbox = options.store.outbox;
    const startedAt = options.clock.now();
    this.#run = {
      // Unique in this store: hand-overs exclude one another, and destinations start in order.
      id: startedAt * 100 + (sender % 100),
      destination: target.destination.name,
      startedAt,
      endedAt: null,
      state: 'running',
      records: 0,
      messages: 0,
      bytes: 0,
      pullingIds: [],
      tags: [],
      failure: null,
    };
  }

  /** Connects when there is anything to hand over; resolves when that has come about or failed. */
  async connect(): Promise<void> {
    const { route } = this.#target;
    if (this.#options.signal.aborted || !this.#outbox.waits(route)) return;
    this.#ahead = this.#openAhead();
    await this.#ahead.connected;
  }

  /** Drops a connection that nothing was written to. */
  disconnect(): void {
    this.#ahead?.drop();
    this.#ahead = null;
  }

  async run(): Promise<ForwardResult> {
    const { log, clock } = this.#options;
    const name = this.#target.destination.name;
    if (this.#left().queued === 0) return this.#result(null);
    const service = this.#target.destination.table === null ? 'standard_senders' : 'lookup_senders';
    const senderLog = new SenderLog(log, clock, { name, sender: this.#sender, service }, this.#totals);
    this.#outbox.recordRun(this.#run);
    this.#tell(0, 0);
    const failure = await this.#drain(senderLog);
    const { signal } = this.#options;
    const run = this.#run;
    run.endedAt = clock.now();
    run.note = null;
    run.failure = failure;
    run.state = failure === null ? 'done' : signal.aborted ? 'cancelled' : 'failed';
    this.#outbox.recordRun(run);
    this.#tell(0, 0);
    const left = this.#left();
    senderLog.statistics(left.queued);
    if (failure !== null) log.error(`${name}: ${failureLine(failure)}`);
    if (this.#refused > 0) log.warning(`${name}: ${this.#refused} records cannot be sent as they are.`);
    log.info(`${name}: ${run.messages} messages handed over (${run.bytes} bytes), ${left.queued} queued`);
    return this.#result(run);
  }

  /**
   * Batch after batch, one on its way at a time. The next one's connection is made while the one before is being confirmed, and the first
   * one's while its batch is begun.
   */
  async #drain(senderLog: SenderLog): Promise<Failure | null> {
    const { clock, signal, log } = this.#options;
    const { destination, batchRecords, maxAttempts } = this.#target;
    const limits = { maxRecords: batchRecords, maxBytes: BATCH_BYTES };
    let batch: Batch | null = null;
    try {
      for (let failures = 0; ; ) {
        if (batch === null && signal.aborted) return cancelled();
        const opened = this.#ahead ?? this.#openAhead();
        this.#ahead = opened;
        if (batch === null) {
          await opened.connected;
          if (signal.aborted) return cancelled();
          batch = this.#outbox.begin(destination.name, limits);
        }
        if (batch === null) return null;
        const current: Batch = batch;
        batch = null;
        this.#ahead = null;
        const begun = clock.monotonic();
        const outcome: BatchOutcome = await deliverBatch({
          outbox: this.#outbox,
          batch: current,
          opening: opened.handover,
          maxAttempts,
          clock,
          signal,
          onRecord: (record) => this.#note(record),
          onProgress: (written, messages) => this.#tell(written, messages),
          onWritten: () => {
            if (this.#left().queued > 0) this.#ahead = this.#openAhead();
          },
          next: limits,
        });
        if (outcome.taken) {
          failures = 0;
          batch = outcome.next;
          this.#refused += outcome.refused;
          this.#run.records += outcome.records;
          this.#run.messages += outcome.messages;
          this.#run.bytes += outcome.bytes;
          this.#run.note = null;
          this.#tell(0, 0);
          senderLog.handedOver(outcome.messages, clock.monotonic() - begun, this.#left().queued);
          if (batch === null && this.#left().queued === 0) return null;
          continue;
        }
        this.disconnect();
        failures += 1;
        const { failure } = outcome;
        const again = failure.retryable && outcome.queued > 0 && failures < maxAttempts && !signal.aborted;
        if (!again) return failure;
        const wait = backoff(failures, failure, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS);
        log.warning(
          `${destination.name}: ${failureLine(failure)} Attempt ${failures} of ${maxAttempts}; the next one in ${(wait / 1000).toFixed(1)} seconds`,
        );
        try {
          await clock.sleep(wait, signal);
        } catch {
          return cancelled();
        }
      }
    } finally {
      this.disconnect();
      if (batch !== null) this.#takeBack(batch);
    }
  }

  /** A batch that was begun and never written, because something else went wrong. */
  #takeBack(batch: Batch): void {
    const at = this.#options.clock.now();
    const maxAttempts = Number.MAX_SAFE_INTEGER;
    this.#outbox.returned(batch, { failure: cancelled(), maybeTaken: false, maxAttempts, at });
  }

  /** Cheap for the common case: records come in runs of one source, kind, type and pull. */
  #note(record: OutboundRecord): void {
    if (record.pullingId !== this.#lastPullingId) {
      this.#lastPullingId = record.pullingId;
      this.#pullingIds.add(record.pullingId);
    }
    const { source, kind } = record;
    const type = kind === 'event' ? record.type : '';
    if (source !== this.#lastSource || kind !== this.#lastKind || type !== this.#lastType) {
      this.#lastSource = source;
      this.#lastKind = kind;
      this.#lastType = type;
      const tag = this.#target.destination.tagOf(source, kind, type);
      if (tag !== null) this.#tags.add(tag);
    }
  }

  #openAhead(): OpenAhead {
    const { log, signal } = this.#options;
    const { destination } = this.#target;
    return new OpenAhead(destination, signal, (text) => {
      log.info(`${destination.name}: ${text}`);
      this.#run.note = text;
      this.#tell(this.#unconfirmed.records, this.#unconfirmed.messages);
    });
  }

  #tell(records: number, messages: number): void {
    const run = this.#run;
    this.#unconfirmed = { records, messages };
    run.pullingIds = [...this.#pullingIds];
    run.tags = [...this.#tags];
    this.#options.onProgress?.({
      ...run,
      records: run.records + records,
      messages: run.messages + messages,
    });
  }

  #left(): { queued: number; failed: number } {
    const name = this.#target.destination.name;
    return this.#outbox.totals().find((t) => t.destination === name) ?? { queued: 0, failed: 0 };
  }

  #result(run: HandoverRun | null): ForwardResult {
    const { queued, failed } = this.#left();
    return {
      destination: this.#target.destination.name,
      run: run === null ? null : { ...run },
      records: this.#run.records,
      messages: this.#run.messages,
      bytes: this.#run.bytes,
      refused: this.#refused,
      queued,
      failed,
      failure: run?.failure ?? null,
    };
  }
}
