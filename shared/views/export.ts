/** Records written to a file. SPEC 3. */

import { z } from 'zod';
import { count, failureSchema } from './common.ts';

/** One STIX 2.1 bundle, a JSON object a line, a table. */
export const EXPORT_FORMATS = ['stix', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const exportFormat = z.enum(EXPORT_FORMATS);

/**
 * Why a record is not in a file: it is no STIX object (`manifest`, `cewl`, `event`), it was stored with problems, or the clean-up removed its text.
 */
export const LEFT_OUT = ['manifest', 'cewl', 'event', 'problem', 'removed'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

const leftOut = z.array(z.strictObject({ reason: z.enum(LEFT_OUT), records: count }));
export type LeftOutView = z.infer<typeof leftOut>;

/** An export that runs, or ran last. */
export const exportRun = z.strictObject({
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  format: exportFormat,
  /** Records looked at, of `total`. */
  done: count,
  total: count,
  /** Records in the file, and its bytes so far. */
  written: count,
  bytes: count,
  leftOut,
  /** Where it is once `state` is `done`; nothing is there before. */
  file: z.string(),
  failure: failureSchema.nullable(),
});
export type ExportRunView = z.infer<typeof exportRun>;

/** What a selection gives in each format, before anything is written. */
export const exportPlan = z.strictObject({
  total: count,
  formats: z.array(
    z.strictObject({
      format: exportFormat,
      records: count,
      /** Of the server's texts of these records. */
      bytes: count,
      leftOut,
    }),
  ),
  folder: z.string(),
  run: exportRun.nullable(),
});
export type ExportPlanView = z.infer<typeof exportPlan>;
