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
export const holdsNoPassword = (url: string): boolean => !URL.canParse(url) || new URL(url).password === '';
export const NO_PASSWORD = 'A password does not belong into a URL, which is shown and stored. Give it apart.';

export const proxySettings = z.union([
  z.strictObject({ mode: z.enum(['system', 'none']) }),
  z.strictObject({ mode: z.literal('manual'), url: z.url().refine(holdsNoPassword, NO_PASSWORD) }),
]);
export type ProxySettings = z.infer<typeof proxySettings>;

/** How a source proves who it is. Secrets are kept apart. */
export const sourceAuth = z.union([
  z.strictObject({ method: z.literal('none') }),
  z.strictObject({ method: z.literal('basic'), username: z.string() }),
  /** `Authorization: <scheme> <token>`; scheme is `Bearer` or e.g. `Token`. */
  z.strictObject({ method: z.literal('bearer'), scheme: z.string().default('Bearer') }),
  /** The secret goes into a header of this name. */
  z.strictObject({ method: z.literal('header'), header: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/) }),
]);
export type SourceAuth = z.infer<typeof sourceAuth>;

export const file = z.string().min(1);

/** TLS towards a source. Verification is always on. */
export const sourceTls = z.strictObject({
  /** Extra CA certificates, PEM file. */
  caFile: file.nullable().default(null),
  /** Client certificate: PEM pair, or PKCS#12. */
  certFile: file.nullable().default(null),
  keyFile: file.nullable().default(null),
  pfxFile: file.nullable().default(null),
});

/** What every source has. */
export const sourceCommon = {
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

/** What every destination has. */
export const destinationCommon = {
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

export const syslogCommon = {
  /** DATE field: the constant Devo's SDK sends, or the record's arrival time. Reference 1.5. */
  date: z.enum(['none', 'iso', 'rfc3164']).default('none'),
  /** Text with line breaks: octet counting keeps every byte; `space` turns breaks between JSON tokens into spaces. */
  newlines: z.enum(['octet-counting', 'space']).default('octet-counting'),
  /** gzip members of ~64 KB on the stream. */
  gzip: z.boolean().default(false),
};
