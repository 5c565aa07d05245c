import type { QuietHours } from '../../../shared/app-settings.ts';
import { quietUntil } from './quiet-hours.ts';
import { nextRun } from './schedule.ts';

/** Everything that decides when a source runs by itself. Times in epoch ms. */
export interface Circumstances {
  now: number;
  enabled: boolean;
  /** Its own schedule or all of them. */
  paused: boolean;
  running: boolean;
  lastStartedAt: number | null;
  periodSeconds: number;
  /** Nothing that it asks is on another computer. */
  local: boolean;
  online: boolean;
  asleep: boolean;
  /** Not before this: catching up after a sleep, settings just saved, refused a moment ago. */
  notBefore: number;
  quiet: QuietHours;
}

/** When a source runs next by itself; null while something must end first. */
export function dueAt(c: Circumstances): number | null {
  if (!c.enabled || c.paused || c.running || c.asleep) return null;
  if (!c.online && !c.local) return null;
  const next = Math.max(nextRun(c.lastStartedAt, c.periodSeconds, c.now), c.notBefore);
  if (!c.quiet.holdPulls) return next;
  // A run that is due already would start now.
  return quietUntil(c.quiet, Math.max(next, c.now)) ?? next;
}
