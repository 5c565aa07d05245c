import { z } from 'zod';
import { sourceCommon, sourceTls } from './settings-common.ts';

/** Entry of `devo_tag_map` for event types that have none of their own. Seed 000, SetupError 12. */
export const DEFAULT_TAG_ENTRY = 'default';
/** Tags by event type name. The first four are documented (reference 3); the rest follow their form. */
export const THREATQ_TAGS: Readonly<Record<string, string>> = {
  Spearphish: 'threatintel.threatquotient.platform.spearphish',
  'Watering Hole': 'threatintel.threatquotient.platform.wateringhole',
  'SQL Injection Attack': 'threatintel.threatquotient.platform.sqlinjectionattack',
  'DoS Attack': 'threatintel.threatquotient.platform.dosattack',
  Malware: 'threatintel.threatquotient.platform.malware',
  Watchlist: 'threatintel.threatquotient.platform.watchlist',
  [DEFAULT_TAG_ENTRY]: 'threatintel.threatquotient.platform.other',
};

/** ThreatQuotient's events. The password is the secret `password`. SPEC 2.3, seed 000, reference 6. */
export const threatqSettings = z.strictObject({
  kind: z.literal('threatq'),
  ...sourceCommon,
  /** `http[s]://{ip_address_or_domain}{:optional_port}` */
  apiBaseUrl: z
    .string()
    .regex(
      /^https?:\/\/[A-Za-z0-9.[\]:-]+$/,
      'The format is http[s]://{ip_address_or_domain}{:optional_port}.',
    ),
  username: z.string().min(1, 'Required setting, username not found in user configuration'),
  /** false is said loudly wherever the source is shown. Seed 000. */
  verifyHostSslCert: z.boolean().default(true),
  eventFetchLimitInItems: z.number().int().min(1).max(10_000).default(1000),
  devoTagMap: z.record(z.string(), z.string()).default({ ...THREATQ_TAGS }),
  /** Another value restarts the persistence. */
  resetPersistenceAuth: z.string().max(200).default(''),
  /** `YYYY-MM-DDTHH:MM:SSZ` or `YYYY-MM-DD HH:MM:SS`, UTC; null starts at the time of the first pull's request. */
  historicalPollDatetime: z.string().nullable().default(null),
  /** Used instead of what `/assets/js/config.js` says; null reads it there. */
  clientId: z.string().max(200).nullable().default(null),
  tls: sourceTls.prefault({}),
  connectTimeoutSeconds: z.number().positive().max(600).default(15),
  idleTimeoutSeconds: z.number().positive().max(600).default(60),
  totalTimeoutSeconds: z.number().positive().max(3600).default(300),
  maxAttempts: z.number().int().min(1).max(20).default(5),
});
export type ThreatqSettings = z.infer<typeof threatqSettings>;
