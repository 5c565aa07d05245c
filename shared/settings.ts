import { z } from 'zod';
import type { RecordKind } from './records.ts';
import {
  destinationCommon,
  file,
  holdsNoPassword,
  NO_PASSWORD,
  proxySettings,
  sourceAuth,
  sourceCommon,
  sourceTls,
  syslogCommon,
} from './settings-common.ts';
import { ctciSettings } from './settings-ctci.ts';
import { eventsCommon } from './settings-internal.ts';
import { devoLookupLegacySettings, devoLookupSettings, type LookupSettings } from './settings-lookup.ts';
import { threatqSettings } from './settings-threatq.ts';

/** A TAXII feed. SPEC 2.1, seed 003. */
export const taxiiSettings = z.strictObject({
  kind: z.literal('taxii'),
  ...sourceCommon,
  discoveryUrl: z
    .url({ protocol: /^https?$/, error: 'The discovery URL must be an http or https URL.' })
    .refine(holdsNoPassword, NO_PASSWORD),
  taxiiVersion: z.enum(['2.0', '2.1', 'detect']).default('detect'),
  auth: sourceAuth.default({ method: 'none' }),
  tls: sourceTls.prefault({}),
  /** `%Y-%m-%dT%H:%M:%SZ`; null pulls everything the server has. */
  historicDateUtc: z.string().nullable().default(null),
  /** Absolute API root URLs (or their path) to use; null uses all that discovery lists. */
  apiRoots: z.array(z.string().refine(holdsNoPassword, NO_PASSWORD)).nullable().default(null),
  /** Collection ids, aliases or titles; null uses all readable. */
  collections: z.array(z.string()).nullable().default(null),
  objects: z.boolean().default(true),
  manifests: z.boolean().default(true),
  /** STIX types for `match[type]`; null asks for all. */
  types: z.array(z.string()).nullable().default(null),
  /** Asks `match[version]=all`; false leaves the server's default (latest version of each object). */
  allVersions: z.boolean().default(false),
  /** Objects asked for per page; adapts downwards. */
  pageSize: z.number().int().min(1).max(100_000).default(1000),
  /** A page larger than this is refused and asked for again smaller. Bytes. */
  maxPageBytes: z.number().int().min(1_000_000).max(1_000_000_000).default(100_000_000),
  /** Collections pulled at once. */
  concurrency: z.number().int().min(1).max(16).default(2),
  /** Seconds: to connect, without a byte, for one request. */
  connectTimeoutSeconds: z.number().positive().max(600).default(15),
  idleTimeoutSeconds: z.number().positive().max(600).default(60),
  totalTimeoutSeconds: z.number().positive().max(3600).default(300),
  /** How far back before the last date added each increment asks again. Seconds. */
  overlapSeconds: z.number().min(0).max(86_400).default(5),
  /** Attempts per request, the first included. */
  maxAttempts: z.number().int().min(1).max(20).default(5),
  /** Devo tags. Unofficial defaults, SPEC 4. */
  tags: z
    .strictObject({
      object: z.string().default('my.app.taxii.objects'),
      manifest: z.string().default('my.app.taxii.manifests'),
    })
    .prefault({}),
});
export type TaxiiSettings = z.infer<typeof taxiiSettings>;

export const sourceSettings = z.discriminatedUnion('kind', [taxiiSettings, ctciSettings, threatqSettings]);
export type SourceSettings = z.infer<typeof sourceSettings>;

/** Secret fields a source may have; set through `secrets.set`, never read back. */
export const SOURCE_SECRETS = ['password', 'token', 'keyPassphrase', 'proxyPassword'] as const;
export const DESTINATION_SECRETS = ['token', 'keyPassphrase'] as const;

/** Syslog over mutual TLS. All three files are required: no chain, no connection. Reference 1.3. */
export const devoSyslogSettings = z.strictObject({
  kind: z.literal('devo-syslog'),
  ...destinationCommon,
  ...eventsCommon,
  ...syslogCommon,
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(443),
  chainFile: file,
  certFile: file,
  keyFile: file,
  /** `DEFAULT@SECLEVEL=n` for old chains; null leaves OpenSSL's default. */
  secLevel: z.number().int().min(0).max(5).nullable().default(null),
});

/** HTTP ingestion, `stream` mode. The token is a secret. Reference 1.8. */
export const devoHttpSettings = z.strictObject({
  kind: z.literal('devo-http'),
  ...destinationCommon,
  ...eventsCommon,
  endpoint: z.url({ protocol: /^https?$/ }).refine(holdsNoPassword, NO_PASSWORD),
  domain: z
    .string()
    .min(1)
    .regex(/^[A-Za-z0-9_.@-]+$/),
  gzip: z.boolean().default(true),
  proxy: proxySettings.default({ mode: 'system' }),
  caFile: file.nullable().default(null),
});

/** Plain TCP to a relay on loopback or a private network. */
export const devoRelaySettings = z.strictObject({
  kind: z.literal('devo-relay'),
  ...destinationCommon,
  ...eventsCommon,
  ...syslogCommon,
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
});

export const destinationSettings = z.discriminatedUnion('kind', [
  devoSyslogSettings,
  devoHttpSettings,
  devoRelaySettings,
  devoLookupSettings,
  devoLookupLegacySettings,
]);
export type DestinationSettings = z.infer<typeof destinationSettings>;
export type DevoSyslogSettings = z.infer<typeof devoSyslogSettings>;
export type DevoHttpSettings = z.infer<typeof devoHttpSettings>;
export type DevoRelaySettings = z.infer<typeof devoRelaySettings>;

export function isLookup(settings: DestinationSettings): settings is LookupSettings {
  return settings.kind === 'devo-lookup' || settings.kind === 'devo-lookup-legacy';
}

/** What a destination can hold: lookups hold the rows of a table, every other destination takes events. */
export function takenKinds(settings: DestinationSettings): readonly RecordKind[] {
  return isLookup(settings) ? ['cewl'] : ['object', 'manifest', 'event'];
}
