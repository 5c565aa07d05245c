import {
  type CewlCells,
  type Problem,
  type RecordRow,
  SEVERITIES,
  severityOf,
} from '../../../shared/records.ts';
import { dateOf, lowerCased } from '../sources/ctci/cewl-values.ts';
import type { SummaryProperty } from './summary-properties.ts';
import {
  counted,
  type Fields,
  grouped,
  joined,
  moment,
  own,
  property,
  quoted,
  sentence,
  text,
  utc,
} from './summary-read.ts';

const DAY = 86_400_000;
/** A longer description is a property of its own. */
const DESCRIPTION_MAX = 600;
/** The first CVE ids were given in 1999; what is dated before is no date of the list. */
const FIRST_CVE = Date.UTC(1999, 0, 1);

/** First sightings, in the words of CTCI's FAQ: each is the first date only. Reference 5.3. */
const SIGHTINGS = [
  ['honeypot', 'attacked at a honeypot', 'First seen at a honeypot'],
  ['intel', 'reported by intelligence', 'First intelligence'],
  ['research', 'looked into by a researcher', 'First research'],
] as const;
const MARKS: Readonly<Record<string, string>> = {
  p: 'provisional',
  i: 'from intelligence',
  h: 'from a honeypot',
  r: 'from research',
};

/** Times are epoch ms; far-off ones have no date. */
const iso = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms));
const day = (ms: number): string => moment(iso(ms)).slice(0, 10);
/** Dates of the list mostly stand for whole days. */
const dated = (ms: number | null): string => (ms === null ? '' : utc(iso(ms)));

/** A row of the early warning list as a person would tell it: what, how severe, since when, and what became of it. */
export function readCewl(row: Pick<RecordRow, 'id' | 'received' | 'cells'>, object: Fields): string[] {
  const o = lowerCased(object);
  const cells = row.cells?.kind === 'cewl' ? row.cells : null;
  if (cells === null) return [sentence(`${quoted(row.id, 100)} on the early warning list`)];
  const description = text(o, 'description');
  return [
    what(row.id, cells),
    sightings(o),
    onTheList(cells),
    became(cells, row.received),
    description.length > DESCRIPTION_MAX ? '' : property(description).trim(),
  ].filter((said) => said !== '');
}

function what(id: string, cells: CewlCells): string {
  const product = quoted([cells.vendor, cells.product].filter((part) => part !== '').join(' '), 160);
  const severity = severityOf(cells);
  const known = (SEVERITIES as readonly string[]).includes(severity);
  return sentence(
    `${quoted(id, 100)} in ${product === '' ? 'a product that the list does not name' : product}`,
    cells.score === null ? 'its base score is not known' : `base score ${cells.score} of 10`,
    known ? `${severity.toLowerCase()} severity` : '',
    quoted(cells.cwe, 60),
  );
}

function sightings(o: Fields): string {
  const found = SIGHTINGS.flatMap(([member, words]) => {
    const at = dateOf(own(o, member));
    return at === null || at === undefined ? [] : [{ at, words }];
  }).sort((a, b) => a.at - b.at);
  const [first, ...later] = found;
  if (first === undefined) return '';
  const told = later.map(({ at, words }) => `${words} ${at === first.at ? 'the same day' : `on ${day(at)}`}`);
  return sentence(`First ${first.words} on ${day(first.at)}`, joined(told));
}

function onTheList({ published, added }: CewlCells): string {
  if (added === null) return published === null ? '' : sentence(`Published on ${day(published)}`);
  const on = `on the list since ${day(added)}`;
  if (published === null) return sentence(`O${on.slice(1)}`);
  const days = Math.round((added - published) / DAY);
  const apart =
    days === 0 ? 'the same day' : `${counted(Math.abs(days), 'day')} ${days > 0 ? 'later' : 'before'}`;
  return sentence(`Published on ${day(published)}`, `${on} (${apart})`);
}

function became({ change }: CewlCells, received: number): string {
  const when = `the pull of ${moment(iso(received))} UTC`;
  switch (change) {
    case 'gone':
      return sentence(`The list no longer had it at ${when}`);
    case 'changed':
      return sentence(`The list had it otherwise than before at ${when}`);
    case 'new':
      return sentence(`New on the list with ${when}`);
  }
}

/** What else is worth reading, with units; times are UTC. */
export function cewlProperties(row: Pick<RecordRow, 'id' | 'cells'>, object: Fields): SummaryProperty[] {
  const o = lowerCased(object);
  const cells = row.cells?.kind === 'cewl' ? row.cells : null;
  const description = text(o, 'description');
  const entries: [label: string, value: string, mono?: boolean][] = [
    ['Base score', cells?.score == null ? '' : `${cells.score} of 10`],
    ['CVSS', generation(o)],
    ['Severity', cells === null || cells.severity === '' ? '' : severityOf(cells)],
    ['Vendor', cells?.vendor ?? ''],
    ['Product', cells?.product ?? ''],
    ['Weakness', cells?.cwe ?? '', true],
    ['Kind of vulnerability', text(o, 'vulnerability_type')],
    ['Published', dated(cells?.published ?? null)],
    ['Added to the list', dated(cells?.added ?? null)],
    ['Discovered', dated(cells?.discovered ?? null)],
    ...SIGHTINGS.map(([member, , label]): [string, string] => [label, dated(dateOf(own(o, member)) ?? null)]),
    ['Reference', text(o, 'reference'), true],
    ['Note', text(o, 'external_note')],
    ['Description', description.length > DESCRIPTION_MAX ? description : ''],
    ['CTCI’s own mark', marks(row.id)],
    ['List number', cells?.idRef == null ? '' : grouped(cells.idRef)],
  ];
  return entries
    .filter(([, value]) => value !== '')
    .map(([label, value, mono]) => ({ label, value: property(value), mono: mono === true }));
}

function generation(o: Fields): string {
  const is = (member: string): boolean => own(o, member) === true || text(o, member).toLowerCase() === 'true';
  return is('base_metric_v3') ? 'version 3' : is('base_metric_v2') ? 'version 2' : '';
}

/** `HR-CVE-…`: from a honeypot, from research. */
function marks(id: string): string {
  const letters = /^([pihr]{1,4})-?CVE-/i.exec(id.trim())?.[1]?.toLowerCase() ?? '';
  return joined([...new Set(letters)].map((letter) => MARKS[letter] ?? ''));
}

/** What an analyst should know of a row before it goes out. Found when a row is opened, like the checks of STIX objects. */
export function checkCewl(row: Pick<RecordRow, 'received' | 'cells'>, object: unknown): Problem[] {
  const cells = row.cells?.kind === 'cewl' ? row.cells : null;
  if (cells === null || typeof object !== 'object' || object === null) return [];
  const o = lowerCased(object as Readonly<Record<string, unknown>>);
  const found: Problem[] = [];
  if (cells.score === null) {
    const said = quoted(text(o, 'base_score'), 40);
    const message = said === '' ? 'There is no base score.' : `The base score is ${said}, not a number.`;
    found.push({ code: 'cewl.score-unknown', message, at: '/base_score' });
  } else if (cells.score < 0 || cells.score > 10) {
    const message = `The base score is ${cells.score}; scores go from 0 to 10.`;
    found.push({ code: 'cewl.score-range', message, at: '/base_score' });
  }
  for (const member of ['cve_date', 'date_added', 'date_discovered', 'honeypot', 'intel', 'research']) {
    const at = dateOf(own(o, member));
    if (at === null || at === undefined) continue;
    const odd =
      at > row.received + DAY ? 'is in the future' : at < FIRST_CVE ? 'lies before the first CVE' : null;
    if (odd === null) continue;
    const message = `The date ${member}, ${day(at)}, ${odd}.`;
    found.push({ code: 'cewl.date-odd', message, at: `/${member}` });
  }
  return found;
}
