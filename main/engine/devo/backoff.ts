import type { Failure } from '../../../shared/errors.ts';

/** A peer's Retry-After is honoured up to this. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/** Doubles from `first` to `longest`, ms; what the peer asks for counts when it is longer. `failures` in a row, from 1. */
export function backoff(failures: number, failure: Failure, first: number, longest: number): number {
  const own = Math.min(longest, first * 2 ** (failures - 1));
  const asked = failure.details.retryAfterMs;
  return typeof asked === 'number' ? Math.max(own, Math.min(asked, LONGEST_RETRY_AFTER_MS)) : own;
}
