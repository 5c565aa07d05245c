import type { Watched } from './watched.ts';

/** What the window's button in the task bar shows: nothing, a part of 1, or that something goes on without an end in sight. */
export type TaskBarProgress = { mode: 'none' } | { mode: 'part'; value: number } | { mode: 'unknown' };

/** Over all pulls and hand-overs that run. Only what says how much there is can be a part. */
export function taskBarProgress({ pulls, handovers }: Watched): TaskBarProgress {
  if (pulls.size + handovers.size === 0) return { mode: 'none' };
  let received = 0;
  let announced = 0;
  for (const pull of pulls.values()) {
    for (const feed of pull.feeds) {
      if (feed.announced === null || feed.announced === 0) continue;
      announced += feed.announced;
      received += Math.min(feed.received, feed.announced);
    }
  }
  return announced === 0 ? { mode: 'unknown' } : { mode: 'part', value: received / announced };
}
