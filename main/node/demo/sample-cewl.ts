import { type Random, seededRandom } from './sample-stix-random.ts';
import { cve, productName, weaknessName } from './sample-stix-words.ts';

/** A row of the CVE Early Warning List as CTCI's own client reads it. Reference 5.3. */
export type CewlSampleRow = Record<string, string | number | boolean | null>;

export interface CewlSampleOptions {
  rows: number;
  seed?: number;
  /** CVE ids to use for about every third row, each once. */
  cves?: readonly string[];
}

const VENDORS = ['Orlin', 'Tessarin', 'Quorra', 'Maplin', 'Heliod', 'Brisk', 'Nomad', 'Kettle', ''] as const;
const CWES = [
  'CWE-22',
  'CWE-78',
  'CWE-79',
  'CWE-94',
  'CWE-287',
  'CWE-416',
  'CWE-502',
  'CWE-787',
  '',
] as const;
/** CTCI's own: provisional, from intelligence, from a honeypot, from research. Reference 5.3. */
const PREFIXES = ['p', 'i', 'h', 'HR-'] as const;
const DAY = 86_400_000;
const LAST = Date.UTC(2026, 9, 30);
const FIRST_ID_REF = 1_000;
/** The list, oldest row first: the same options give the same rows. Constant memory. */
export function* generateCewl({
  rows,
  seed = 20_260_501,
  cves = [],
}: CewlSampleOptions): Generator<CewlSampleRow> {
  const random = seededRandom(seed);
  const used = new Set(cves);
  for (let i = 0; i < rows; i++) {
    const known = i % 3 === 0 ? cves[i / 3] : undefined;
    const id = known ?? freshId(random, i, rows, used);
    used.add(id);
    yield cewlRow(random, id, FIRST_ID_REF + i, LAST - (rows - i) * Math.min(DAY / 4, (900 * DAY) / rows));
  }
}

/** Small lists take ids that look like those of the sample's vulnerabilities; large ones count, since those would run out. */
function freshId(random: Random, i: number, rows: number, used: ReadonlySet<string>): string {
  if (rows > 10_000) return `${i % 10 === 7 ? 'p' : ''}CVE-2099-${100_000 + i}`;
  for (;;) {
    const id = `${random.chance(0.1) ? random.pick(PREFIXES) : ''}${cve(random)}`;
    if (!used.has(id)) return id;
  }
}

export function cewlRow(random: Random, id: string, idRef: number, addedAt: number): CewlSampleRow {
  const vendor = random.pick(VENDORS);
  const product = vendor === '' ? '' : productName(random).split(' ').slice(1).join(' ');
  const score = random.chance(0.06) ? 'Unknown' : random.int(31, 100) / 10;
  const added = Math.round(addedAt);
  const seen = (share: number): number | null =>
    random.chance(share) ? added - random.int(0, 40) * DAY : null;
  const weakness = weaknessName(random);
  return {
    id_ref: idRef,
    cve: id,
    year: Number(/(\d{4})/.exec(id)?.[1] ?? 2099),
    base_score: score,
    base_severity: severity(score),
    cve_date: added - random.int(1, 120) * DAY,
    vendor: vendor.toLowerCase(),
    product,
    vulnerability_type: random.chance(0.7) ? '' : weakness,
    description: describe(random, weakness, `${vendor} ${product}`.trim()),
    date_added: added,
    date_discovered: seen(0.5),
    reference: `https://advisories.example.org/${id.toLowerCase()}`,
    base_metric_v2: false,
    base_metric_v3: score !== 'Unknown',
    updated: null,
    cwe: random.pick(CWES),
    external_note: random.chance(0.1)
      ? 'Seen together with "=1+1" in the user agent; see the note, please.'
      : '',
    enabled: true,
    processed: false,
    notified: random.chance(0.5),
    notified_date: null,
    honeypot: seen(0.4),
    intel: seen(0.5),
    research: seen(0.2),
  };
}

function severity(score: number | 'Unknown'): string {
  if (score === 'Unknown') return 'Unknown';
  return score >= 9 ? 'Critical' : score >= 7 ? 'High' : score >= 4 ? 'Medium' : 'Low';
}

function describe(random: Random, weakness: string, where: string): string {
  const place = where === '' ? 'an embedded web server' : where;
  const how = random.pick([
    `A crafted request reaches a ${weakness} before anybody has logged on`,
    `A ${weakness} can be reached from the management page`,
    `An attachment that is only previewed triggers a ${weakness}`,
    `A ${weakness} in the update check trusts what it downloads`,
  ]);
  const seen = random.pick([
    'attempts come from rented servers and begin with a scan of the version page',
    'a working example has been passed around since the advisory was published',
    'the same senders were met with other flaws in the weeks before',
    'no fix is available; the service can be switched off meanwhile',
  ]);
  return `${how} in ${place} ${random.int(1, 9)}.${random.int(0, 30)}; ${seen}.`;
}
