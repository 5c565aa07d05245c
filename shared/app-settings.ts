/** What is set once for the whole program: one schema, every field defaulted and described. */
import { z } from 'zod';
import { SETTING_WORDS as WORDS } from './app-settings-words.ts';
import type { ProxySettings } from './settings-common.ts';

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written HH:MM, from 00:00 to 23:59.');
const days = z.number().int().min(1, 'At least one day.').max(3650, 'At most ten years.').nullable();

const NO_USER = 'A proxy that asks for a name and password is set at the source or destination.';
const namesNobody = (url: string): boolean =>
  !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === '');

/** The proxy of whoever names none. It takes no password: who needs one sets the proxy there. */
const appProxy: z.ZodType<ProxySettings> = z.union([
  z.strictObject({ mode: z.enum(['system', 'none']) }),
  z.strictObject({
    mode: z.literal('manual'),
    url: z
      .url({ protocol: /^https?$/, error: 'Write the proxy as http://host:port.' })
      .refine(namesNobody, NO_USER),
  }),
]);

export const quietHours = z.strictObject({
  enabled: z.boolean().default(false).describe(WORDS.quietEnabled),
  from: clockTime.default('20:00').describe(WORDS.quietFrom),
  to: clockTime.default('07:00').describe(WORDS.quietTo),
  holdPulls: z.boolean().default(false).describe(WORDS.holdPulls),
});
export type QuietHours = z.infer<typeof quietHours>;

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;

export const appSettings = z.strictObject({
  theme: z.enum(['auto', 'light', 'dark']).default('auto').describe(WORDS.theme),
  proxy: appProxy.default({ mode: 'system' }).describe(WORDS.proxy),
  caFile: z.string().min(1).max(4096).nullable().default(null).describe(WORDS.caFile),
  logLevel: z.enum(LOG_LEVELS).default('INFO').describe(WORDS.logLevel),
  updateChannel: z.enum(['off', 'stable', 'beta']).default('off').describe(WORDS.updateChannel),
  quietHours: quietHours.prefault({}),
  closeToTray: z.boolean().default(true).describe(WORDS.closeToTray),
  startAtLogin: z.boolean().default(false).describe(WORDS.startAtLogin),
  notifications: z
    .strictObject({
      review: z.boolean().default(true).describe(WORDS.notifyReview),
      sources: z.boolean().default(true).describe(WORDS.notifySources),
      delivery: z.boolean().default(true).describe(WORDS.notifyDelivery),
    })
    .prefault({}),
  retention: z
    .strictObject({
      rejectedDays: days.default(null).describe(WORDS.rejectedDays),
      handedOverDays: days.default(null).describe(WORDS.handedOverDays),
    })
    .prefault({}),
  trayExplained: z.boolean().default(false).describe(WORDS.trayExplained),
});
export type AppSettings = z.infer<typeof appSettings>;

/** Everything as at the first start. */
export const DEFAULT_APP_SETTINGS: AppSettings = appSettings.parse({});
