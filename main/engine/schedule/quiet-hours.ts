import type { QuietHours } from '../../../shared/app-settings.ts';

/** Minutes since midnight of `HH:MM`. */
const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/**
 * When the quiet hours that hold at `at` are over; null when none hold. Epoch ms; times of day are this computer's. The same time twice means
 * the whole day, which is never over: then it ends where it began, a day later.
 */
export function quietUntil(quiet: QuietHours, at: number): number | null {
  if (!quiet.enabled) return null;
  const from = minutes(quiet.from);
  const to = minutes(quiet.to);
  const day = new Date(at);
  const now = day.getHours() * 60 + day.getMinutes();
  const over = to <= from;
  const holds = over ? now >= from || now < to : now >= from && now < to;
  if (!holds) return null;
  // By the calendar and not by adding hours: a night may have 23 or 25 of them.
  const tomorrow = over && now >= from ? 1 : 0;
  return new Date(
    day.getFullYear(),
    day.getMonth(),
    day.getDate() + tomorrow,
    Math.floor(to / 60),
    to % 60,
  ).getTime();
}
