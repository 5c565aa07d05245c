import { z } from 'zod';
import { LOG_LEVELS } from './app-settings.ts';

/** What each of these settings means; the schema and the form say it with the same words. */
export const INTERNAL_WORDS = {
  enabled: "Sluice's own log lines go to this destination as events of their own.",
  level:
    'Lines below this level are not sent. What the program does not keep (Settings, log level) is not sent either.',
  metrics:
    'Counts, bytes and time of each pull and hand-over, and the memory of this process every 5 minutes.',
  logTag: 'Tag of log lines. Not an official one.',
  metricsTag: 'Tag of metrics. Not an official one.',
} as const;

/** Stricter than the tags of sources: a form or a file is the only place these come from. Reference 1.9. */
const tag = z
  .string()
  .max(1023, 'A tag has fewer than 1024 characters.')
  .regex(
    /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/,
    'A tag is two or more levels of letters, digits, _ and - with dots between.',
  )
  .refine((t) => !/^my\.lookup(\.|$)/.test(t), 'my.lookup… is for lookups, not for events.');

/**
 * The collectors' sender service `internal_senders`: "In charge of delivering internal metrics to Devo such as logging traces or metrics"
 * (seed 003). Off unless asked for. Which tags the collectors use is known from secondary sources only (reference 3), so these are unofficial.
 */
export const internalSenders = z.strictObject({
  enabled: z.boolean().default(false).describe(INTERNAL_WORDS.enabled),
  level: z.enum(LOG_LEVELS).default('INFO').describe(INTERNAL_WORDS.level),
  metrics: z.boolean().default(true).describe(INTERNAL_WORDS.metrics),
  logTag: tag.default('my.app.sluice.log').describe(INTERNAL_WORDS.logTag),
  metricsTag: tag.default('my.app.sluice.metrics').describe(INTERNAL_WORDS.metricsTag),
});
export type InternalSenders = z.infer<typeof internalSenders>;

/** What every destination that takes events has. */
export const eventsCommon = { internalSenders: internalSenders.prefault({}) };
