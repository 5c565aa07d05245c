/**
 * An instant as TAXII wants it: RFC 3339 UTC with exactly six digits, `2025-10-21T15:10:28.402000Z`.
 * Text of this form compares by time, and keeps the microseconds that a Date would drop. TAXII 2.1 section 1.6.3.
 */
export type Instant = string;

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,12}))?\s*([Zz]|[+-]\d{2}:?\d{2})?$/;

/** Reads RFC 3339 with any offset and any number of digits, and what servers send instead (JavaScript dates, RFC 1123); null for anything else. */
export function parseInstant(text: unknown): Instant | null {
  if (typeof text !== 'string') return null;
  const trimmed = text.trim();
  const m = RFC3339.exec(trimmed);
  if (m === null) {
    if (!/\d{4}/.test(trimmed) || !/[A-Za-z]/.test(trimmed)) return null;
    const ms = Date.parse(trimmed);
    return Number.isNaN(ms) ? null : fromMs(ms);
  }
  const offset = m[4]?.toUpperCase() ?? 'Z';
  const seconds = Date.parse(
    `${m[1]}T${m[2]}${offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset}`,
  );
  if (Number.isNaN(seconds)) return null;
  const micros = (m[3] ?? '').slice(0, 6).padEnd(6, '0');
  return `${new Date(seconds).toISOString().slice(0, 19)}.${micros}Z`;
}

/** Epoch ms to an instant. Years beyond 0–9999 have no such form and are clamped. */
export function fromMs(ms: number): Instant {
  const clamped = Math.min(Math.max(ms, -62_167_219_200_000), 253_402_300_799_999);
  return `${new Date(clamped).toISOString().slice(0, -1)}000Z`;
}

export function toMs(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23)}Z`);
}

/** Moves by whole milliseconds; microseconds stay. */
export function shift(instant: Instant, ms: number): Instant {
  const moved = fromMs(toMs(instant) + ms);
  return `${moved.slice(0, 23)}${instant.slice(23)}`;
}

export function later(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null) return b;
  if (b === null) return a;
  return a > b ? a : b;
}
