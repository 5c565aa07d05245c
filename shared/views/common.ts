/** What every view is made of. Values are JSON-safe. */

import { z } from 'zod';
import type { Failure } from '../errors.ts';

export const failureSchema: z.ZodType<Failure> = z.strictObject({
  code: z.string(),
  type: z.string().nullable(),
  id: z.number().nullable(),
  message: z.string(),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const count = z.number().int().nonnegative();

export const instant = z.number();
