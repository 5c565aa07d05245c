/** Reading of untrusted, possibly malformed STIX: nothing here throws, whatever the server sent. */

/** An object's properties; only own ones count, so that `__proto__` and `constructor` are ordinary names. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longest text a sentence quotes, characters. */
const SENTENCE_MAX = 300;
/** Longest sentence, characters: lists in it may be of any length. */
const SENTENCE_LONGEST = 2000;
/** Longest property value, characters. The server's whole text is one tab away. */
const PROPERTY_MAX = 20_000;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** Strings as they are, numbers and booleans as text, everything else empty. */
export function scalar(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return '';
  // A larger integer has already lost digits in parsing; the server's text still has them.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? `about ${value}` : String(value);
}

export function text(fields: Fields, key: string): string {
  return scalar(own(fields, key));
}

/** The scalars of a list; a lone scalar counts as a list of one. */
export function list(fields: Fields, key: string): string[] {
  const value = own(fields, key);
  const entries = Array.isArray(value) ? value : [value];
  return entries.map(scalar).filter((entry) => entry !== '');
}

/** The objects of a list. */
export function objects(fields: Fields, key: string): Fields[] {
  const value = own(fields, key);
  return Array.isArray(value) ? objectsAmong(value) : [];
}

export function objectsAmong(values: readonly unknown[]): Fields[] {
  return values.map(fieldsOf).filter((entry) => entry !== null);
}

/** Marks that change how text around them reads are written out: a reading must not be turned around by what it quotes. */
export function visible(value: string): string {
  return value
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\p{Bidi_Control}\p{Cc}\u200b\u2060\ufeff\u2028\u2029]/gu, (mark) =>
      mark === '\n' || mark === '\t'
        ? mark
        : `⟨U+${mark.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}

function cut(value: string, max: number): string {
  if (value.length <= max) return value;
  return value.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}

/** For use inside a sentence: one line, bounded. */
export function quoted(value: string, max = SENTENCE_MAX): string {
  const line = visible(cut(value, max * 4))
    .replace(/\s+/g, ' ')
    .trim();
  const short = cut(line, max);
  return short.length < line.length || value.length > max * 4 ? `${short.trimEnd()}…` : short;
}

/** For a property: lines stay, bounded. */
export function property(value: string): string {
  const short = visible(cut(value, PROPERTY_MAX));
  if (value.length <= PROPERTY_MAX) return short;
  return `${short}… (${grouped(value.length)} characters in all)`;
}

/** `12,345`; what is no number stays as it is. */
export function grouped(value: number | string): string {
  const digits = String(value);
  return /^\d+$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, ',') : digits;
}

const instantForm = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d)(?::(\d\d)(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/;

/** A timestamp without its zone, in UTC: `2026-05-01`, or with the time where it is not midnight. What is no timestamp stays. */
export function moment(value: string): string {
  const match = instantForm.exec(value);
  const at = match === null ? Number.NaN : Date.parse(value);
  if (match === null || Number.isNaN(at)) return quoted(value, 60);
  const iso = new Date(at).toISOString();
  const time = iso.slice(11, 19);
  if (time === '00:00:00' && !/[1-9]/.test(match[4] ?? '')) return iso.slice(0, 10);
  return `${iso.slice(0, 10)} ${time.endsWith(':00') ? time.slice(0, 5) : time}`;
}

/** {@link moment} with its zone named. */
export function utc(value: string): string {
  return instantForm.test(value) && !Number.isNaN(Date.parse(value)) ? `${moment(value)} UTC` : moment(value);
}

/** `valid from 2026-05-01 UTC until 2026-08-01`, or what of it is known. */
export function validity(from: string, until: string): string {
  if (from === '') return lead('valid until ', until && utc(until));
  return `valid from ${utc(from)}${lead(' until ', until && moment(until))}`;
}

/** `malicious-activity` as `malicious activity`. */
export function words(value: string): string {
  return quoted(value).replace(/[-_]+/g, ' ');
}

/** `a, b and c`. */
export function joined(parts: readonly string[], glue: 'and' | 'or' = 'and'): string {
  const last = parts.at(-1);
  if (last === undefined) return '';
  return parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} ${glue} ${last}`;
}

export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** `Word value` or nothing. */
export function lead(before: string, value: string): string {
  return value === '' ? '' : `${before}${value}`;
}

/** Puts a sentence together from its parts, leaving out the empty ones, with commas between and a full stop. */
export function sentence(...parts: readonly string[]): string {
  const said = cut(parts.filter((part) => part !== '').join(', '), SENTENCE_LONGEST);
  if (said.length === SENTENCE_LONGEST) return `${said}…`;
  return said === '' || /[.…!?]$/.test(said) ? said : `${said}.`;
}
