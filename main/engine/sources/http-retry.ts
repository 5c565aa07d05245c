/** How long to wait before asking again. */

const FIRST_MS = 1_000;
const CAP_MS = 60_000;
/** A server that asks for more than this is not waited for: the schedule comes back to it. */
export const LONGEST_WAIT_MS = 3_600_000;

/**
 * `Retry-After` as a delay from now: seconds or an HTTP date (RFC 9110 section 10.2.3); null for rubbish, negative or absent.
 * An HTTP date is read against the server's own `Date`, so that a wrong clock on either side does not matter.
 */
export function retryAfterMs(
  value: string | undefined,
  serverDate: string | undefined,
  now: number,
): number | null {
  if (value === undefined) return null;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    const ms = Number(text) * 1000;
    return Number.isFinite(ms) ? ms : null;
  }
  if (!/^[A-Za-z]{3}/.test(text)) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  const reference = serverDate === undefined ? Number.NaN : Date.parse(serverDate);
  const ms = at - (Number.isNaN(reference) ? now : reference);
  return ms >= 0 ? ms : null;
}

/** Doubles from a second up to a minute, half of it random, so that many clients do not come back together. `attempt` counts from 1. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(CAP_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(whole / 2 + (random() * whole) / 2);
}

/** 408, 429 and 5xx may pass; every other status is an answer. 501 and 505 are answers too. */
export function mayPass(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}
