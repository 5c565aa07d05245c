/** Pulls as they run and as history keeps them. */

import { z } from 'zod';
import { recordKind } from '../records.ts';
import { count, failureSchema, instant } from './common.ts';

export const completeness = z.strictObject({
  complete: z.enum(['yes', 'no', 'unknown']),
  reason: z.string(),
});

export const feedRef = z.strictObject({
  apiRoot: z.string(),
  collection: z.string(),
  title: z.string(),
  kind: recordKind,
});

/** One collection × kind of a pull, live or past. */
export const feedRun = z.strictObject({
  source: z.string(),
  feed: feedRef,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'interrupted']),
  pages: count,
  requests: count,
  received: count,
  stored: count,
  /** The messages that these become, by the source's settings at that time. */
  generated: count,
  duplicates: count,
  bytes: count,
  /** Records a second over the run so far; null before the first page. */
  rate: z.number().nullable(),
  announced: count.nullable(),
  completeness: completeness.nullable(),
  failure: failureSchema.nullable(),
  /** Set while a server's Retry-After or a rate limit is waited out. */
  waitingUntil: instant.nullable(),
  note: z.string().nullable(),
});

export type FeedRunView = z.infer<typeof feedRun>;

export const pullRun = z.strictObject({
  pullingId: z.string(),
  source: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  requests: count,
  received: count,
  stored: count,
  /** The messages that these become, by the source's settings at that time. */
  generated: count,
  duplicates: count,
  failure: failureSchema.nullable(),
  feeds: z.array(feedRun),
  /** The seeds' statistics line, once there is one. */
  statistics: z.string().nullable(),
  /** Ready query that finds this pull's events in Devo. One a tag. */
  linq: z.array(z.strictObject({ tag: z.string(), query: z.string() })),
});

export type PullRunView = z.infer<typeof pullRun>;
