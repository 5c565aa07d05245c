import type { Clock } from '../../../main/engine/ports.ts';

/** A wall clock that is moved by hand; it may jump either way. */
export interface FakeClock extends Clock {
  at: number;
}

export function fakeClock(at: number): FakeClock {
  const clock: FakeClock = {
    at,
    now: () => clock.at,
    monotonic: () => performance.now(),
    sleep: async () => {},
  };
  return clock;
}
