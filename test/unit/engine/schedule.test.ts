import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nextRun, Schedule } from '../../../main/engine/schedule/schedule.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';

const START = 1_700_000_000_000;
const HOUR = 3_600_000;

describe('the next run', () => {
  test('at once when it never ran, a period after the last start', () => {
    expect(nextRun(null, 60, START)).toBe(START);
    expect(nextRun(START - 10_000, 60, START)).toBe(START + 50_000);
  });
  test('long missed is due once, in the past, not several times', () => {
    expect(nextRun(START - 50 * HOUR, 60, START)).toBeLessThan(START);
  });
  test('a last start far in the future, because the clock was set back, is due now', () => {
    expect(nextRun(START + 24 * HOUR, 60, START)).toBe(START);
  });
  test('a last start a moment ahead, because the clock was corrected, keeps its period', () => {
    expect(nextRun(START + 100, 60, START)).toBe(START + 60_100);
  });
});

describe('the schedule', () => {
  let clock: FakeClock;
  let last: number | null;
  let runs: number[];
  let schedule: Schedule;
  const PERIOD = 60;

  beforeEach(() => {
    vi.useFakeTimers();
    clock = fakeClock(START);
    last = START;
    runs = [];
    schedule = new Schedule(clock, () => [
      {
        name: 'feed',
        due: () => (last === null ? null : nextRun(last, PERIOD, clock.now())),
        run: () => {
          runs.push(clock.now());
          last = clock.now();
        },
      },
    ]);
    schedule.wake();
  });
  afterEach(() => {
    schedule.stop();
    vi.useRealTimers();
  });

  /** Time goes by evenly for timers and the wall. */
  function pass(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      clock.at += 100;
      vi.advanceTimersByTime(100);
    }
  }

  test('runs once a period', () => {
    pass(59_000);
    expect(runs).toEqual([]);
    pass(2_000);
    expect(runs).toHaveLength(1);
    pass(60_000);
    expect(runs).toHaveLength(2);
  });

  test('a machine that slept for a day catches up once', () => {
    clock.at += 24 * HOUR;
    pass(31_000);
    expect(runs).toHaveLength(1);
    pass(20_000);
    expect(runs).toHaveLength(1);
  });

  test('a look that comes far too late means that the computer slept', () => {
    const slept: number[] = [];
    const watching = new Schedule(
      clock,
      () => [],
      () => slept.push(clock.at),
    );
    watching.wake();
    pass(120_000);
    watching.wake();
    expect(slept).toEqual([]);
    clock.at += 10 * 60_000;
    pass(31_000);
    expect(slept).toHaveLength(1);
    pass(120_000);
    expect(slept).toHaveLength(1);
    watching.stop();
  });

  test('a clock set back by a day: one catch-up, then every period again', () => {
    clock.at -= 24 * HOUR;
    pass(61_000);
    expect(runs).toHaveLength(1);
    pass(125_000);
    expect(runs).toHaveLength(3);
  });

  test('what may not run does not, and runs when it may again', () => {
    last = null;
    pass(120_000);
    expect(runs).toEqual([]);
    last = START - HOUR;
    schedule.wake();
    expect(runs).toHaveLength(1);
  });

  test('after stop nothing runs', () => {
    schedule.stop();
    pass(200_000);
    schedule.wake();
    pass(200_000);
    expect(runs).toEqual([]);
  });
});
