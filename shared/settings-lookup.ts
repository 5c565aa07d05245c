import { z } from 'zod';
import { destinationCommon, file, holdsNoPassword, NO_PASSWORD, proxySettings } from './settings-common.ts';

/**
 * Base URLs of the Lookups REST API as Devo spells them: with a hyphen in its guide, with a dot in its API description. Any other can be set.
 * Reference 2.6.
 */
export const LOOKUP_API_PRESETS: readonly { label: string; url: string }[] = [
  { label: 'USA', url: 'https://api-us.devo.com/lookup-api' },
  { label: 'Europe', url: 'https://api-eu.devo.com/lookup-api' },
  { label: 'USA (api.us)', url: 'https://api.us.devo.com/lookup-api' },
  { label: 'Europe (api.eu)', url: 'https://api.eu.devo.com/lookup-api' },
  { label: 'Canada (api.ca)', url: 'https://api.ca.devo.com/lookup-api' },
  { label: 'APAC (api.apac)', url: 'https://api.apac.devo.com/lookup-api' },
];

/** A column of a Devo lookup. `field` is the member of the record it is filled from, case-insensitive; left out, the column's own name. */
const lookupColumn = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_]+$/, 'A column name holds letters, digits and _ only.'),
  /** The Lookups API's name of the type: `STRING`, `INT8`, … Reference 2.6 knows these two; others are passed on as they are. */
  type: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/)
    .default('STRING'),
  field: z.string().min(1).nullable().default(null),
});
export type LookupColumn = z.infer<typeof lookupColumn>;

/** The list's documented columns (reference 5.3), the key first. Their order is the lookup's. */
export const CEWL_COLUMNS: readonly LookupColumn[] = [
  ['cve', 'STRING'],
  ['year', 'INT8'],
  ['base_score', 'STRING'],
  ['base_severity', 'STRING'],
  ['cve_date', 'STRING'],
  ['vendor', 'STRING'],
  ['product', 'STRING'],
  ['vulnerability_type', 'STRING'],
  ['description', 'STRING'],
  ['date_added', 'STRING'],
  ['date_discovered', 'STRING'],
  ['reference', 'STRING'],
  ['cwe', 'STRING'],
  ['id_ref', 'INT8'],
  ['honeypot', 'STRING'],
  ['intel', 'STRING'],
  ['research', 'STRING'],
  ['external_note', 'STRING'],
].map(([name = '', type = '']) => ({ name, type, field: null }));

const lookupCommon = {
  ...destinationCommon,
  /** Rows per upload. A table is best handed over whole. */
  batchRecords: z.number().int().min(1).max(1_000_000).default(100_000),
  /** The lookup's name. Unofficial default, SPEC 4. */
  lookup: z
    .string()
    .regex(/^[A-Za-z0-9_]+$/, 'A lookup name holds letters, digits and _ only.')
    .default('CEWL'),
  /** The first column is the key. */
  columns: z
    .array(lookupColumn)
    .min(1)
    .max(200)
    .refine(
      (columns) => new Set(columns.map((c) => c.name)).size === columns.length,
      'Two columns have the same name.',
    )
    .default([...CEWL_COLUMNS]),
  /** `increment` adds, changes and deletes rows; `full` replaces the whole lookup at every hand-over. */
  update: z.enum(['increment', 'full']).default('increment'),
};

/** Devo's Lookups REST API. The token is a secret. Reference 2.6. */
export const devoLookupSettings = z.strictObject({
  kind: z.literal('devo-lookup'),
  ...lookupCommon,
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'The base URL must be an http or https URL.' })
    .refine(holdsNoPassword, NO_PASSWORD),
  domain: z
    .string()
    .min(1)
    .regex(/^[A-Za-z0-9_.@-]+$/),
  proxy: proxySettings.default({ mode: 'system' }),
  caFile: file.nullable().default(null),
  /** How long a job may take before the delivery counts as failed, and how often it is asked after. Seconds. */
  jobTimeoutSeconds: z.number().positive().max(86_400).default(1800),
  jobPollSeconds: z.number().positive().max(600).default(2),
});
export type DevoLookupSettings = z.infer<typeof devoLookupSettings>;

/** The messages `my.lookup.control` and `my.lookup.data` over syslog and TLS. Devo announced their end for 2026-01-01. Reference 2.1–2.4. */
export const devoLookupLegacySettings = z.strictObject({
  kind: z.literal('devo-lookup-legacy'),
  ...lookupCommon,
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(443),
  chainFile: file,
  certFile: file,
  keyFile: file,
  secLevel: z.number().int().min(0).max(5).nullable().default(null),
  /** Waited after START and before END. Seconds. Reference 2.2. */
  pauseSeconds: z.number().min(0).max(600).default(5),
  /** `safe` always quotes and escapes; `sdk` writes cells exactly as the official SDK does. Reference 2.4. */
  cells: z.enum(['safe', 'sdk']).default('safe'),
});
export type DevoLookupLegacySettings = z.infer<typeof devoLookupLegacySettings>;
/** What both ways into a lookup share. */
export type LookupSettings = DevoLookupSettings | DevoLookupLegacySettings;
