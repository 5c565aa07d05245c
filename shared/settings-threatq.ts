import { z } from 'zod';
import { sourceCommon, sourceTls } from './settings-common.ts';
import { parsePollDatetime } from './threatq-datetime.ts';
import { API_BASE_URL, FETCH_LIMIT, THREATQ_ERRORS } from './threatq-errors.ts';

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

/** Lists of an event that it may be cut by. See docs/decisions/0062-flattening-events.md. */
export const FLATTEN_LISTS = ['sources', 'attributes'] as const;
export type FlattenList = (typeof FLATTEN_LISTS)[number];
/** An event that would become more messages, or more bytes of them, is not sent. */
export const MOST_MESSAGES = 10_000;
export const MOST_FLATTENED_BYTES = 64_000_000;

/** ThreatQuotient's events. The password is the secret `password`. SPEC 2.3, seed 000, reference 6. */
export const threatqSettings = z.strictObject({
  kind: z.literal('threatq'),
  ...sourceCommon,
  apiBaseUrl: z
    .string()
    .min(1, THREATQ_ERRORS.baseUrlMissing.message)
    .refine((url) => API_BASE_URL.some((r) => r.test(url)) && URL.canParse(url), {
      error: 'The format is http[s]://{ip_address_or_domain}{:optional_port}.',
    }),
  /** ThreatQ's name for it is email. */
  username: z.string().min(1, THREATQ_ERRORS.usernameMissing.message),
  /** false is said loudly wherever the source is shown. Seed 000. */
  verifyHostSslCert: z.boolean().default(true),
  /** Events asked for at once. */
  eventFetchLimitInItems: z
    .number()
    .int(THREATQ_ERRORS.fetchLimit.message)
    .min(FETCH_LIMIT.least, THREATQ_ERRORS.fetchLimit.message)
    .max(FETCH_LIMIT.most, THREATQ_ERRORS.fetchLimit.message)
    .default(1000),
  devoTagMap: z
    .record(z.string().min(1).max(200), z.string().min(1).max(1024))
    .refine((map) => Object.hasOwn(map, DEFAULT_TAG_ENTRY), THREATQ_ERRORS.tagMap.message)
    .default({ ...THREATQ_TAGS }),
  /** An event goes out as one message an element of this list; null: as one message. Sluice's own. */
  flatten: z
    .enum(FLATTEN_LISTS, 'must be sources or attributes. Without it an event is one message.')
    .nullable()
    .default(null),
  /** Another value restarts the persistence, see docs/decisions/reset.md. */
  resetPersistenceAuth: z.string().max(200).default(''),
  /** `YYYY-MM-DDTHH:MM:SSZ` or `YYYY-MM-DD HH:MM:SS`, UTC; null starts at the time of the first pull. */
  historicalPollDatetime: z
    .string()
    .refine((text) => parsePollDatetime(text) !== null, THREATQ_ERRORS.datetimeFormat.message)
    .nullable()
    .default(null),
  /** Used instead of what `/assets/js/config.js` says; null reads it there. */
  clientId: z
    .string()
    .regex(/^[!-~]{1,200}$/, 'A client id holds no spaces.')
    .nullable()
    .default(null),
  tls: sourceTls.prefault({}),
  /** A page of events larger than this is refused. Bytes. */
  maxPageBytes: z.number().int().min(1_000_000).max(1_000_000_000).default(200_000_000),
  /** Seconds: to connect, without a byte, for one request. */
  connectTimeoutSeconds: z.number().positive().max(600).default(15),
  idleTimeoutSeconds: z.number().positive().max(600).default(60),
  totalTimeoutSeconds: z.number().positive().max(3600).default(300),
  /** Attempts per request, the first included. */
  maxAttempts: z.number().int().min(1).max(20).default(5),
});
export type ThreatqSettings = z.infer<typeof threatqSettings>;
