import type { CallName, CallOutput, CallParsed, EngineEvent } from '../../shared/contract.ts';
import { toFailure } from '../../shared/errors.ts';
import type { AppInfo } from '../../shared/views/app.ts';
import { approveForForward } from './auto-forward.ts';
import { appCalls } from './calls/app-calls.ts';
import { configCalls } from './calls/config-calls.ts';
import { destinationCalls } from './calls/destination-calls.ts';
import { exportCalls } from './calls/export-calls.ts';
import { forwardCalls } from './calls/forward-calls.ts';
import type { Handlers } from './calls/handlers.ts';
import { logCalls } from './calls/log-calls.ts';
import { lookupCalls } from './calls/lookup-calls.ts';
import { overrideCalls } from './calls/override-calls.ts';
import { recordCalls } from './calls/record-calls.ts';
import { settingsCalls } from './calls/settings-calls.ts';
import { sourceCalls } from './calls/source-calls.ts';
import { CleanupDesk } from './cleanup-desk.ts';
import { EventHub } from './event-hub.ts';
import { ExportDesk } from './export-desk.ts';
import { ForwardDesk } from './forward-desk.ts';
import type { Answer } from './gate.ts';
import type { HostNews } from './host-line.ts';
import { InternalDesk } from './internal-desk.ts';
import type { UnnumberedLine } from './log/log-book.ts';
import { MemoryLine, mainThreads } from './memory-line.ts';
import { interfaceNetwork } from './network.ts';
import type { Network } from './ports.ts';
import { PullDesk } from './pull-desk.ts';
import { CatchUp } from './schedule/catch-up.ts';
import { heldBack } from './schedule/held-back.ts';
import { quietUntil } from './schedule/quiet-hours.ts';
import { Schedule } from './schedule/schedule.ts';
import { SnapshotMaker } from './snapshot.ts';
import { UploadShelf } from './upload-shelf.ts';
import { handoverView } from './views.ts';
import { Workspace, type WorkspacePorts } from './workspace.ts';

export interface EngineOptions extends WorkspacePorts, Pick<AppInfo, 'version' | 'host'> {
  /** Runs sources on their periods. */
  schedule: boolean;
  /** Why secrets are not kept, where they are not. */
  secretsNote?: string | null;
  network?: Network;
}

/** Everything wired: answers the contract, tells events, runs the schedule. Plain Node, no host. */
export interface Engine {
  /** For {@link passGate}: the input has been checked. */
  answer: Answer;
  onEvent(listener: (event: EngineEvent) => void): () => void;
  onLogLine(listener: (line: UnnumberedLine) => void): () => void;
  /** What the host heard of the computer: sleep, network, a crash. */
  hear(news: HostNews): void;
  /** Cancels what runs, waits for the current page, closes the store. */
  close(): Promise<void>;
}

/** Longest slice of indexing between two turns of the event loop: calls are answered within 50 ms while a pull runs. */
const INDEX_SLICE_MS = 25;
const INDEX_PAUSE_MS = 5;
/** A pull that cannot start now (another process has it) is tried again after this. */
const REFUSED_PAUSE_MS = 30_000;
/** Longest wait for the last log lines at the end. */
const LAST_FLUSH_MS = 2_000;
/** A form saves settings, then secrets: the schedule does not begin between the two. */
const SETTLE_MS = 5_000;

/** @throws SluiceError when the store or the settings cannot be opened. */
export function createEngine(options: EngineOptions): Engine {
  const workspace = new Workspace(options);
  const hub = new EventHub();
  const mainLog = workspace.logBook.bind('MainProcess', 'MainThread');
  let closing = false;
  let indexing: NodeJS.Timeout | null = null;
  const heldUntil = new Map<string, number>();

  const catchUp = new CatchUp(workspace.clock);
  const network = options.network ?? interfaceNetwork;
  let online = network.online();
  let quiet: number | null = null;

  const tellRecords = (): void => {
    const { store } = workspace;
    hub.tell('records', '', () => ({
      lastKey: store.records.lastKey(),
      counts: views.counts(),
      unindexed: store.unindexed(),
    }));
  };
  const tellState = (): void => {
    if (closing) return;
    void views.snapshot(hub.seq).then((state) => {
      if (!closing) hub.tell('state', '', () => ({ ...state, seq: hub.seq + 1 }));
    });
  };
  const changed = (): void => {
    internal.refresh();
    tellRecords();
    tellState();
    if (options.schedule) schedule.wake();
  };
  const saved = (source: string): void => {
    heldUntil.set(source, workspace.clock.now() + SETTLE_MS);
    changed();
  };

  const pulls = new PullDesk(workspace, {
    pull: (view) => {
      hub.tell('pull', view.pullingId, () => view);
      tellRecords();
    },
    turned: tellState,
    ended: (entry, run) => {
      internal.pulled(run);
      indexSoon();
      changed();
      if (!entry.settings.autoForward || run.state === 'cancelled' || closing) return;
      approveForForward(workspace, entry.settings.name);
      if (!desk.busy) desk.start({ destinations: null, only: (source) => source.autoForward });
    },
  });
  const desk = new ForwardDesk(workspace, (run) => {
    if (run !== null) hub.tell('handover', run.destination, () => handoverView(run, workspace));
    tellRecords();
    if (run !== null && run.endedAt !== null) internal.handedOver(run);
    if (run === null || run.endedAt !== null) tellState();
    // What waits for the end of a hand-over need not wait for the next look.
    if (run === null && options.schedule) schedule.wake();
  });
  const internal = new InternalDesk(workspace, {
    busy: () => desk.busy,
    held: (settings) => {
      const { paused, app } = workspace.settings.value;
      const now = workspace.clock.now();
      return heldBack(settings, { now, paused, asleep: catchUp.asleep, online, quiet: app.quietHours });
    },
    changed: tellState,
  });
  const cleanup = new CleanupDesk(workspace, (run) => hub.tell('cleanup', '', () => run));
  const memory = new MemoryLine({ clock: workspace.clock, logs: mainThreads(workspace.logBook) });
  const exports = new ExportDesk(workspace, (run) => hub.tell('export', '', () => run));
  const views = new SnapshotMaker(workspace, pulls, desk, {
    online: () => online,
    asleep: () => catchUp.asleep,
    notBefore: (source) => Math.max(catchUp.notBefore(source), heldUntil.get(source) ?? 0),
    internal: (destination) => internal.view(destination),
  });

  /** Looks at what changes without anybody's doing: the network, the hours. */
  const lookAround = (): void => {
    const was = online;
    online = network.online();
    const now = quietUntil(workspace.settings.value.app.quietHours, workspace.clock.now());
    if (online && !was) catchUp.begin();
    if (online === was && now === quiet) return;
    if (online !== was)
      mainLog.info(online ? 'The network is there again.' : 'There is no network. Schedules wait for it.');
    quiet = now;
    tellState();
  };

  /** Starts a pull unless that is refused now, which the log then says. */
  const tryPull = (source: string): boolean => {
    try {
      pulls.start(source);
      return true;
    } catch (error) {
      heldUntil.set(source, workspace.clock.now() + REFUSED_PAUSE_MS);
      workspace.logBook.bind('InputProcess', 'MainThread').warning(toFailure(error).message);
      return false;
    }
  };
  const syncNow = (): number =>
    workspace
      .sources()
      .map((entry) => entry.settings)
      .filter((source) => source.enabled && pulls.liveOf(source.name) === null && tryPull(source.name))
      .length;

  const schedule = new Schedule(
    workspace.clock,
    () => {
      lookAround();
      const sources = workspace.sources().map((entry) => ({
        name: entry.settings.name,
        due: () => views.nextRunAt(entry),
        run: () => void tryPull(entry.settings.name),
      }));
      const idle = !pulls.busy && !desk.busy;
      return [
        ...sources,
        { name: '', due: () => (idle ? cleanup.dueAt() : null), run: () => cleanup.start() },
        { name: '', due: () => internal.dueAt(), run: () => internal.start() },
        { name: '', due: () => (idle ? memory.dueAt() : null), run: () => memory.tell() },
      ];
    },
    () => {
      mainLog.info('The computer slept. What is due runs once, a little later.');
      catchUp.begin();
    },
  );

  /** Makes new text searchable behind the pull, in slices that leave room for calls. */
  function indexSoon(): void {
    if (indexing !== null || closing) return;
    indexing = setTimeout(() => {
      indexing = null;
      if (closing) return;
      try {
        const left = workspace.store.indexSome(INDEX_SLICE_MS);
        tellRecords();
        if (left > 0) indexSoon();
      } catch (error) {
        mainLog.error(toFailure(error).message);
      }
    }, INDEX_PAUSE_MS);
    indexing.unref();
  }

  const uploads = new UploadShelf(workspace);
  const handlers: Handlers<CallName> = {
    ...appCalls(workspace, views, hub, { secretsNote: null, ...options }, syncNow, changed),
    ...settingsCalls(workspace, cleanup, () => {
      hub.tell('settings', '', () => workspace.settings.value.app);
      changed();
    }),
    ...sourceCalls(workspace, pulls, views, { changed, saved }),
    ...configCalls(workspace, changed),
    ...recordCalls(workspace, changed),
    ...exportCalls(exports),
    ...destinationCalls(workspace, views, changed),
    ...forwardCalls(workspace, desk, changed),
    ...lookupCalls(workspace, uploads),
    ...overrideCalls(workspace, changed),
    ...logCalls(workspace),
  };
  const answer = async <N extends CallName>(name: N, input: CallParsed<N>): Promise<CallOutput<N>> =>
    await handlers[name](input);

  let logSeq = 0;
  workspace.logBook.onFlush(() => {
    hub.tell('log', '', () => {
      logSeq = workspace.store.logs.page({ limit: 1 }).at(-1)?.seq ?? logSeq;
      return { seq: logSeq };
    });
  });

  indexSoon();
  if (options.schedule) schedule.wake();

  return {
    answer: (name, input) => answer(name, input as never),
    onEvent: (listener) => hub.on(listener),
    onLogLine: (listener) => workspace.logBook.onLine(listener),
    hear: (news) => {
      if (news.power === 'suspend') catchUp.suspend();
      if (news.power === 'resume') catchUp.begin();
      if (news.problem !== undefined) mainLog.error(news.problem);
      if (options.schedule) schedule.wake();
      tellState();
    },
    close: async () => {
      closing = true;
      schedule.stop();
      uploads.clear();
      if (indexing !== null) clearTimeout(indexing);
      await Promise.all([pulls.close(), desk.close(), cleanup.close(), exports.close()]);
      if (options.schedule) await internal.flush(LAST_FLUSH_MS);
      await internal.close();
      workspace.logBook.flush();
      hub.close();
      workspace.close();
    },
  };
}
