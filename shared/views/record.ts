/** Records as a person looks at them. */

import { z } from 'zod';
import { decision, delivery, FACETS, problem, recordKind, recordRow, tlp } from '../records.ts';
import { count, failureSchema, instant } from './common.ts';
import { overrideState } from './override.ts';
import { lookupChange } from './plan.ts';

export const facetCounts = z.array(z.strictObject({ value: z.string(), label: z.string(), count }));

export const facetView = z.strictObject(
  Object.fromEntries(FACETS.map((f) => [f, facetCounts])) as Record<
    (typeof FACETS)[number],
    typeof facetCounts
  >,
);

/** A text longer than this is cut in {@link rowDiff}, characters. */
export const LONGEST_CELL = 10_000;

/** One row against the version that was last handed over to a lookup, in the lookup's columns. */
export const rowDiff = z.strictObject({
  destination: z.string(),
  /** The lookup's name in Devo. */
  lookup: z.string(),
  change: lookupChange,
  /** Key of the version that was handed over last; null: the lookup does not hold the row. */
  held: count.nullable(),
  /** `before` is null when the lookup does not hold the row, `after` when it is removed. Cut after {@link LONGEST_CELL}. */
  cells: z.array(
    z.strictObject({
      column: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      changed: z.boolean(),
    }),
  ),
});

export type RowDiffView = z.infer<typeof rowDiff>;

export const recordDetail = z.strictObject({
  row: recordRow,
  /** The server's text decoded for reading (invalid UTF-8 shows as replacement characters). At most 1 MB; `rawTruncated` says when. */
  raw: z.string(),
  rawTruncated: z.boolean(),
  problems: z.array(problem),
  /** A person's reading of the object: sentences first, then label/value pairs. */
  summary: z.strictObject({
    sentences: z.array(z.string()),
    properties: z.array(z.strictObject({ label: z.string(), value: z.string(), mono: z.boolean() })),
  }),
  versions: z.array(
    z.strictObject({
      key: count,
      /** A manifest entry has the id of the object it lists. */
      kind: recordKind,
      version: z.string(),
      source: z.string(),
      collection: z.string(),
      received: instant,
    }),
  ),
  relations: z.array(
    z.strictObject({
      /** e.g. `uses`, `created by`, `marked with`, `object of report`. */
      label: z.string(),
      direction: z.enum(['out', 'in']),
      id: z.string(),
      type: z.string(),
      /** null: not in the store. */
      key: count.nullable(),
      name: z.string(),
    }),
  ),
  /** References it has and records that refer to it beyond the first ones, which `relations` are made of. */
  relationsBeyond: count,
  /** The record's page at its server, to be opened outside; null where there is none. */
  page: z.url({ protocol: /^https?$/ }).nullable(),
  decisions: z.array(z.strictObject({ at: instant, decision, reason: z.string().nullable() })),
  deliveries: z.array(
    z.strictObject({
      destination: z.string(),
      state: delivery,
      at: instant.nullable(),
      maybeTwice: z.boolean(),
      attempts: count,
      failure: failureSchema.nullable(),
    }),
  ),
  /** Written overrides that let it through to a destination above its ceiling, newest first. */
  overrides: z.array(
    z.strictObject({
      id: count,
      destination: z.string(),
      at: instant,
      reason: z.string(),
      ceiling: tlp,
      withdrawnAt: instant.nullable(),
      state: overrideState,
    }),
  ),
  /** The newer version of an approved row that goes out, or went out, in its place; null when there is none. */
  supersededBy: z.strictObject({ key: count, version: z.string() }).nullable(),
  /** The row against each enabled lookup that its source delivers to; empty for kinds that go out as events. */
  lookups: z.array(rowDiff),
});

export type RecordDetailView = z.infer<typeof recordDetail>;

/** Exactly what Devo would get for one record. */
export const wirePreview = z.strictObject({
  destination: z.string(),
  tag: z.string(),
  /** Framed bytes, base64: no decoding in between. */
  bytes: z.base64(),
  length: count,
  /** Span of `bytes` of each message, in the order in which they leave; several where an event is flattened. Empty without bytes. */
  messages: z.array(z.tuple([count, count])),
  /** Spans of `bytes` that obfuscation replaced. */
  obfuscated: z.array(z.tuple([count, count])),
  /** Why this record would not be sent here; null when it would. */
  blocked: z.string().nullable(),
  /** What a lookup's row leaves out, one sentence each. */
  notes: z.array(z.string()),
});

export type WirePreviewView = z.infer<typeof wirePreview>;
