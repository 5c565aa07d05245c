/** What is set once for the whole program: one schema, every field defaulted and described. The settings view shows these descriptions. */
import { z } from 'zod';
import { proxySettings } from './settings-common.ts';

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time is written HH:MM, from 00:00 to 23:59.');
const days = z.number().int().min(1, 'At least one day.').max(3650, 'At most ten years.').nullable();

/** A proxy for everything: who needs to give a password to one sets it at the source. */
const appProxy = proxySettings.refine(
  (proxy) => proxy.mode !== 'manual' || !URL.canParse(proxy.url) || new URL(proxy.url).username === '',
  { path: ['url'], error: 'A proxy that asks for a name and password is set at the source or destination.' },
);

export const quietHours = z.strictObject({
  enabled: z.boolean().default(false).describe('Notifications wait until the quiet hours are over.'),
  from: clockTime.default('20:00').describe('Local time at which the quiet hours begin.'),
  to: clockTime
    .default('07:00')
    .describe('Local time at which they end; before the beginning: the next day.'),
  holdPulls: z
    .boolean()
    .default(false)
    .describe('Scheduled pulls wait as well and run once afterwards. Pulls started by hand always run.'),
});
export type QuietHours = z.infer<typeof quietHours>;

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR'] as const;

export const appSettings = z.strictObject({
  theme: z.enum(['auto', 'light', 'dark']).default('auto').describe('Light, dark, or as the system says.'),
  proxy: appProxy
    .default({ mode: 'system' })
    .describe('For sources and destinations that do not name a proxy of their own.'),
  caFile: z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .describe(
      'PEM file with further certificate authorities to trust, beside the system’s and a source’s own.',
    ),
  logLevel: z.enum(LOG_LEVELS).default('INFO').describe('Lines below this level are not kept.'),
  updateChannel: z
    .enum(['off', 'stable', 'beta'])
    .default('off')
    .describe('Where newer versions are looked for. Nothing is fetched before you agree.'),
  quietHours: quietHours.prefault({}),
  closeToTray: z
    .boolean()
    .default(true)
    .describe(
      'Closing the window leaves Sluice in the tray, where it goes on pulling. Off: closing ends it.',
    ),
  startAtLogin: z.boolean().default(false).describe('Starts in the tray when you log in to this computer.'),
  notifications: z
    .strictObject({
      review: z.boolean().default(true).describe('New records wait for review.'),
      sources: z.boolean().default(true).describe('A source begins to fail.'),
      delivery: z.boolean().default(true).describe('A hand-over fails.'),
    })
    .prefault({}),
  retention: z
    .strictObject({
      rejectedDays: days
        .default(null)
        .describe('Days after which the text of a rejected record is removed. Empty: it stays.'),
      handedOverDays: days
        .default(null)
        .describe('Days after which the text of a handed-over record is removed. Empty: it stays.'),
    })
    .prefault({}),
  trayExplained: z.boolean().default(false).describe('What closing to the tray means has been explained.'),
});
export type AppSettings = z.infer<typeof appSettings>;

/** Everything as at the first start. */
export const DEFAULT_APP_SETTINGS: AppSettings = appSettings.parse({});
