import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The real clock. Sleeping keeps the process alive and is cut short by the signal. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
  },
};
