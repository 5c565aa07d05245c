import { z } from 'zod';
import { holdsNoPassword, NO_PASSWORD, sourceCommon, sourceTls } from './settings-common.ts';

/** CTCI's CVE Early Warning List. The API token is the secret `token`. SPEC 2.2, reference 5. */
export const ctciSettings = z.strictObject({
  kind: z.literal('ctci'),
  ...sourceCommon,
  periodSeconds: sourceCommon.periodSeconds.unwrap().default(3600),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'The base URL must be an http or https URL.' })
    .refine(holdsNoPassword, NO_PASSWORD)
    .default('https://api.ctci.ai'),
  /** Starts with `/`. */
  path: z
    .string()
    .regex(/^\/[^\s?#]*$/, 'The path starts with a slash.')
    .default('/api/v1/cewl'),
  /** How the token is sent: in the header `x-api-key`, or as `Authorization: Bearer`. */
  auth: z.enum(['x-api-key', 'bearer']).default('x-api-key'),
  /**
   * Query strings (without the question mark) that part the list; each is downloaded on its own, several at once. null asks for the whole
   * list in one request. Seed 000: "Allow parallel downloading: allowed".
   */
  partitions: z.array(z.string().max(500)).min(1).max(100).nullable().default(null),
  concurrency: z.number().int().min(1).max(16).default(2),
  tls: sourceTls.prefault({}),
  /** The list is downloaded whole; a body larger than this is refused. Bytes. */
  maxBytes: z.number().int().min(1_000_000).max(4_000_000_000).default(1_000_000_000),
  /** Seconds: to connect, without a byte, for one request. */
  connectTimeoutSeconds: z.number().positive().max(600).default(15),
  idleTimeoutSeconds: z.number().positive().max(600).default(60),
  totalTimeoutSeconds: z.number().positive().max(7200).default(1800),
  /** Attempts per request, the first included. */
  maxAttempts: z.number().int().min(1).max(20).default(5),
});
export type CtciSettings = z.infer<typeof ctciSettings>;
