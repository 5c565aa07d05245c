/** Sources: how they stand, what a test of one finds, what a restart of its persistence would do. */

import { z } from 'zod';
import { sourceSettings } from '../settings.ts';
import { count, failureSchema, instant } from './common.ts';
import { feedRef, pullRun } from './pull.ts';

/** Where the persistence of a source stands: what restarts it, and whether a restart waits to be confirmed. SPEC 2.1, 2.3. */
export const persistenceView = z.strictObject({
  /** The setting whose change restarts it, as config.yaml spells it. */
  setting: z.enum(['historic_date_utc', 'reset_persistence_auth']),
  /** Its value now, and the one that the cursors were made with. */
  configured: z.string().nullable(),
  made: z.string().nullable(),
  /** They differ: pulls go on with `made` until the restart is confirmed. */
  waiting: z.boolean(),
  /** When the persistence was last restarted, while that can be undone. */
  undo: instant.nullable(),
});

export type PersistenceView = z.infer<typeof persistenceView>;

/** What a restart of the persistence would do. */
export const resetPreview = z.strictObject({
  persistence: persistenceView,
  /** Where the next pull would begin; null is the very beginning. */
  from: instant.nullable(),
  /** Up to when the source has been pulled, the collection that is furthest behind; null: nothing is certain yet. */
  reached: instant.nullable(),
  feeds: z.array(z.strictObject({ feed: feedRef, records: count, reached: instant.nullable() })),
  /** Records of the source that are here: at most so many come again. They are recognised and not sent again. */
  records: count,
  handedOver: count,
  /** `from` lies after `reached`: what was added between the two is never pulled. */
  skips: z.boolean(),
});

export type ResetPreview = z.infer<typeof resetPreview>;

export const sourceView = z.strictObject({
  settings: sourceSettings,
  /** `config`: from config.yaml, read-only here. */
  origin: z.enum(['config', 'settings', 'demo']),
  secretsSet: z.array(z.string()),
  /** `offline`: it would run by itself, but no network is there. */
  state: z.enum(['idle', 'pulling', 'waiting', 'paused', 'failing', 'offline', 'disabled']),
  nextRunAt: instant.nullable(),
  lastPull: pullRun.nullable(),
  /** null for kinds that have none to restart. */
  persistence: persistenceView.nullable(),
  records: count,
  staged: count,
});

export type SourceView = z.infer<typeof sourceView>;

export const probeReport = z.strictObject({
  ok: z.boolean(),
  failure: failureSchema.nullable(),
  line: z.string(),
  version: z.string().nullable(),
  serverTitle: z.string().nullable(),
  roots: z.array(z.strictObject({ url: z.string(), title: z.string(), failure: failureSchema.nullable() })),
  collections: z.array(
    z.strictObject({
      apiRoot: z.string(),
      id: z.string(),
      title: z.string(),
      description: z.string(),
      canRead: z.boolean(),
      size: count.nullable(),
    }),
  ),
});

export type ProbeView = z.infer<typeof probeReport>;
