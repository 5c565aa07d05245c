import type { Clock, Log } from '../ports.ts';

/** How often a long hand-over says its numbers. Seeds: `DevoSenderManagerMonitor(…) -> Starting thread (every 300 seconds)`. */
const MONITOR_SECONDS = 300;

/** Messages handed over since the process started, by destination. Kept by the caller over several hand-overs. */
export type SenderTotals = Map<string, number>;

/** The seeds' sender services: what Sluice says of itself, events, and rows of lookups. */
export type SenderService = 'internal_senders' | 'standard_senders' | 'lookup_senders';
const TITLES: Readonly<Record<SenderService, string>> = {
  internal_senders: 'Internal',
  standard_senders: 'Standard',
  lookup_senders: 'Lookup',
};

/** A sender service's lines of one destination, word for word as in the seeds ("Sender services"). */
export class SenderLog {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #service: SenderService;
  readonly #totals: SenderTotals;
  #since: number;
  #sinceMonotonic: number;
  #sinceMessages = 0;
  #elapsedMs = 0;

  constructor(
    log: Log,
    clock: Clock,
    { name, sender, service }: { name: string; sender: number; service: SenderService },
    totals: SenderTotals,
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#name = name;
    this.#service = service;
    this.#totals = totals;
    this.#since = clock.now();
    this.#sinceMonotonic = clock.monotonic();
    log.info(`DevoSender(${service},devo_sender_${sender}) -> Starting thread`);
    log.info(
      `DevoSenderManagerMonitor(${service},${name}) -> Starting thread (every ${MONITOR_SECONDS} seconds)`,
    );
    log.info(`DevoSenderManager(${service},manager,${name}) -> Starting thread`);
  }

  /** A batch has been handed over; `queued` are still waiting. */
  handedOver(messages: number, elapsedMs: number, queued: number): void {
    this.#totals.set(this.#name, (this.#totals.get(this.#name) ?? 0) + messages);
    this.#sinceMessages += messages;
    this.#elapsedMs += elapsedMs;
    if (this.#clock.monotonic() - this.#sinceMonotonic >= MONITOR_SECONDS * 1000) this.statistics(queued);
  }

  /** The three lines of the sender service, then a new checkpoint. */
  statistics(queued: number): void {
    const total = this.#totals.get(this.#name) ?? 0;
    const elapsed = (this.#elapsedMs / 1000).toFixed(3);
    this.#log.info('Number of available senders: 1');
    this.#log.info(`sender manager internal queue size: ${queued}`);
    this.#log.info(
      `${TITLES[this.#service]} - Total number of messages sent: ${total}, messages sent since "${checkpoint(this.#since)}": ${this.#sinceMessages} (elapsed ${elapsed} seconds)`,
    );
    this.#since = this.#clock.now();
    this.#sinceMonotonic = this.#clock.monotonic();
    this.#sinceMessages = 0;
    this.#elapsedMs = 0;
  }
}

/** `2023-01-10 16:09:16.116750+00:00`, as Python prints it; microseconds end in 000 here. */
function checkpoint(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 23).replace('T', ' ')}000+00:00`;
}
