import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import { eachTopLevelMember, type Span } from '../../json/locate.ts';

/** What stood in the record's text: the official SDK writes each form differently. `none` is null or a member that is not there. */
export type CellForm = 'text' | 'number' | 'boolean' | 'json' | 'none';

/** One cell of a row, as exact text. */
export interface Cell {
  form: CellForm;
  /** Strings decoded, numbers in the server's own spelling, `true` and `false`, objects and arrays as their JSON text, else empty. */
  text: string;
  /** Obfuscation put its value there. */
  hidden: boolean;
  /** What the server sent, where the column's type cannot hold it and the cell is empty for that. */
  unfit: string | null;
}

/** The list's own other spellings of a member. Reference 5.3, 5.4. */
const OTHER_SPELLINGS: Readonly<Record<string, readonly string[]>> = { cve: ['cveid'], year: ['year_'] };
/** Bytes that a whole number of the type has; other types hold text. */
const INTEGER_BITS: Readonly<Record<string, number>> = { INT8: 64, INT4: 32 };

const QUOTE = 0x22;

/** Which columns a member fills, by its lower-case name. */
export interface ColumnIndex {
  columns: readonly LookupColumn[];
  byMember: ReadonlyMap<string, readonly ColumnUse[]>;
  /** Members with longer names fill nothing. */
  longest: number;
}

interface ColumnUse {
  at: number;
  /** The member's name where it is spelled as the settings say. */
  exact: string;
  /** A member found under a name of a lower rank is replaced by one of a higher. */
  rank: number;
}

export function indexColumns(columns: readonly LookupColumn[]): ColumnIndex {
  const byMember = new Map<string, ColumnUse[]>();
  const use = (member: string, one: ColumnUse): void => {
    byMember.set(member, [...(byMember.get(member) ?? []), one]);
  };
  for (const [at, { name, field }] of columns.entries()) {
    const exact = field ?? name;
    use(exact.toLowerCase(), { at, exact, rank: 2 });
    for (const other of OTHER_SPELLINGS[exact.toLowerCase()] ?? []) use(other, { at, exact: other, rank: 1 });
  }
  return { columns, byMember, longest: Math.max(...[...byMember.keys()].map((member) => member.length)) };
}

/**
 * The cells of a row, one a column, from the record's text (one well-formed JSON object). A name that is spelled exactly wins over one that
 * differs in case, and of equal ones the last.
 * @param hidden where obfuscation put its values.
 */
export function cellsOf(
  object: Buffer,
  { columns, byMember, longest }: ColumnIndex,
  hidden: readonly Span[] = [],
): Cell[] {
  const cells = columns.map((): Cell => ({ form: 'none', text: '', hidden: false, unfit: null }));
  const ranks = new Uint8Array(columns.length);
  eachTopLevelMember(object, longest, (name, start, end) => {
    const uses = byMember.get(name.toLowerCase());
    if (uses === undefined) return;
    for (const { at, exact, rank: named } of uses) {
      const rank = named * 2 + (name === exact ? 1 : 0);
      if (rank < (ranks[at] ?? 0)) continue;
      ranks[at] = rank;
      cells[at] = cellOf(object, start, end, hidden);
    }
  });
  return cells;
}

/**
 * The same cells with those empty that their column's type cannot hold: an `INT8` is a whole number in range, however it is spelled
 * (`"2021"`, `2021.0`, `2.021e3`), and is written plainly. Nothing and the empty text fit everywhere.
 */
export function fitted(cells: readonly Cell[], columns: readonly LookupColumn[]): Cell[] {
  return cells.map((cell, at) => {
    const bits = INTEGER_BITS[columns[at]?.type ?? ''];
    if (bits === undefined || cell.form === 'none' || cell.text.trim() === '') return cell;
    const whole = cell.form === 'text' || cell.form === 'number' ? wholeNumber(cell.text, bits) : null;
    return whole === null ? { ...cell, text: '', unfit: cell.text } : { ...cell, text: whole };
  });
}

/** Whether cells of this type are whole numbers. */
export function isInteger(type: string): boolean {
  return Object.hasOwn(INTEGER_BITS, type);
}

function cellOf(object: Buffer, start: number, end: number, hiddenSpans: readonly Span[]): Cell {
  const hidden = hiddenSpans.some(([from, to]) => from < end && to > start);
  const raw = object.toString('utf8', start, end);
  if (object[start] === QUOTE) {
    const text = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
    return { form: 'text', text, hidden, unfit: null };
  }
  switch (raw) {
    case 'null':
      return { form: 'none', text: '', hidden, unfit: null };
    case 'true':
    case 'false':
      return { form: 'boolean', text: raw, hidden, unfit: null };
    default:
      return { form: /^[[{]/.test(raw) ? 'json' : 'number', text: raw, hidden, unfit: null };
  }
}

/** A whole number that is written plainly and fits in any case. */
const PLAIN = /^(?:0|-?[1-9]\d{0,8})$/;
const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
/** No whole number of 64 bits has more digits, however long its spelling. */
const LONGEST_NUMBER = 400;

/** The number in plain digits, exactly; null when it is none, has a fraction or does not fit. */
function wholeNumber(spelled: string, bits: number): string | null {
  if (PLAIN.test(spelled)) return spelled;
  const trimmed = spelled.trim();
  const found = trimmed.length > LONGEST_NUMBER ? null : NUMBER.exec(trimmed);
  if (found === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (/[1-9]/.test(digits.slice(Math.max(0, point)))) return null;
  const value = BigInt(`0${digits.slice(0, Math.max(0, point)).padEnd(point, '0')}`);
  const signed = sign === '-' ? -value : value;
  return BigInt.asIntN(bits, signed) === signed ? String(signed) : null;
}
