import { fieldsOf, objects, text } from './summary-read.ts';

/**
 * CTCI's own marks before an id: provisional, from intelligence, from a honeypot, from research, alone or together (reference 5.3). The
 * number behind them is that of the CVE.
 */
const LISTED = /^(?:[pihr]{1,4}-?)?(CVE-\d{4}-\d{2,19})$/i;
const NAMED = /(?<![a-z0-9])CVE-\d{4}-\d{4,19}(?![0-9])/gi;
/** A report-like vulnerability may list thousands; nobody reads them all. */
const MOST = 50;

/** The CVE that a row of the list is about, `CVE-2024-12345`; null where its id names none. */
export function cveOfRow(id: string): string | null {
  return LISTED.exec(id.trim())?.[1]?.toUpperCase() ?? null;
}

/** The CVEs that a STIX vulnerability is about: those in its name and in the ids of its external references. */
export function cvesOfVulnerability(object: unknown): string[] {
  const o = fieldsOf(object);
  if (o === null) return [];
  const said = [
    text(o, 'name').slice(0, 10_000),
    ...objects(o, 'external_references').map((r) => text(r, 'external_id')),
  ];
  const found = said.flatMap((value) => value.match(NAMED) ?? []).map((cve) => cve.toUpperCase());
  return [...new Set(found)].slice(0, MOST);
}
