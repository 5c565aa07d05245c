import { parseInstant, toMs } from '../instant.ts';
import type { JsonObject } from '../item.ts';

/** Reads values of CEWL rows as the list is known to spell them, and as others might. Reference 5.3 and 5.4. */

/** Numbers from here on are milliseconds, below it seconds. */
const MILLISECONDS_FROM = 1e11;
/** The furthest a Date goes. */
const LAST_MS = 8.64e15;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NO_TEXT = /^(?:|nan|null|unknown)$/i;
const NO_DATE = /^(?:|nan|nat|null|none|n\/a|unknown|-)$/i;
/** A cell is for showing and sorting; the row's own text has all of it. */
const LONGEST_TEXT = 300;

/** The row with its names in lower case; the list's own spelling wins where two differ by case only. */
export function lowerCased(row: JsonObject): JsonObject {
  const names = Object.keys(row);
  if (!names.some((name) => /[A-Z]/.test(name))) return row;
  const lower: Record<string, unknown> = Object.create(null);
  for (const name of names) {
    const to = name.toLowerCase();
    if (name === to || !Object.hasOwn(lower, to)) lower[to] = row[name];
  }
  return lower;
}

/** A number or numeric text; null for anything else (`Unknown`). */
export function numberOf(value: unknown): number | null {
  const n = typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) ? n : null;
}

/** Text, or a number's or truth value's; empty for what says nothing. */
export function textOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return '';
  const text = value.trim().slice(0, LONGEST_TEXT).toWellFormed();
  return NO_TEXT.test(text) ? '' : text;
}

/** Epoch ms of seconds, milliseconds or a written date (UTC unless it says otherwise); null when there is none; undefined when it cannot be read. */
export function dateOf(value: unknown): number | null | undefined {
  if (value === undefined || value === null) return null;
  const n = numberOf(value);
  if (n !== null) {
    const ms = Math.abs(n) > MILLISECONDS_FROM ? n : n * 1000;
    return Math.abs(ms) <= LAST_MS ? Math.trunc(ms) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (NO_DATE.test(text)) return null;
  const instant = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  return instant === null ? undefined : toMs(instant);
}
