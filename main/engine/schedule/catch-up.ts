import type { Clock } from '../ports.ts';

/** After sleep or without a network: time for the network to settle, and not every source at once. */
const FIRST_MS = 10_000;
const SPREAD_MS = 20_000;

/** Holds what is due after a sleep or a time offline: each source runs once, somewhere between 10 and 30 seconds later. */
export class CatchUp {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #delays = new Map<string, number>();
  #since: number | null = null;
  #asleep = false;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Nothing starts while the computer goes to sleep. */
  suspend(): void {
    this.#asleep = true;
  }

  /** The computer woke up, or has a network again. */
  begin(): void {
    this.#asleep = false;
    this.#since = this.#clock.now();
    this.#delays.clear();
  }

  get asleep(): boolean {
    return this.#asleep;
  }

  /** Epoch ms before which this source does not run by itself; 0 where nothing holds it. */
  notBefore(name: string): number {
    const since = this.#since;
    // A clock that was set back ends the holding.
    if (since === null || this.#clock.now() < since || this.#clock.now() > since + FIRST_MS + SPREAD_MS)
      return 0;
    let delay = this.#delays.get(name);
    if (delay === undefined) {
      delay = FIRST_MS + Math.floor(this.#random() * SPREAD_MS);
      this.#delays.set(name, delay);
    }
    return since + delay;
  }
}
