import { z } from 'zod';
import { tlp } from './records.ts';

/** Names appear in file names, log lines and commands. */
export const entityName = z
  .string()
  .min(1, 'A name is needed.')
  .max(64)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 _.-]*$/,
    'A name starts with a letter or digit and holds letters, digits, space, _ . - only.',
  );

/** Obfuscation rule: the value at the dotted path is replaced before anything is framed. SPEC 3. */
export const obfuscationRule = z.strictObject({
  name: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});
export type ObfuscationRule = z.infer<typeof obfuscationRule>;

/** Settings are shown and stored; secrets are kept apart. Anything that is no URL is left to the URL check. */
const holdsNoPassword = (url: string): boolean => !URL.canParse(url) || new URL(url).password === '';
const NO_PASSWORD = 'A password does not belong into a URL, which is shown and stored. Give it apart.';

export const proxySettings = z.union([
  z.strictObject({ mode: z.enum(['system', 'none']) }),
  z.strictObject({ mode: z.literal('manual'), url: z.url().refine(holdsNoPassword, NO_PASSWORD) }),
]);
export type ProxySettings = z.infer<typeof proxySettings>;

/** How a source proves who it is. Secrets are kept apart, see {@link SOURCE_SECRETS}. */
export const sourceAuth = z.union([
  z.strictObject({ method: z.literal('none') }),
  z.strictObject({ method: z.literal('basic'), username: z.string() }),
  /** `Authorization: <scheme> <token>`; scheme is `Bearer` or e.g. `Token`. */
  z.strictObject({ method: z.literal('bearer'), scheme: z.string().default('Bearer') }),
  /** The secret goes into a header of this name. */
  z.strictObject({ method: z.literal('header'), header: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/) }),
]);
export type SourceAuth = z.infer<typeof sourceAuth>;

const file = z.string().min(1);

/** TLS towards a source. Verification is always on. */
export const sourceTls = z.strictObject({
  /** Extra CA certificates, PEM file. */
  caFile: file.nullable().default(null),
  /** Client certificate: PEM pair, or PKCS#12. */
  certFile: file.nullable().default(null),
  keyFile: file.nullable().default(null),
  pfxFile: file.nullable().default(null),
});

const common = {
  name: entityName,
  /** The collector's input id, shown in log lines. */
  id: z.string().min(1).max(32),
  enabled: z.boolean().default(true),
  /** Seconds between pulls. SPEC 2. */
  periodSeconds: z.number().int().min(5).max(31_536_000).default(1200),
  requestsPerSecond: z.number().positive().max(1000).nullable().default(null),
  proxy: proxySettings.default({ mode: 'system' }),
  obfuscation: z.array(obfuscationRule).max(200).default([]),
  /** Names of destinations; null: every destination whose kind fits. */
  outputs: z.array(entityName).nullable().default(null),
  autoForward: z.boolean().default(false),
};

/** A TAXII feed. SPEC 2.1, seed 003. */
export const taxiiSettings = z.strictObject({
  kind: z.literal('taxii'),
  ...common,
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

export const sourceSettings = z.discriminatedUnion('kind', [taxiiSettings]);
export type SourceSettings = z.infer<typeof sourceSettings>;

/** Secret fields a source may have; set through `secrets.set`, never read back. */
export const SOURCE_SECRETS = ['password', 'token', 'keyPassphrase', 'proxyPassword'] as const;
export const DESTINATION_SECRETS = ['token', 'keyPassphrase'] as const;

const destinationCommon = {
  name: entityName,
  enabled: z.boolean().default(true),
  /** Records marked above this are not sent here without an override. SPEC 3. */
  maxTlp: tlp.default('red'),
  /** Records per hand-over batch; a batch is confirmed as a whole. After a crash so many may be sent twice, marked. */
  batchRecords: z.number().int().min(1).max(100_000).default(25_000),
  maxAttempts: z.number().int().min(1).max(50).default(5),
  /** HOST field of a syslog line. Empty: this computer's name. */
  hostname: z
    .string()
    .max(255)
    .regex(/^[!-~]*$/, 'No spaces or control characters.')
    .default(''),
};

const syslogCommon = {
  /** DATE field: the constant Devo's SDK sends, or the record's arrival time. Reference 1.5. */
  date: z.enum(['none', 'iso', 'rfc3164']).default('none'),
  /** Text with line breaks: octet counting keeps every byte; `space` turns breaks between JSON tokens into spaces. */
  newlines: z.enum(['octet-counting', 'space']).default('octet-counting'),
  /** gzip members of ~64 KB on the stream. */
  gzip: z.boolean().default(false),
};

/** Syslog over mutual TLS. All three files are required: no chain, no connection. Reference 1.3. */
export const devoSyslogSettings = z.strictObject({
  kind: z.literal('devo-syslog'),
  ...destinationCommon,
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
  ...syslogCommon,
  address: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
});

export const destinationSettings = z.discriminatedUnion('kind', [
  devoSyslogSettings,
  devoHttpSettings,
  devoRelaySettings,
]);
export type DestinationSettings = z.infer<typeof destinationSettings>;
export type DevoSyslogSettings = z.infer<typeof devoSyslogSettings>;
export type DevoHttpSettings = z.infer<typeof devoHttpSettings>;
export type DevoRelaySettings = z.infer<typeof devoRelaySettings>;
