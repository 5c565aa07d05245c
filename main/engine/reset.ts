import { SluiceError } from '../../shared/errors.ts';
import type { SourceSettings } from '../../shared/settings.ts';
import type { PersistenceView, ResetPreview } from '../../shared/views/source.ts';
import { beginsAt, reachedBy, resetSetting, valueMadeWith, withResetValue } from './persistence.ts';
import type { CursorState, FeedRef, Source } from './sources/source.ts';
import type { SourceEntry, Workspace } from './workspace.ts';

/** Cursors as they were before a restart, kept in the store under the source. */
interface Snapshot {
  at: number;
  cursors: { feed: FeedRef; cursor: CursorState }[];
}

/** Where the persistence of a source stands; null for kinds that have none to restart. */
export function persistenceOf(workspace: Workspace, settings: SourceSettings): PersistenceView | null {
  const setting = resetSetting(settings);
  if (setting === null) return null;
  const made = madeWith(workspace, settings);
  return {
    setting: setting.key,
    configured: setting.value,
    made: made === undefined ? setting.value : made,
    waiting: made !== undefined && made !== setting.value,
    undo: snapshotOf(workspace, settings.name)?.at ?? null,
  };
}

/**
 * A source ready to pull. While a changed setting waits for its restart to be confirmed, the pull goes on with the value that the cursors
 * were made with, and says so: nothing restarts in silence.
 */
export function openForPull(workspace: Workspace, entry: SourceEntry): Source {
  const persistence = persistenceOf(workspace, entry.settings);
  if (persistence === null || !persistence.waiting) return workspace.openSource(entry);
  const source = workspace.openSource({
    ...entry,
    settings: withResetValue(entry.settings, persistence.made),
  });
  workspace.logBook
    .bind('InputProcess', source.threadName)
    .warning(
      `${persistence.setting} was changed; this pull goes on where the last one ended. The persistence is restarted once that is confirmed: Restart on the page of the source, or "sluice reset".`,
    );
  return source;
}

/** What a restart would do, without doing it. @throws SluiceError `reset.nothing` for kinds that have none */
export function previewReset(workspace: Workspace, { settings }: SourceEntry): ResetPreview {
  const persistence = persistenceOf(workspace, settings);
  if (persistence === null) throw nothingToReset(settings.name);
  const { store, clock } = workspace;
  const from = beginsAt(settings, clock.now());
  const feeds = store.pulls.feeds(settings.name).map(({ feed, cursor, records }) => ({
    feed,
    records,
    reached: cursor === null ? null : reachedBy(settings.kind, cursor),
  }));
  const known = feeds.flatMap((feed) => (feed.reached === null ? [] : [feed.reached]));
  const reached = known.length === 0 ? null : Math.min(...known);
  const source = [settings.name];
  return {
    persistence,
    from,
    reached,
    feeds,
    records: store.records.count({ source }),
    handedOver: store.records.count({ source, delivery: ['handed_over'] }),
    skips: from !== null && reached !== null && from > reached,
  };
}

/** Forgets where the source stands; the next pull begins anew. The old cursors are kept for {@link undoReset}. */
export function resetSource(workspace: Workspace, { settings }: SourceEntry): void {
  const persistence = persistenceOf(workspace, settings);
  if (persistence === null) throw nothingToReset(settings.name);
  locked(workspace, settings.name, () => {
    const { pulls } = workspace.store;
    const cursors = pulls
      .feeds(settings.name)
      .flatMap(({ feed, cursor }) => (cursor === null ? [] : [{ feed, cursor }]));
    // A second restart in a row has nothing to keep: the first one's cursors stay.
    const kept: Snapshot | null =
      cursors.length > 0 ? { at: workspace.clock.now(), cursors } : snapshotOf(workspace, settings.name);
    pulls.setCursors(settings.name, [], { reset: kept });
    workspace.logBook
      .bind('InputProcess', 'MainThread')
      .warning(
        `The persistence of "${settings.name}" was restarted: ${cursors.length} cursors are kept and can be put back.`,
      );
  });
}

/** Puts back the cursors from before the last restart. What was pulled since stays. @throws SluiceError `reset.no-snapshot` */
export function undoReset(workspace: Workspace, { settings }: SourceEntry): void {
  locked(workspace, settings.name, () => {
    const kept = snapshotOf(workspace, settings.name);
    if (kept === null) {
      throw new SluiceError({
        code: 'reset.no-snapshot',
        message: `There is no restart of "${settings.name}" to undo.`,
      });
    }
    workspace.store.pulls.setCursors(settings.name, kept.cursors, { reset: null });
    workspace.logBook
      .bind('InputProcess', 'MainThread')
      .warning(`The restart of "${settings.name}" was undone: ${kept.cursors.length} cursors were put back.`);
  });
}

/**
 * Unattended as the collectors are (`run`): who changes the setting and starts again wants the restart, and nobody is there to confirm it.
 * It is done, kept for undoing, and said with what it does.
 */
export function resetIfChanged(workspace: Workspace, entry: SourceEntry): void {
  if (persistenceOf(workspace, entry.settings)?.waiting !== true) return;
  const log = workspace.logBook.bind('InputProcess', 'MainThread');
  const preview = previewReset(workspace, entry);
  for (const line of resetLines(entry.settings.name, preview)) log.warning(line);
  resetSource(workspace, entry);
  // With the new value still in the file the next start would restart again.
  log.warning(
    `To undo: put ${preview.persistence.setting} back as it was, then sluice reset --source "${entry.settings.name}" --undo, with --config and --data.`,
  );
}

/** What a restart does, in sentences. */
export function resetLines(name: string, preview: ResetPreview): string[] {
  const { persistence, from, reached, records, handedOver, skips } = preview;
  const value = (v: string | null): string => (v === null || v === '' ? 'nothing' : `"${v}"`);
  const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
  const n = (count: number, what: string): string =>
    `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
  return [
    ...(persistence.waiting
      ? [
          `${persistence.setting} of "${name}" was changed from ${value(persistence.made)} to ${value(persistence.configured)}.`,
        ]
      : []),
    `The next pull begins ${from === null ? 'at the very beginning' : `at ${time(from)}`}${reached === null ? '' : ` instead of ${time(reached)}`}.`,
    `Up to ${n(records, 'record')} that are here come again. They are known by id and version, keep their decisions and are not sent again; ${n(handedOver, 'record')} of them ${handedOver === 1 ? 'was' : 'were'} handed over already.`,
    'What the server has changed since comes as a new version and is decided on like any other.',
    ...(skips && from !== null && reached !== null
      ? [`What was added between ${time(reached)} and ${time(from)} is never pulled.`]
      : []),
  ];
}

function madeWith(workspace: Workspace, settings: SourceSettings): string | null | undefined {
  for (const { cursor } of workspace.store.pulls.feeds(settings.name)) {
    const value = cursor === null ? undefined : valueMadeWith(settings.kind, cursor);
    if (value !== undefined) return value;
  }
  return undefined;
}

function snapshotOf(workspace: Workspace, source: string): Snapshot | null {
  const state = workspace.store.pulls.getState(source) as { reset?: Snapshot | null } | null;
  return state?.reset ?? null;
}

/** Not while a pull of this or another process moves the cursors. */
function locked(workspace: Workspace, source: string, change: () => void): void {
  const lock = workspace.store.locks.acquire(`pull/${source}`);
  try {
    change();
  } finally {
    lock.release();
  }
}

function nothingToReset(name: string): SluiceError {
  return new SluiceError({
    code: 'reset.nothing',
    message: `"${name}" compares the whole list at each pull; it has no persistence to restart.`,
  });
}
