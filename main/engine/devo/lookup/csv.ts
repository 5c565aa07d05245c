import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import { type Cell, isInteger } from './cells.ts';

/** RFC 4180: records end in CRLF. */
const END = '\r\n';

/** The line with the columns' names, which hold letters, digits and _ only. */
export function csvHeader(columns: readonly LookupColumn[]): Buffer {
  return Buffer.from(columns.map(({ name }) => name).join(',') + END, 'latin1');
}

/**
 * One cell: quoted with quotes doubled, a whole number bare, nothing for an empty one. Text that a spreadsheet would take for a formula stays
 * as it is: this is data for Devo.
 */
export function csvCell({ text }: Cell, { type }: LookupColumn): string {
  return text === '' || isInteger(type) ? text : quoted(text);
}

/** Text in quotes, quotes in it doubled: commas and line breaks in it end nothing. RFC 4180, 2.5 to 2.7. */
export function quoted(text: string): string {
  return `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`;
}

export const CSV_CELL_SEPARATOR = ',';
export const CSV_ROW_END = END;
