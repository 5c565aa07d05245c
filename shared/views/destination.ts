/** Destinations: how they stand, what a pre-flight finds, what a hand-over did. */

import { z } from 'zod';
import { destinationSettings } from '../settings.ts';
import { count, failureSchema, instant } from './common.ts';

export const preflightReport = z.strictObject({
  ok: z.boolean(),
  findings: z.array(
    z.strictObject({ level: z.enum(['ok', 'warning', 'error']), subject: z.string(), message: z.string() }),
  ),
  expires: instant.nullable(),
  failure: failureSchema.nullable(),
  line: z.string(),
});

export type PreflightView = z.infer<typeof preflightReport>;

export const handoverRun = z.strictObject({
  id: count,
  destination: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  records: count,
  /** What Devo has of them: more where events are flattened. */
  messages: count,
  bytes: count,
  pullingIds: z.array(z.string()),
  tags: z.array(z.string()),
  failure: failureSchema.nullable(),
  /** What a running hand-over is about, where that takes its time: a lookup's job. */
  note: z.string().nullable(),
  linq: z.array(z.strictObject({ tag: z.string(), query: z.string() })),
});

export type HandoverRunView = z.infer<typeof handoverRun>;

/** The sender service `internal_senders` of a destination, since the process began. */
export const internalView = z.strictObject({
  waiting: count,
  sent: count,
  /** Gave way to newer ones, or could not be sent as they were. */
  dropped: count,
  lastSentAt: instant.nullable(),
  /** Why nothing is sent now. */
  held: z.enum(['paused', 'offline', 'asleep', 'quiet']).nullable(),
  /** Of the last attempt. */
  failure: failureSchema.nullable(),
  retryAt: instant.nullable(),
});

export type InternalView = z.infer<typeof internalView>;

export const destinationView = z.strictObject({
  settings: destinationSettings,
  origin: z.enum(['config', 'settings', 'demo']),
  secretsSet: z.array(z.string()),
  queued: count,
  inFlight: count,
  handedOver: count,
  failed: count,
  lastPreflight: preflightReport.nullable(),
  lastRun: handoverRun.nullable(),
  /** null where Sluice's own log and metrics do not go there. */
  internal: internalView.nullable(),
});

export type DestinationView = z.infer<typeof destinationView>;
