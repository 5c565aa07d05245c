import { hash } from 'node:crypto';
import type { CewlCells, Problem, RowChange } from '../../../../shared/records.ts';
import type { CutItem } from '../../json/cut.ts';
import { addProblem, type JsonObject, parseItem } from '../item.ts';
import type { RecordDraft } from '../source.ts';
import { dateOf, lowerCased, numberOf, textOf } from './cewl-values.ts';

/** One row of the list, read as far as comparing it needs. */
export interface CewlRow {
  /** The cve exactly as the list spells it (reference 5.3: CTCI has prefixes of its own); for a row without one, made from its text. */
  id: string;
  /** The id was made. */
  made: boolean;
  /** First 48 bits of SHA-256 of the row's bytes, and the same as hexadecimal digits. */
  digest: number;
  hex: string;
  idRef: number | null;
  bytes: Buffer;
  /** Names in lower case; null for what is no JSON object. */
  values: JsonObject | null;
  problems: Problem[];
}

const DIGEST_DIGITS = 12;
/** What begins an id that was made. */
const MADE = 'no-cve--';
const LONGEST_CVE = 300;
const LONGEST_NAME = 160;
/** How far into a row that is no JSON its cve is looked for. Bytes. */
const HEAD = 65_536;
const CVE_IN_TEXT = /"cve(?:id)?"\s*:\s*"([^"\\\p{Cc}]{1,300})"/iu;
const DATES = ['cve_date', 'date_added', 'date_discovered', 'honeypot', 'intel', 'research'] as const;

/** Reads a row. Never throws and never drops: what cannot be read becomes a row with problems. */
export function readRow(item: CutItem): CewlRow {
  const { object, problems } = parseItem(item);
  const hex = hash('sha256', item.bytes, 'hex');
  const values = object === null ? null : lowerCased(object);
  const cve = values === null ? cveInText(item.bytes) : cveOf(values);
  const digits = hex.slice(0, DIGEST_DIGITS);
  const row = {
    digest: Number.parseInt(digits, 16),
    hex: digits,
    idRef: values === null ? null : numberOf(values.id_ref),
    bytes: item.bytes,
    values,
  };
  if (cve !== null) return { ...row, id: cve, made: false, problems };
  const missing =
    values === null ? problems : addProblem(problems, 'cewl.cve-missing', 'The row has no cve.', '/cve');
  return { ...row, id: `${MADE}${hex.slice(0, 32)}`, made: true, problems: missing };
}

/** Whether an object can be a row: where the list goes on after a broken one. */
export function looksLikeRow(value: object): boolean {
  return cveOf(lowerCased(value as JsonObject)) !== null;
}

export function isMadeId(id: string): boolean {
  return id.startsWith(MADE);
}

/** Reads a version: `<n>.<digest>`, of a row that is gone `<n>.gone`. A digest that is none (gone, or written by something else) is NaN. */
export function readVersion(version: string): { n: number; digest: number } {
  const [n = '', digest = ''] = version.split('.', 2);
  return {
    n: /^\d{1,9}$/.test(n) ? Number(n) : 0,
    digest: /^[0-9a-f]{12}$/.test(digest) ? Number.parseInt(digest, 16) : Number.NaN,
  };
}

/** The row as a version of its record. */
export function rowDraft(row: CewlRow, n: number, change: RowChange): RecordDraft {
  const { cells, problems } = cellsOf(row, change);
  return {
    id: row.id,
    version: `${n}.${change === 'gone' ? change : row.hex}`,
    type: 'cve',
    name: row.values === null ? '' : nameOf(row.values),
    tlp: 'none',
    modified: cells?.added ?? null,
    revoked: change === 'gone',
    raw: row.bytes,
    problems,
    ...(cells === null ? {} : { cells }),
  };
}

function cellsOf(row: CewlRow, change: RowChange): { cells: CewlCells | null; problems: Problem[] } {
  const { values } = row;
  let { problems } = row;
  if (values === null) return { cells: null, problems };
  const dates = new Map<string, number | null>();
  for (const name of DATES) {
    const date = dateOf(values[name]);
    if (date === undefined)
      problems = addProblem(problems, 'cewl.date-unreadable', `The date ${name} cannot be read.`, `/${name}`);
    dates.set(name, date ?? null);
  }
  const first = [dates.get('honeypot'), dates.get('intel'), dates.get('research')].filter((d) => d != null);
  const cells: CewlCells = {
    kind: 'cewl',
    change,
    score: numberOf(values.base_score),
    severity: textOf(values.base_severity),
    vendor: textOf(values.vendor),
    product: textOf(values.product),
    cwe: textOf(values.cwe),
    published: dates.get('cve_date') ?? null,
    added: dates.get('date_added') ?? null,
    discovered: dates.get('date_discovered') ?? null,
    firstSeen: first.length === 0 ? null : Math.min(...first),
    idRef: row.idRef,
  };
  return { cells, problems };
}

/** Vendor and product, else how the description begins. */
function nameOf(values: JsonObject): string {
  const parts = [textOf(values.vendor), textOf(values.product)].filter((part) => part !== '');
  const name = parts.length === 0 ? textOf(values.description) : parts.join(' ');
  return name.slice(0, LONGEST_NAME).replace(/\s+/g, ' ').trim().toWellFormed();
}

function cveOf(values: JsonObject): string | null {
  for (const cve of [values.cve, values.cveid])
    if (typeof cve === 'string' && cve.trim() !== '' && cve.length <= LONGEST_CVE) return cve;
  return null;
}

function cveInText(bytes: Buffer): string | null {
  const cve = CVE_IN_TEXT.exec(bytes.toString('utf8', 0, HEAD))?.[1];
  return cve === undefined || cve.trim() === '' ? null : cve;
}
