/**
 * Everything that crosses a process: calls (question and answer) and events (told, never asked).
 * Values are JSON-safe. Every input is strict: an unknown key is an error. Hosts validate inputs with these schemas
 * before passing them on; an unknown name is an error everywhere.
 */
import { z } from 'zod';
import { appSettings } from './app-settings.ts';
import type { Failure } from './errors.ts';
import {
  DECISIONS,
  decision,
  delivery,
  FACETS,
  problem,
  recordFilter,
  recordKind,
  recordRow,
  recordSort,
  selection,
} from './records.ts';
import { DESTINATION_SECRETS, destinationSettings, SOURCE_SECRETS, sourceSettings } from './settings.ts';
import { entityName } from './settings-common.ts';

export const failureSchema: z.ZodType<Failure> = z.strictObject({
  code: z.string(),
  type: z.string().nullable(),
  id: z.number().nullable(),
  message: z.string(),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  retryable: z.boolean(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

const nothing = z.strictObject({});
const byName = z.strictObject({ name: entityName });
const done = z.strictObject({ ok: z.literal(true) });
const count = z.number().int().nonnegative();
const instant = z.number();

export const completeness = z.strictObject({
  complete: z.enum(['yes', 'no', 'unknown']),
  reason: z.string(),
});
const feedRef = z.strictObject({
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
  duplicates: count,
  failure: failureSchema.nullable(),
  feeds: z.array(feedRun),
  /** The seeds' statistics line, once there is one. */
  statistics: z.string().nullable(),
  /** Ready query that finds this pull's events in Devo. One a tag. */
  linq: z.array(z.strictObject({ tag: z.string(), query: z.string() })),
});
export type PullRunView = z.infer<typeof pullRun>;

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

const configFormat = z.enum(['yaml', 'json']);
const configText = z.string().max(500_000);
export const writtenConfig = z.strictObject({
  text: z.string(),
  /** What whoever runs a collector from it has to know. */
  notes: z.array(z.string()),
});
export type WrittenConfigView = z.infer<typeof writtenConfig>;

/** What a collector's file holds. `taken`: the name is in use here, so the entry stays out. */
export const importPreview = z.strictObject({
  entries: z.array(
    z.strictObject({
      what: z.enum(['source', 'destination']),
      name: z.string(),
      kind: z.string(),
      taken: z.boolean(),
      /** Secrets of it that the file holds. */
      secrets: z.array(z.string()),
    }),
  ),
  /** In the collectors' words. */
  warnings: z.array(z.string()),
});
export type ImportPreview = z.infer<typeof importPreview>;

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
});
export type DestinationView = z.infer<typeof destinationView>;

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

/** How a row stands to what a lookup holds of it. `superseded`: a newer version of the row goes out, or went out, in its place. */
export const LOOKUP_CHANGES = ['added', 'changed', 'removed', 'unchanged', 'superseded'] as const;
export const lookupChange = z.enum(LOOKUP_CHANGES);
export type LookupChange = (typeof LOOKUP_CHANGES)[number];

/** What a hand-over would do to the lookup it goes to. Rows are told apart by their id. */
export const lookupPlan = z.strictObject({
  /** The lookup's name in Devo. */
  name: z.string(),
  /** `create`: nothing of it was handed over yet; `replace`: the whole lookup goes out anew; `update`: only what differs. */
  operation: z.enum(['create', 'replace', 'update']),
  added: count,
  changed: count,
  removed: count,
  /** Handed over again although the text is what the lookup holds: a row that changed and changed back. */
  unchanged: count,
  /** Approved, never to be sent. Counted in `blocked` too. */
  superseded: count,
  /** Rows that the lookup holds, as far as Sluice handed them over, and will hold. */
  before: count,
  after: count,
});
export type LookupPlanView = z.infer<typeof lookupPlan>;

export const planView = z.strictObject({
  destination: z.string(),
  /** Per source, kind and tag. `bytes` are the exact bytes on the wire, framing included; null until counted. */
  groups: z.array(
    z.strictObject({
      source: z.string(),
      kind: recordKind,
      tag: z.string(),
      pullingId: z.string(),
      records: count,
      bytes: count.nullable(),
    }),
  ),
  blocked: z.array(z.strictObject({ reason: z.string(), source: z.string(), records: count })),
  /** What rows of a lookup leave out, and how many rows it concerns. Empty until counted exactly. */
  notes: z.array(z.strictObject({ note: z.string(), records: count })),
  records: count,
  bytes: count,
  failed: count,
  /** null where records go out as events. */
  lookup: lookupPlan.nullable(),
});
export type PlanView = z.infer<typeof planView>;

export const logLine = z.strictObject({
  seq: count,
  at: instant,
  level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR']),
  process: z.string(),
  thread: z.string(),
  message: z.string(),
});
export type LogLineView = z.infer<typeof logLine>;

const facetCounts = z.array(z.strictObject({ value: z.string(), label: z.string(), count }));
export const facetView = z.strictObject(
  Object.fromEntries(FACETS.map((f) => [f, facetCounts])) as Record<
    (typeof FACETS)[number],
    typeof facetCounts
  >,
);

/** A text longer than this is cut in {@link rowDiff}, characters. */
export const LONGEST_CELL = 10_000;

/** One row against the version that was last handed over to a lookup, in the lookup's columns. */
export const rowDiff = z.strictObject({
  destination: z.string(),
  /** The lookup's name in Devo. */
  lookup: z.string(),
  change: lookupChange,
  /** Key of the version that was handed over last; null: the lookup does not hold the row. */
  held: count.nullable(),
  /** `before` is null when the lookup does not hold the row, `after` when it is removed. Cut after {@link LONGEST_CELL}. */
  cells: z.array(
    z.strictObject({
      column: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      changed: z.boolean(),
    }),
  ),
});
export type RowDiffView = z.infer<typeof rowDiff>;

export const recordDetail = z.strictObject({
  row: recordRow,
  /** The server's text decoded for reading (invalid UTF-8 shows as replacement characters). At most 1 MB; `rawTruncated` says when. */
  raw: z.string(),
  rawTruncated: z.boolean(),
  problems: z.array(problem),
  /** A person's reading of the object: sentences first, then label/value pairs. */
  summary: z.strictObject({
    sentences: z.array(z.string()),
    properties: z.array(z.strictObject({ label: z.string(), value: z.string(), mono: z.boolean() })),
  }),
  versions: z.array(
    z.strictObject({
      key: count,
      /** A manifest entry has the id of the object it lists. */
      kind: recordKind,
      version: z.string(),
      source: z.string(),
      collection: z.string(),
      received: instant,
    }),
  ),
  relations: z.array(
    z.strictObject({
      /** e.g. `uses`, `created by`, `marked with`, `object of report`. */
      label: z.string(),
      direction: z.enum(['out', 'in']),
      id: z.string(),
      type: z.string(),
      /** null: not in the store. */
      key: count.nullable(),
      name: z.string(),
    }),
  ),
  /** The record's page at its server, to be opened outside; null where there is none. */
  page: z.url({ protocol: /^https?$/ }).nullable(),
  decisions: z.array(z.strictObject({ at: instant, decision, reason: z.string().nullable() })),
  deliveries: z.array(
    z.strictObject({
      destination: z.string(),
      state: delivery,
      at: instant.nullable(),
      maybeTwice: z.boolean(),
      attempts: count,
      failure: failureSchema.nullable(),
    }),
  ),
  /** The newer version of an approved row that goes out, or went out, in its place; null when there is none. */
  supersededBy: z.strictObject({ key: count, version: z.string() }).nullable(),
  /** The row against each enabled lookup that its source delivers to; empty for kinds that go out as events. */
  lookups: z.array(rowDiff),
});
export type RecordDetailView = z.infer<typeof recordDetail>;

/** Exactly what Devo would get for one record. */
export const wirePreview = z.strictObject({
  destination: z.string(),
  tag: z.string(),
  /** Framed bytes, base64: no decoding in between. */
  bytes: z.base64(),
  length: count,
  /** Spans of `bytes` that obfuscation replaced. */
  obfuscated: z.array(z.tuple([count, count])),
  /** Why this record would not be sent here; null when it would. */
  blocked: z.string().nullable(),
  /** What a lookup's row leaves out, one sentence each. */
  notes: z.array(z.string()),
});
export type WirePreviewView = z.infer<typeof wirePreview>;

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

export const UPLOAD_PARTS = ['rows', 'deletes', 'messages'] as const;
/** Longest answer of `forward.upload`, bytes. */
export const MAX_UPLOAD_PIECE = 262_144;

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
