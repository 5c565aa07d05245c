import { z } from 'zod';
import { TLP_LEVELS } from './tlp.ts';

/** A STIX object version, a TAXII manifest entry, a row of CTCI's CVE Early Warning List, a ThreatQuotient event. SPEC 1. */
export const RECORD_KINDS = ['object', 'manifest', 'cewl', 'event'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** The analyst's decision. Every record starts staged. SPEC 1. */
export const DECISIONS = ['staged', 'approved', 'held', 'rejected'] as const;
export type Decision = (typeof DECISIONS)[number];

/** The delivery state of a record over all destinations it is routed to. SPEC 1. "Handed over", never "ingested". */
export const DELIVERIES = ['none', 'queued', 'handed_over', 'failed'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const recordKind = z.enum(RECORD_KINDS);
export const decision = z.enum(DECISIONS);
export const delivery = z.enum(DELIVERIES);
export const tlp = z.enum(TLP_LEVELS);

/** How a row of a table that is pulled whole differs from what the store had before it. */
export const ROW_CHANGES = ['new', 'changed', 'gone'] as const;
export type RowChange = (typeof ROW_CHANGES)[number];

/** The dimensions a facet can be counted by. */
export const FACETS = [
  'source',
  'collection',
  'kind',
  'type',
  'tlp',
  'severity',
  'change',
  'decision',
  'delivery',
] as const;
export type Facet = (typeof FACETS)[number];

const someOf = <T extends z.ZodType>(of: T) => z.array(of).max(500);
const dimensions = {
  source: someOf(z.string()).optional(),
  /** The collection's own id as the server spells it. */
  collection: someOf(z.string()).optional(),
  kind: someOf(recordKind).optional(),
  /** STIX type. */
  type: someOf(z.string()).optional(),
  tlp: someOf(tlp).optional(),
  /** A CEWL row's, as {@link severityOf} words it; only CEWL rows have one. */
  severity: someOf(z.string()).optional(),
  /** Of a row of a table against the pull before; only CEWL rows have one. */
  change: someOf(z.enum(ROW_CHANGES)).optional(),
  decision: someOf(decision).optional(),
  delivery: someOf(delivery).optional(),
};

/** What a set of records is described by. Lists are "any of"; different dimensions are "and"; `not` excludes. */
export const recordFilter = z.strictObject({
  ...dimensions,
  not: z.strictObject(dimensions).optional(),
  /** Exact object ids. */
  id: someOf(z.string()).optional(),
  /** Full text: words are ANDed, the last one matches as a prefix. */
  text: z.string().max(500).optional(),
  /** Received at or after / before this instant, epoch ms. */
  receivedFrom: z.number().optional(),
  receivedTo: z.number().optional(),
  pullingId: z.string().max(40).optional(),
  /** true: only records with problems. */
  problems: z.boolean().optional(),
  /** Only records that had arrived when the view was opened: record keys up to and including this. */
  asOf: z.number().int().nonnegative().optional(),
});
export type RecordFilter = z.infer<typeof recordFilter>;

/** Columns that only some kinds have. What has no value there is below every value: first ascending, last descending. */
export const CELL_SORTS = [
  'score',
  'severity',
  'vendor',
  'product',
  'cwe',
  'firstSeen',
  'added',
  'published',
  'idRef',
  'happened',
] as const;
export type CellSort = (typeof CELL_SORTS)[number];

/** `severity` sorts by rank, see {@link SEVERITIES}; every other column by its own value. */
export const recordSort = z.strictObject({
  by: z.enum(['arrival', 'modified', 'name', 'type', ...CELL_SORTS]),
  dir: z.enum(['asc', 'desc']),
});
export type RecordSort = z.infer<typeof recordSort>;

/** A chosen set: everything a filter matches less some keys, or exactly these keys. */
export const selection = z.union([
  z.strictObject({ filter: recordFilter, except: z.array(z.number().int()).max(10_000).optional() }),
  z.strictObject({ keys: z.array(z.number().int()).max(10_000) }),
]);
export type Selection = z.infer<typeof selection>;

/** Something about a record that the analyst should see; never a reason to drop it silently. */
export const problem = z.strictObject({
  code: z.string(),
  message: z.string(),
  /** JSON pointer into the object, or null. */
  at: z.string().nullable(),
});
export type Problem = z.infer<typeof problem>;

/** NVD's severities, lowest first. */
export const SEVERITIES = ['None', 'Low', 'Medium', 'High', 'Critical'] as const;
/** What a row without a severity is counted under. */
export const NO_SEVERITY = 'Unknown';
const LONGEST_SEVERITY = 40;

/** The severity a row is counted and filtered by: NVD's own spelling whatever the case, `Unknown` for none, else what the list says. */
export function severityOf(cells: Pick<CewlCells, 'severity'>): string {
  const said = cells.severity.trim().slice(0, LONGEST_SEVERITY).toWellFormed();
  const lower = said.toLowerCase();
  return SEVERITIES.find((s) => s.toLowerCase() === lower) ?? (said === '' ? NO_SEVERITY : said);
}

/** 1 for `None` up to 5 for `Critical`; 0 for what NVD does not know. */
export function severityRank(severity: string): number {
  return (SEVERITIES as readonly string[]).indexOf(severity) + 1;
}

/** What is shown and sorted by of a CEWL row. Times are epoch ms; what the list leaves out is null or empty. Reference 5.3. */
export const cewlCells = z.strictObject({
  kind: z.literal('cewl'),
  change: z.enum(ROW_CHANGES),
  score: z.number().nullable(),
  /** As the list spells it: `Critical`, `High`, …; empty when unknown. */
  severity: z.string(),
  vendor: z.string(),
  product: z.string(),
  cwe: z.string(),
  published: z.number().nullable(),
  added: z.number().nullable(),
  discovered: z.number().nullable(),
  /** Earliest of the honeypot, intel and research dates. */
  firstSeen: z.number().nullable(),
  /** Grows with every new row; the newest has the highest. */
  idRef: z.number().nullable(),
});
export type CewlCells = z.infer<typeof cewlCells>;

/** What is shown of a ThreatQuotient event beside the common columns. Reference 6. */
export const eventCells = z.strictObject({
  kind: z.literal('event'),
  /** Epoch ms. */
  happened: z.number().nullable(),
  sources: z.array(z.string()),
  attributes: z.number().int(),
});
export type EventCells = z.infer<typeof eventCells>;

/** What a record's kind has beyond the columns that all have. */
export const recordCells = z.discriminatedUnion('kind', [cewlCells, eventCells]);
export type RecordCells = z.infer<typeof recordCells>;

/** One row of a table of records. Never carries the server's text. */
export const recordRow = z.strictObject({
  /** The store's own key: increasing by arrival. */
  key: z.number().int(),
  source: z.string(),
  apiRoot: z.string(),
  collection: z.string(),
  collectionTitle: z.string(),
  kind: recordKind,
  id: z.string(),
  version: z.string(),
  type: z.string(),
  name: z.string(),
  tlp,
  /** Epoch ms, or null where the object has none. */
  modified: z.number().nullable(),
  received: z.number(),
  decision,
  delivery,
  /** true when Devo may have taken it more than once. */
  maybeTwice: z.boolean(),
  revoked: z.boolean(),
  pullingId: z.string(),
  problems: z.number().int(),
  /** Length of the server's text, bytes. */
  bytes: z.number().int(),
  /** null for kinds that have none, and for records whose text could not be read. */
  cells: recordCells.nullable(),
});
export type RecordRow = z.infer<typeof recordRow>;
