import { type Failure, failureLine, SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { InternalSenders } from '../../../../shared/settings-internal.ts';
import type { InternalView } from '../../../../shared/views/destination.ts';
import { memoryUse } from '../../memory.ts';
import type { Clock, Log } from '../../ports.ts';
import { backoff } from '../backoff.ts';
import type { Destination, Handover, OutboundRecord } from '../destination.ts';
import { NOT_SENDABLE } from '../message.ts';
import { SenderLog, type SenderTotals } from '../sender-log.ts';
import { droppedSaid, memorySaid, messageOf, type Said } from './internal-messages.ts';
import { type InternalMessage, MessageRing } from './message-ring.ts';

/** At most one connection in so much time. */
export const EVERY_MS = 15_000;
/** The seeds' period of the `[GC]` line. */
const MEMORY_EVERY_MS = 300_000;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 600_000;

export interface InternalSenderOptions {
  name: string;
  /** Place among the destinations, for the seeds' lines. */
  number: number;
  settings: InternalSenders;
  /** The destination as it is configured now. */
  open: () => Promise<Destination>;
  clock: Clock;
  /** What is said here must not come back as a message. */
  log: Log;
  /** Epoch ms at which the process began. */
  began: number;
  ring?: MessageRing;
}

/**
 * The sender service `internal_senders` of one destination (SPEC 4, seed 003): what waits is sent now and then as one batch, over a
 * connection of its own made by the same code as for events. Messages are no records: they wait in memory and are confirmed or sent again.
 */
export class InternalSender {
  readonly #options: InternalSenderOptions;
  readonly #clock: Clock;
  readonly #ring: MessageRing;
  readonly #totals: SenderTotals = new Map();
  #settings: InternalSenders;
  #open: () => Promise<Destination>;
  #senderLog: SenderLog | null = null;
  #sending: Promise<void> | null = null;
  /** Epoch ms of the last attempt's end. */
  #lastAt: number;
  #lastSentAt: number | null = null;
  #memoryAt: number | null = null;
  /** Not sendable as they were. */
  #refused = 0;
  #failures = 0;
  #failure: Failure | null = null;
  #retryAt = 0;

  constructor(options: InternalSenderOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#ring = options.ring ?? new MessageRing();
    this.#settings = options.settings;
    this.#open = options.open;
    this.#lastAt = options.clock.now();
  }

  get settings(): InternalSenders {
    return this.#settings;
  }

  /** The destination was changed: what waits goes there, and what failed before says nothing any more. */
  changed(settings: InternalSenders, open: () => Promise<Destination>): void {
    this.#settings = settings;
    this.#open = open;
    this.#failures = 0;
    this.#failure = null;
    this.#retryAt = 0;
  }

  offer(said: Said): void {
    if (said.kind === 'metric' && !this.#settings.metrics) return;
    this.#ring.push(messageOf(said, this.#settings, this.#options.began));
  }

  /** Epoch ms from which the next batch may go; null while there is none, or one is on its way. */
  dueAt(): number | null {
    if (this.#sending !== null || !this.#hasWork()) return null;
    const due = Math.max(this.#lastAt + EVERY_MS, this.#retryAt);
    // A clock that was set back is no reason to wait for that time to come again.
    return Math.min(due, this.#clock.now() + LONGEST_BACKOFF_MS);
  }

  /** Sends what waits. Never rejects: what goes wrong is kept for {@link view} and said once. While a batch is on its way, waits for that. */
  send(signal: AbortSignal): Promise<void> {
    this.#sending ??= this.#attempt(signal).finally(() => {
      this.#lastAt = this.#clock.now();
      this.#sending = null;
    });
    return this.#sending;
  }

  /** The last attempt came to nothing. */
  get failing(): boolean {
    return this.#failure !== null;
  }

  /** The service's numbers, as at the end of a hand-over. */
  close(): void {
    this.#senderLog?.statistics(this.#ring.size);
  }

  view(held: InternalView['held']): InternalView {
    return {
      waiting: this.#ring.size,
      sent: this.#totals.get(this.#options.name) ?? 0,
      dropped: this.#ring.dropped + this.#refused,
      lastSentAt: this.#lastSentAt,
      held,
      failure: this.#failure,
      retryAt: this.#failure === null ? null : this.#retryAt,
    };
  }

  #hasWork(): boolean {
    return this.#ring.size > 0 || this.#ring.untold > 0 || this.#memoryDue();
  }

  #memoryDue(): boolean {
    if (!this.#settings.metrics) return false;
    return this.#memoryAt === null || this.#clock.now() - this.#memoryAt >= MEMORY_EVERY_MS;
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    if (signal.aborted || !this.#hasWork()) return;
    const begun = this.#clock.monotonic();
    let destination: Destination | null = null;
    let handover: Handover | null = null;
    try {
      if (this.#memoryDue()) {
        this.#memoryAt = this.#clock.now();
        this.offer(memorySaid(memoryUse(), this.#memoryAt));
      }
      destination = await this.#open();
      handover = await destination.open(signal);
      const batch = this.#ring.waiting();
      const refused = await this.#write(handover, batch, signal);
      const { messages } = await before(signal, handover.confirm());
      this.#ring.taken(batch);
      this.#refused += refused;
      this.#sent(messages, this.#clock.monotonic() - begun);
    } catch (thrown) {
      handover?.abort();
      const stopped = signal.aborted && !isTimeout(signal);
      if (!stopped) this.#failed(signal.aborted ? late() : toFailure(thrown));
    } finally {
      await destination?.close().catch(() => {});
    }
  }

  /** Answers how many cannot be sent as they are. */
  async #write(
    handover: Handover,
    { messages, untold }: { messages: InternalMessage[]; untold: number },
    signal: AbortSignal,
  ): Promise<number> {
    const { began } = this.#options;
    const now = this.#clock.now();
    const note = untold === 0 ? [] : [messageOf(droppedSaid(untold, now), this.#settings, began)];
    let refused = 0;
    for (const message of [...note, ...messages]) {
      try {
        const room = handover.write(asRecord(message));
        if (room !== undefined) await before(signal, room);
      } catch (thrown) {
        if (!(thrown instanceof SluiceError) || thrown.failure.code !== NOT_SENDABLE) throw thrown;
        refused += 1;
      }
    }
    return refused;
  }

  #sent(messages: number, elapsedMs: number): void {
    const { name, number, log } = this.#options;
    if (this.#failure !== null) log.info(`${name}: log and metrics are sent again.`);
    this.#failures = 0;
    this.#failure = null;
    this.#retryAt = 0;
    this.#lastSentAt = this.#clock.now();
    this.#senderLog ??= new SenderLog(
      log,
      this.#clock,
      { name, sender: number, service: 'internal_senders' },
      this.#totals,
    );
    this.#senderLog.handedOver(messages, elapsedMs, this.#ring.size);
  }

  #failed(failure: Failure): void {
    const { name, log } = this.#options;
    this.#failures += 1;
    // What a person must put right is not tried again sooner than that takes.
    const wait = failure.retryable
      ? backoff(this.#failures, failure, FIRST_BACKOFF_MS, LONGEST_BACKOFF_MS)
      : LONGEST_BACKOFF_MS;
    this.#retryAt = this.#clock.now() + wait;
    if (this.#failure === null)
      log.warning(`${name}: log and metrics could not be sent: ${failureLine(failure)}`);
    this.#failure = failure;
  }
}

/** Goes out under its own tag and without obfuscation, like a test event. */
function asRecord({ tag, pullingId, at, raw }: InternalMessage): OutboundRecord {
  return {
    key: 0,
    source: '',
    kind: 'object',
    type: '',
    pullingId,
    received: at,
    tlp: 'none',
    revoked: false,
    raw,
    tag,
  };
}

/** Rejects as soon as the signal says so: the hand-over's own time-outs are longer than a command's last flush. */
function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new SluiceError(late()));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}

function isTimeout({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function late(): Failure {
  return new SluiceError({
    code: 'devo.internal-late',
    message: 'The endpoint did not take them in time.',
    retryable: true,
  }).failure;
}
