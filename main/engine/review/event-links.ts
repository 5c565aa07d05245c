import type { RecordRow } from '../../../shared/records.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import type { RecordStore } from '../store/store.ts';
import { fieldsOf, objects, text } from './summary-read.ts';

/** Values looked for, records shown for each, and how many hits of the search are read to find them. */
const MOST_VALUES = 12;
const MOST_RECORDS = 10;
const MOST_HITS = 40;
const LONGEST_VALUE = 500;

/** What stands for one thing wherever it is met: addresses, hosts, URLs, mailboxes, hashes, CVEs. A country or a sector is none. */
const OBSERVABLES: readonly RegExp[] = [
  /^\d{1,3}(\.\d{1,3}){3}$/,
  /^[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7}$/i,
  /^(?=.{4,253}$)([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/i,
  /^[a-z]+:\/\/\S+$/i,
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i,
  /^CVE-\d{4}-\d{4,}$/i,
];

/** STIX records that hold a value of the event's attributes or indicators, by the search index; of each object its newest version. */
export function eventRelations(
  row: RecordRow,
  object: unknown,
  records: RecordStore,
): RecordDetailView['relations'] {
  const event = fieldsOf(object);
  if (row.kind !== 'event' || event === null) return [];
  const found = new Map<string, RecordDetailView['relations'][number]>();
  for (const value of valuesOf(event)) {
    const { rows } = records.page({
      filter: { kind: ['object'], text: value },
      sort: { by: 'arrival', dir: 'desc' },
      limit: MOST_HITS,
    });
    let shown = 0;
    for (const { id, type, key, name } of rows) {
      const unique = `${value} ${id}`;
      if (found.has(unique) || shown >= MOST_RECORDS) continue;
      // The search takes the last word as a beginning: 203.0.113.1 finds 203.0.113.12 too.
      if (!holds(records.get(key)?.raw ?? null, value)) continue;
      shown++;
      found.set(unique, { label: `shares ${value}`, direction: 'out', id, type, key, name });
    }
  }
  return [...found.values()];
}

/** The event's page in ThreatQ; null for other records, and for ids that ThreatQ does not give. Reference 6. */
export function pageOf({ kind, apiRoot, id }: Pick<RecordRow, 'kind' | 'apiRoot' | 'id'>): string | null {
  if (kind !== 'event' || !/^\d{1,20}$/.test(id) || !/^https?:\/\//.test(apiRoot)) return null;
  return `${apiRoot}events/${id}/details`;
}

function valuesOf(event: Readonly<Record<string, unknown>>): string[] {
  const said = [...objects(event, 'attributes'), ...objects(event, 'indicators')].map((o) =>
    text(o, 'value').trim(),
  );
  const observables = said.filter(
    (value) => value.length <= LONGEST_VALUE && OBSERVABLES.some((form) => form.test(value)),
  );
  return [...new Set(observables)].slice(0, MOST_VALUES);
}

/** Whether the value stands there whole: what goes on before or after it would make another of it. */
function holds(raw: Buffer | null, value: string): boolean {
  if (raw === null) return false;
  const folded = raw.toString('utf8').toLowerCase();
  const wanted = value.toLowerCase();
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const around = `${folded[at - 1] ?? ''} ${folded[at + wanted.length] ?? ''}`;
    if (!/[\p{L}\p{N}_-]/u.test(around)) return true;
  }
  return false;
}
