import type { Clock } from '../ports.ts';

/** Timers are cut to this so that a clock that jumps or a machine that slept is noticed. */
const LONGEST_WAIT_MS = 30_000;

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
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(clock: Clock, entries: () => Scheduled[]) {
    this.#clock = clock;
    this.#entries = entries;
  }

  /** Looks again now: after a start, a run's end, a changed setting. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const now = this.#clock.now();
    let next = now + LONGEST_WAIT_MS;
    for (const entry of this.#entries()) {
      const due = entry.due();
      if (due === null) continue;
      if (due <= now) entry.run();
      else next = Math.min(next, due);
    }
    this.#timer = setTimeout(() => this.wake(), Math.max(50, next - now));
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
