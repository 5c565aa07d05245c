import type { Clock } from '../ports.ts';

/** Timers are cut to this so that a clock that jumps or a machine that slept is noticed. */
const LONGEST_WAIT_MS = 30_000;
/** A look that comes this much later than it was set for means that the computer slept. */
const SLEPT_MS = 30_000;

/** One thing that runs every so often. `due` is asked again after each run, so settings may change in between. */
export interface Scheduled {
  name: string;
  /** Epoch ms of the next run, or null while it must not run. */
  due: () => number | null;
  run: () => void;
}

/** Runs what is due. One catch-up after a sleep, never a burst: a run is due once however long it was missed. */
export class Schedule {
  readonly #clock: Clock;
  readonly #entries: () => Scheduled[];
  readonly #onSlept: () => void;
  #timer: NodeJS.Timeout | null = null;
  /** Epoch ms at which the timer is to go off. */
  #expected: number | null = null;
  #stopped = false;

  /** `onSlept` is told before a look that comes far too late: no host need tell that the computer slept. */
  constructor(clock: Clock, entries: () => Scheduled[], onSlept: () => void = () => {}) {
    this.#clock = clock;
    this.#entries = entries;
    this.#onSlept = onSlept;
  }

  /** Looks again now: after a start, a run's end, a changed setting. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const now = this.#clock.now();
    if (this.#expected !== null && now > this.#expected + SLEPT_MS) this.#onSlept();
    let next = now + LONGEST_WAIT_MS;
    for (const entry of this.#entries()) {
      const due = entry.due();
      if (due === null) continue;
      if (due <= now) entry.run();
      else next = Math.min(next, due);
    }
    const wait = Math.max(50, next - now);
    this.#expected = now + wait;
    this.#timer = setTimeout(() => this.wake(), wait);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

/**
 * When a source is due: its period after the last pull began; at once when it never ran. A start further ahead than a period (the clock
 * was set back) is no reason to wait for that time to come again: due now, once.
 */
export function nextRun(lastStartedAt: number | null, periodSeconds: number, now: number): number {
  const period = periodSeconds * 1000;
  if (lastStartedAt === null || lastStartedAt > now + period) return now;
  return lastStartedAt + period;
}
