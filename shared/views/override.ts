/** Written overrides of a destination's highest TLP. SPEC 3. */

import { z } from 'zod';
import { tlp } from '../records.ts';
import { count, instant } from './common.ts';

/**
 * How an override stands to one of its records: it lets it through, it is on its way, it was handed over; the override was withdrawn before
 * that, or ended for this record because its approval was taken back.
 */
export const OVERRIDE_STATES = ['waiting', 'inFlight', 'handedOver', 'withdrawn', 'ended'] as const;
export const overrideState = z.enum(OVERRIDE_STATES);
export type OverrideState = (typeof OVERRIDE_STATES)[number];

const parts = z.array(z.strictObject({ source: z.string(), tlp, records: count }));

/** What an override would let through: records that wait, held back for their TLP alone. */
export const overridePreview = z.strictObject({
  destination: z.string(),
  ceiling: tlp,
  /** `none` when there are no records. */
  highest: tlp,
  records: count,
  parts,
});
export type OverridePreview = z.infer<typeof overridePreview>;

export const overrideView = z.strictObject({
  id: count,
  destination: z.string(),
  at: instant,
  reason: z.string(),
  /** What the destination accepted when it was written. */
  ceiling: tlp,
  highest: tlp,
  records: count,
  parts,
  withdrawnAt: instant.nullable(),
  /** Why it ended without a person's doing; null where a person withdrew it. */
  withdrawnWhy: z.string().nullable(),
  waiting: count,
  inFlight: count,
  handedOver: count,
});
export type OverrideView = z.infer<typeof overrideView>;
