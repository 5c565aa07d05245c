/**
 * Everything that crosses a process: calls (question and answer) and events (told, never asked).
 * Values are JSON-safe. Every input is strict: an unknown key is an error. Hosts validate inputs with these schemas
 * before passing them on; an unknown name is an error everywhere.
 */

import { z } from 'zod';
import { appSettings } from './app-settings.ts';
import type { Failure } from './errors.ts';
import { LONGEST_REASON } from './override-reason.ts';
import { DECISIONS, decision, recordFilter, recordRow, recordSort, selection } from './records.ts';
import { DESTINATION_SECRETS, destinationSettings, SOURCE_SECRETS, sourceSettings } from './settings.ts';
import { entityName } from './settings-common.ts';
import { appInfo, cleanupRun, logLine, retentionPlan, snapshot } from './views/app.ts';
import { count, failureSchema, instant } from './views/common.ts';
import { configFormat, configText, importPreview, writtenConfig } from './views/configuration.ts';
import { destinationView, handoverRun, preflightReport } from './views/destination.ts';
import { exportFormat, exportPlan, exportRun } from './views/export.ts';
import { overridePreview, overrideView } from './views/override.ts';
import { LOOKUP_CHANGES, lookupChange, MAX_UPLOAD_PIECE, planView, UPLOAD_PARTS } from './views/plan.ts';
import { pullRun } from './views/pull.ts';
import { facetView, recordDetail, rowDiff, wirePreview } from './views/record.ts';
import { probeReport, resetPreview, sourceView } from './views/source.ts';

const nothing = z.strictObject({});

const byName = z.strictObject({ name: entityName });

const done = z.strictObject({ ok: z.literal(true) });

const call = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O) => ({ input, output });

export const calls = {
  'app.info': call(nothing, appInfo),
  'app.snapshot': call(nothing, snapshot),
  /** Pauses or resumes every schedule. */
  'app.pause': call(z.strictObject({ paused: z.boolean() }), done),

  /** Starts a pull of every enabled source that is not being pulled; answers how many. */
  'app.syncNow': call(nothing, z.strictObject({ started: count })),

  'settings.get': call(nothing, appSettings),
  'settings.save': call(z.strictObject({ settings: appSettings }), appSettings),
  'retention.plan': call(nothing, retentionPlan),
  'retention.start': call(nothing, done),
  'retention.cancel': call(nothing, done),

  'sources.save': call(
    z.strictObject({ settings: sourceSettings, previousName: entityName.nullable() }),
    sourceView,
  ),
  'sources.remove': call(byName, done),
  /** `value` null forgets it. There is no call that reads one. */
  'sources.setSecret': call(
    z.strictObject({
      name: entityName,
      field: z.enum(SOURCE_SECRETS),
      value: z.string().max(100_000).nullable(),
    }),
    done,
  ),
  /** Tries settings that need not be saved yet; `secrets` overrides stored ones for this try only. */
  'sources.probe': call(
    z.strictObject({
      settings: sourceSettings,
      secrets: z.partialRecord(z.enum(SOURCE_SECRETS), z.string().max(100_000)),
    }),
    probeReport,
  ),
  'sources.pull': call(byName, z.strictObject({ pullingId: z.string() })),
  'sources.cancel': call(byName, done),
  'sources.pause': call(z.strictObject({ name: entityName, paused: z.boolean() }), done),
  /** What restarting the persistence would do; then doing it, with the old cursors kept; then putting them back. */
  'sources.resetPreview': call(byName, resetPreview),
  'sources.reset': call(byName, sourceView),
  'sources.undoReset': call(byName, sourceView),
  /** Per source records of the last pulls, oldest first, for the sparkline. */
  'sources.trend': call(byName, z.array(z.strictObject({ at: instant, stored: count }))),

  /** What is configured as a collector's file, for reading: never with secrets. */
  'config.preview': call(z.strictObject({ format: configFormat }), writtenConfig),
  /** The same written to a file of the host's choice, readable by its owner only. Secrets go into that file and nowhere else. */
  'config.export': call(
    z.strictObject({ format: configFormat, withSecrets: z.boolean() }),
    z.strictObject({ file: z.string(), secrets: count, missing: z.array(z.string()) }),
  ),
  /** What a collector's file would bring, without bringing it. Secrets in it are named, not answered. */
  'config.importPreview': call(z.strictObject({ text: configText }), importPreview),
  /** Brings what {@link importPreview} marks as new, with its secrets. */
  'config.import': call(z.strictObject({ text: configText }), importPreview),

  'pulls.list': call(
    z.strictObject({
      source: entityName.optional(),
      before: z.string().optional(),
      limit: z.number().int().min(1).max(500),
    }),
    z.array(pullRun),
  ),
  'pulls.get': call(z.strictObject({ pullingId: z.string().max(40) }), pullRun.nullable()),

  /** `total` is the whole view's size. Give `index` for a scroll position or `after` to continue. */
  'records.page': call(
    z.strictObject({
      filter: recordFilter,
      sort: recordSort,
      index: z.number().int().nonnegative().optional(),
      after: z.string().max(2000).optional(),
      limit: z.number().int().min(1).max(500),
    }),
    z.strictObject({ rows: z.array(recordRow), next: z.string().nullable(), total: count }),
  ),
  'records.facets': call(z.strictObject({ filter: recordFilter }), facetView),
  'records.detail': call(z.strictObject({ key: count }), recordDetail.nullable()),
  'records.preview': call(z.strictObject({ key: count, destination: entityName }), wirePreview),
  /** One row against what was last handed over to a lookup; null for a destination that is none. */
  'records.diff': call(z.strictObject({ key: count, destination: entityName }), rowDiff.nullable()),
  'records.count': call(z.strictObject({ selection }), z.strictObject({ records: count, bytes: count })),
  'records.decide': call(
    z.strictObject({ selection, decision: z.enum(DECISIONS), reason: z.string().max(2000).nullable() }),
    z.strictObject({ changed: count, undo: count.nullable() }),
  ),
  'records.undo': call(z.strictObject({ token: count }), z.strictObject({ restored: count, skipped: count })),
  'records.lastUndo': call(
    nothing,
    z.strictObject({ token: count, decision, changed: count, at: instant }).nullable(),
  ),

  /** What would be in a file, and what would not. */
  'export.plan': call(z.strictObject({ selection }), exportPlan),
  /** Writes what is selected now to a file of the engine's choice, readable by its owner only; {@link events.export} tells how far it is. */
  'export.start': call(z.strictObject({ selection, format: exportFormat }), done),
  'export.cancel': call(nothing, done),

  'filters.list': call(nothing, z.array(z.strictObject({ name: z.string(), filter: recordFilter }))),
  'filters.save': call(z.strictObject({ name: z.string().min(1).max(100), filter: recordFilter }), done),
  'filters.remove': call(z.strictObject({ name: z.string().min(1).max(100) }), done),

  'destinations.save': call(
    z.strictObject({ settings: destinationSettings, previousName: entityName.nullable() }),
    destinationView,
  ),
  'destinations.remove': call(byName, done),
  'destinations.setSecret': call(
    z.strictObject({
      name: entityName,
      field: z.enum(DESTINATION_SECRETS),
      value: z.string().max(100_000).nullable(),
    }),
    done,
  ),
  'destinations.preflight': call(
    z.strictObject({
      settings: destinationSettings,
      secrets: z.partialRecord(z.enum(DESTINATION_SECRETS), z.string().max(100_000)),
    }),
    preflightReport,
  ),
  'destinations.testEvent': call(
    z.strictObject({ name: entityName, tag: z.string().max(1024) }),
    z.strictObject({ ok: z.boolean(), bytes: z.base64(), failure: failureSchema.nullable() }),
  ),
  'destinations.lintTag': call(
    z.strictObject({ tag: z.string().max(4096) }),
    z.array(z.strictObject({ level: z.enum(['ok', 'warning', 'error']), message: z.string() })),
  ),

  /** What would go where. `exact` also counts the bytes on the wire (a dry run). */
  'forward.plan': call(z.strictObject({ exact: z.boolean() }), z.array(planView)),
  /** Rows of what would go to a lookup, by arrival, each with how it stands to what the lookup holds. `index` is a scroll position. */
  'forward.planRows': call(
    z.strictObject({
      destination: entityName,
      /** Only these; left out: all but `superseded`. */
      changes: z.array(lookupChange).max(LOOKUP_CHANGES.length).optional(),
      index: count,
      limit: z.number().int().min(1).max(500),
    }),
    z.strictObject({
      rows: z.array(z.strictObject({ row: recordRow, change: lookupChange, held: count.nullable() })),
      total: count,
    }),
  ),
  /**
   * Some of the exact bytes of the whole hand-over to a lookup, as they would be written now: one part after the other. CSV, of the rows that
   * are added or changed and then of those that are deleted; or all messages. Empty for a destination that takes events.
   */
  'forward.upload': call(
    z.strictObject({
      destination: entityName,
      offset: count,
      length: z.number().int().min(1).max(MAX_UPLOAD_PIECE),
    }),
    z.strictObject({
      offset: count,
      bytes: z.base64(),
      end: z.boolean(),
      total: count,
      parts: z.array(z.strictObject({ name: z.enum(UPLOAD_PARTS), bytes: count })),
    }),
  ),
  'forward.start': call(z.strictObject({ destinations: z.array(entityName).nullable() }), done),
  'forward.cancel': call(nothing, done),
  'forward.retryFailed': call(byName, z.strictObject({ queued: count })),
  'forward.list': call(
    z.strictObject({ before: count.optional(), limit: z.number().int().min(1).max(500) }),
    z.array(handoverRun),
  ),

  /** What a written override of a destination's highest TLP would let through now; making it, about so many records as `expected`. */
  'overrides.preview': call(z.strictObject({ destination: entityName, selection }), overridePreview),
  'overrides.make': call(
    z.strictObject({
      destination: entityName,
      selection,
      reason: z.string().max(LONGEST_REASON),
      expected: count.optional(),
    }),
    overrideView,
  ),
  /** Takes back what is not handed over and not on its way. */
  'overrides.withdraw': call(
    z.strictObject({ id: count }),
    z.strictObject({ override: overrideView, takenBack: count }),
  ),
  /** Newest first; `inForce` leaves out those that were withdrawn or have nothing to go any more. */
  'overrides.list': call(
    z.strictObject({
      inForce: z.boolean(),
      before: count.optional(),
      limit: z.number().int().min(1).max(500),
    }),
    z.array(overrideView),
  ),

  'log.page': call(
    z.strictObject({
      before: count.optional(),
      after: count.optional(),
      level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']).optional(),
      text: z.string().max(500).optional(),
      limit: z.number().int().min(1).max(1000),
    }),
    z.array(logLine),
  ),
} as const;

export type CallName = keyof typeof calls;

/** What a caller may give: defaults not yet filled in. */
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;

/** What a handler gets: checked, defaults filled in. */
export type CallParsed<N extends CallName> = z.output<(typeof calls)[N]['input']>;

export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;

/** Events are small, coalesced to about ten a second (latest wins), and carry counts, never rows. */
export const events = {
  /** Sources, destinations, counts: everything of a snapshot but progress. */
  state: snapshot,
  /** A running or just ended pull. */
  pull: pullRun,
  handover: handoverRun,
  /** The set of records or their decisions changed: ask again. */
  records: z.strictObject({ lastKey: count, counts: snapshot.shape.counts, unindexed: count }),
  settings: appSettings,
  cleanup: cleanupRun,
  export: exportRun,
  /** New log lines up to this number. */
  log: z.strictObject({ seq: count }),
} as const;

export type EventName = keyof typeof events;

export type EventData<N extends EventName> = z.output<(typeof events)[N]>;

/** `seq` grows by every event of any name, so that a snapshot's `seq` tells what is older. */
export type EngineEvent = { [N in EventName]: { seq: number; name: N; data: EventData<N> } }[EventName];

/** Answer of a call on the wire. */
export type CallResult<N extends CallName> =
  | { ok: true; value: CallOutput<N> }
  | { ok: false; failure: Failure };

/** No input is larger than this on any wire, bytes of JSON. */
export const MAX_CALL_BYTES = 1_000_000;
