import type { DevoSyslogSettings } from '../../../shared/settings.ts';

/** Facility user (1), severity info (6): `<14>`, as Devo's Python SDK sends. Reference 1.4. */
export const PRIORITY = 14;

/** The DATE field that Devo's SDK sends when it is given none: Devo then stamps the event on arrival. Two spaces. Reference 1.4. */
const NO_DATE = 'Jan  1 00:00:00';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/**
 * The DATE field. `iso` is `YYYY-MM-DD HH:MM:SS.mmm`, `rfc3164` is `Mmm dd HH:MM:SS` with the day space-padded. UTC always, so that what
 * was previewed is what is sent, wherever and whenever it is sent. Reference 1.5.
 */
export function dateField(option: DevoSyslogSettings['date'], received: number): string {
  if (option === 'none') return NO_DATE;
  const iso = new Date(received).toISOString();
  if (option === 'iso') return iso.slice(0, 23).replace('T', ' ');
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  const day = String(Number(iso.slice(8, 10))).padStart(2, ' ');
  return `${month} ${day} ${iso.slice(11, 19)}`;
}

/** `<14>DATE HOST TAG: `, everything of a frame before the message. Reference 1.4. */
export function syslogHead(date: string, host: string, tag: string): Buffer {
  return Buffer.from(`<${PRIORITY}>${date} ${host} ${tag}: `, 'utf8');
}

/** `LENGTH SP` for a frame of this many bytes, its trailing LF counted. RFC 6587 3.4.1, reference 1.4. */
export function octetCount(frameLength: number): Buffer {
  return Buffer.from(`${frameLength} `, 'latin1');
}

/** A name that fits the HOST field: printable ASCII without spaces; `-` when nothing is left. */
export function hostField(name: string): string {
  return name.replace(/[^!-~]/g, '-') || '-';
}

/** Whether the bytes hold a line break that would end a frame early. */
export function hasLineBreak(bytes: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf(LF, start);
  return at >= 0 && at < end;
}

/** Turns line breaks into spaces. In well-formed JSON they can only stand between tokens, so the value stays the same. Keeps the length. */
export function lineBreaksToSpaces(bytes: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.from(bytes.subarray(start, end));
  for (let i = 0; i < copy.length; i++) {
    if (copy[i] === LF || copy[i] === CR) copy[i] = SPACE;
  }
  return copy;
}
