import { z } from 'zod';
import { TLP_LEVELS } from './tlp.ts';

export const RECORD_KINDS = ['object', 'manifest'] as const;
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

/** The dimensions a facet can be counted by. */
export const FACETS = ['source', 'collection', 'kind', 'type', 'tlp', 'decision', 'delivery'] as const;
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

export const recordSort = z.strictObject({
  by: z.enum(['arrival', 'modified', 'name', 'type']),
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
});
export type RecordRow = z.infer<typeof recordRow>;
