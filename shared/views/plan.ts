/** What a hand-over would do. */

import { z } from 'zod';
import { recordKind, tlp } from '../records.ts';
import { count } from './common.ts';

/** How a row stands to what a lookup holds of it. `superseded`: a newer version of the row goes out, or went out, in its place. */
export const LOOKUP_CHANGES = ['added', 'changed', 'removed', 'unchanged', 'superseded'] as const;

export const lookupChange = z.enum(LOOKUP_CHANGES);

export type LookupChange = (typeof LOOKUP_CHANGES)[number];

/** What a hand-over would do to the lookup it goes to. Rows are told apart by their id. */
export const lookupPlan = z.strictObject({
  /** The lookup's name in Devo. */
  name: z.string(),
  /** `create`: nothing of it was handed over yet; `replace`: the whole lookup goes out anew; `update`: only what differs. */
  operation: z.enum(['create', 'replace', 'update']),
  added: count,
  changed: count,
  removed: count,
  /** Handed over again although the text is what the lookup holds: a row that changed and changed back. */
  unchanged: count,
  /** Approved, never to be sent. Counted in `blocked` too. */
  superseded: count,
  /** Rows that the lookup holds, as far as Sluice handed them over, and will hold. */
  before: count,
  after: count,
});

export type LookupPlanView = z.infer<typeof lookupPlan>;

export const planView = z.strictObject({
  destination: z.string(),
  /** Per source, kind and tag. `bytes` are the exact bytes on the wire, framing included; null until counted. */
  groups: z.array(
    z.strictObject({
      source: z.string(),
      kind: recordKind,
      tag: z.string(),
      pullingId: z.string(),
      records: count,
      /** null until counted; more than records where events are flattened. */
      messages: count.nullable(),
      bytes: count.nullable(),
    }),
  ),
  /** `tlp` where only the destination's ceiling is in the way: a written override lets these through. */
  blocked: z.array(
    z.strictObject({ reason: z.string(), source: z.string(), records: count, tlp: tlp.nullable() }),
  ),
  /** What rows of a lookup leave out, and how many rows it concerns. Empty until counted exactly. */
  notes: z.array(z.strictObject({ note: z.string(), records: count })),
  records: count,
  /** null until counted. */
  messages: count.nullable(),
  bytes: count,
  failed: count,
  /** null where records go out as events. */
  lookup: lookupPlan.nullable(),
});

export type PlanView = z.infer<typeof planView>;

export const UPLOAD_PARTS = ['rows', 'deletes', 'messages'] as const;

/** Longest answer of `forward.upload`, bytes. */
export const MAX_UPLOAD_PIECE = 262_144;
