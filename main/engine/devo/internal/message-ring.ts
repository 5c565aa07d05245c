/** One message of the internal senders: a log line or a metric, as the JSON object that leaves. */
export interface InternalMessage {
  tag: string;
  pullingId: string;
  /** Epoch ms. */
  at: number;
  raw: Buffer;
}

/** Messages waiting for a destination, at most. */
export const MOST_MESSAGES = 5_000;
export const MOST_BYTES = 4_000_000;

/** What waits to be sent, bounded in number and bytes: the oldest give way, and how many did is kept until somebody has said so. */
export class MessageRing {
  readonly #slots: (InternalMessage | undefined)[] = [];
  readonly #most: number;
  readonly #mostBytes: number;
  /** Numbers of the oldest message and of the next one to come; a message's place is its number modulo the ring's size. */
  #first = 0;
  #next = 0;
  #bytes = 0;
  #untold = 0;
  #dropped = 0;

  constructor(most = MOST_MESSAGES, mostBytes = MOST_BYTES) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#next - this.#first;
  }

  /** Dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Dropped and not yet said to the destination. */
  get untold(): number {
    return this.#untold;
  }

  push(message: InternalMessage): void {
    while (this.size > 0 && (this.size >= this.#most || this.#bytes + message.raw.length > this.#mostBytes)) {
      this.#forgetFirst();
      this.#untold += 1;
      this.#dropped += 1;
    }
    this.#slots[this.#next % this.#most] = message;
    this.#next += 1;
    this.#bytes += message.raw.length;
  }

  /** What waits, the oldest first; `until` is for {@link taken}. The ring keeps it. */
  waiting(): { messages: InternalMessage[]; until: number; untold: number } {
    const messages: InternalMessage[] = [];
    for (let n = this.#first; n < this.#next; n++) {
      const message = this.#slots[n % this.#most];
      if (message !== undefined) messages.push(message);
    }
    return { messages, until: this.#next, untold: this.#untold };
  }

  /** The destination has what {@link waiting} gave; what came since stays. */
  taken({ until, untold }: { until: number; untold: number }): void {
    while (this.#first < until && this.size > 0) this.#forgetFirst();
    this.#untold -= untold;
  }

  #forgetFirst(): void {
    const at = this.#first % this.#most;
    this.#bytes -= this.#slots[at]?.raw.length ?? 0;
    this.#slots[at] = undefined;
    this.#first += 1;
  }
}
