import type { RecordRow } from '../../../shared/records.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import type { RecordDetail, RecordStore } from '../store/store.ts';
import { cveOfRow, cvesOfVulnerability } from './cve.ts';
import { eventRelations, pageOf } from './event-links.ts';
import type { KnownNames } from './known-names.ts';
import { relationFrom, relationsOf } from './relations.ts';
import { checkStix } from './stix-checks.ts';
import { summarise } from './summary.ts';
import { checkCewl } from './summary-cewl.ts';

const MOST_TEXT = 1_000_000;
const MOST_MENTIONS = 200;
/** A report may list a hundred thousand objects: the pane shows the first of them. */
const MOST_RELATIONS = 500;

/** Everything the detail pane shows of one record by itself. Derived views are made here, when a record is opened, never on the path of pulling. */
export function recordDetailView(
  detail: RecordDetail,
  records: RecordStore,
  names: KnownNames,
): Omit<RecordDetailView, 'lookups'> {
  const { raw } = detail;
  const [row = detail.row] = names.in([detail.row]);
  const object = parsed(raw);
  const text = raw.subarray(0, MOST_TEXT).toString('utf8');
  const stix = relations(row, object, records, names);
  const checks =
    row.kind === 'object' && object !== undefined
      ? checkStix(object)
      : row.kind === 'cewl'
        ? checkCewl(row, object)
        : [];
  return {
    row,
    raw: text,
    rawTruncated: raw.length > MOST_TEXT,
    problems: [...detail.problems, ...checks],
    summary: summarise(row.kind, object, row, (id) => names.of(id)),
    versions: detail.versions,
    relations: [
      ...stix.relations,
      ...cveRelations(row, object, records),
      ...eventRelations(row, object, records),
    ],
    relationsBeyond: stix.beyond,
    page: pageOf(row),
    decisions: detail.decisions,
    deliveries: detail.deliveries,
    overrides: detail.overrides,
    supersededBy: detail.supersededBy,
  };
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Outward references named through the store, then what mentions this object; of both the first, and how many there are beyond. */
function relations(
  { id, key }: RecordRow,
  object: unknown,
  records: RecordStore,
  names: KnownNames,
): { relations: RecordDetailView['relations']; beyond: number } {
  const references = object === undefined ? [] : relationsOf(object, id);
  const found = references.slice(0, MOST_RELATIONS);
  const mentioning = records.mentioning(id, MOST_MENTIONS);
  const mentions = mentioning.length < MOST_MENTIONS ? mentioning.length : records.mentions(id);
  const beyond = references.length - found.length + mentions - mentioning.length;
  for (const row of mentioning) {
    if (row.key === key || row.kind !== 'object') continue;
    const other = records.get(row.key);
    const relation = other === null ? null : relationFrom(parsed(other.raw), id);
    for (const one of relation ?? []) found.push(one);
  }
  const unique = new Map(found.map((r) => [`${r.direction} ${r.label} ${r.id}`, r]));
  const ids = [...new Set([...unique.values()].map((r) => r.id))];
  const objects = records.byObjectIds(ids, 1000).filter((row) => row.kind === 'object');
  const rows = new Map(names.in(objects).map((row) => [row.id, row]));
  const named = [...unique.values()].map((relation) => {
    const row = rows.get(relation.id);
    return {
      label: relation.label,
      direction: relation.direction,
      id: relation.id,
      type: relation.type,
      key: row?.key ?? null,
      name: row?.name ?? '',
    };
  });
  return { relations: named, beyond };
}

/** The same CVE in the early warning list and in STIX, from either side: of each row and object its newest version. */
function cveRelations(row: RecordRow, object: unknown, records: RecordStore): RecordDetailView['relations'] {
  const vulnerability = row.kind === 'object' && row.type === 'vulnerability';
  const listed = row.kind === 'cewl' ? cveOfRow(row.id) : null;
  const cves = vulnerability ? cvesOfVulnerability(object) : listed === null ? [] : [listed];
  const found = new Map<string, RecordDetailView['relations'][number]>();
  for (const other of records.aboutCves(cves, MOST_MENTIONS)) {
    if ((other.kind === 'cewl') === (row.kind === 'cewl')) continue;
    const label = other.kind === 'cewl' ? 'listed in CEWL' : 'described by vulnerability';
    const unique = `${other.source} ${other.kind} ${other.id}`;
    if (found.has(unique)) continue;
    const { id, type, key, name } = other;
    found.set(unique, { label, direction: 'out', id, type, key, name });
  }
  return [...found.values()];
}
