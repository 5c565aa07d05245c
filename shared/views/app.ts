/** The program as a whole. */

import { z } from 'zod';
import { count, failureSchema, instant } from './common.ts';
import { destinationView, handoverRun } from './destination.ts';
import { pullRun } from './pull.ts';
import { sourceView } from './source.ts';

export const logLine = z.strictObject({
  seq: count,
  at: instant,
  level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']),
  process: z.string(),
  thread: z.string(),
  message: z.string(),
});

export type LogLineView = z.infer<typeof logLine>;

/** What is running right now; the whole truth a reloading window needs before it applies events. */
export const snapshot = z.strictObject({
  seq: count,
  sources: z.array(sourceView),
  destinations: z.array(destinationView),
  pulls: z.array(pullRun),
  handovers: z.array(handoverRun),
  /** Records in the store, by what needs a person. */
  counts: z.strictObject({
    records: count,
    staged: count,
    approved: count,
    held: count,
    rejected: count,
    queued: count,
    handedOver: count,
    failed: count,
  }),
  /** Highest record key. */
  lastKey: count,
  /** Records not yet searchable. */
  unindexed: count,
  paused: z.boolean(),
  /** false: no other computer can be reached; schedules wait. */
  online: z.boolean(),
  /** When the quiet hours that hold now are over; null when none hold. */
  quietUntil: instant.nullable(),
});

export type Snapshot = z.infer<typeof snapshot>;

export const appInfo = z.strictObject({
  version: z.string(),
  host: z.enum(['electron', 'loopback', 'direct']),
  dataDir: z.string(),
  /** false: secrets live until the process ends. */
  secretsPersistent: z.boolean(),
  /** Why they are not kept, as a sentence; null where there is no more to say. */
  secretsNote: z.string().nullable(),
  /** What it runs on, by name: `Electron`, `Chromium`, `Node`, `SQLite`. */
  versions: z.record(z.string(), z.string()),
  demo: z.boolean(),
  /** Configuration file in use, or null. */
  configFile: z.string().nullable(),
});

export type AppInfo = z.infer<typeof appInfo>;

/** A clean-up: texts whose time is over are removed, then the file is made smaller. */
export const cleanupRun = z.strictObject({
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  phase: z.enum(['removing', 'merging', 'compacting']),
  /** Of `total` records (removing) or pages of the file (compacting); both 0 where it cannot be told. */
  done: count,
  total: count,
  removed: count,
  /** By how much the file has become smaller, bytes. */
  freedBytes: count,
  failure: failureSchema.nullable(),
});

export type CleanupView = z.infer<typeof cleanupRun>;

export const retentionPlan = z.strictObject({
  /** Records whose text a clean-up would remove now, and the bytes of it. */
  rejected: count,
  handedOver: count,
  bytes: count,
  /** Records whose text was removed before. */
  removed: count,
  fileBytes: count,
  /** Of the file, unused. */
  freeBytes: count,
  lastAt: instant.nullable(),
  run: cleanupRun.nullable(),
});

export type RetentionPlanView = z.infer<typeof retentionPlan>;
