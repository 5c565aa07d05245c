import type { AppInfo, CallName, CallOutput, CallParsed, EngineEvent } from '../../shared/contract.ts';
import { toFailure } from '../../shared/errors.ts';
import { approveForForward } from './auto-forward.ts';
import { appCalls } from './calls/app-calls.ts';
import { destinationCalls } from './calls/destination-calls.ts';
import { forwardCalls } from './calls/forward-calls.ts';
import type { Handlers } from './calls/handlers.ts';
import { logCalls } from './calls/log-calls.ts';
import { recordCalls } from './calls/record-calls.ts';
import { sourceCalls } from './calls/source-calls.ts';
import { EventHub } from './event-hub.ts';
import { ForwardDesk } from './forward-desk.ts';
import type { Answer } from './gate.ts';
import type { UnnumberedLine } from './log/log-book.ts';
import { PullDesk } from './pull-desk.ts';
import { Schedule } from './schedule/schedule.ts';
import { SnapshotMaker } from './snapshot.ts';
import { handoverView } from './views.ts';
import { Workspace, type WorkspacePorts } from './workspace.ts';

export interface EngineOptions extends WorkspacePorts, Pick<AppInfo, 'version' | 'host'> {
  /** Runs sources on their periods. */
  schedule: boolean;
}

/** Everything wired: answers the contract, tells events, runs the schedule. Plain Node, no host. */
export interface Engine {
  /** For {@link passGate}: the input has been checked. */
  answer: Answer;
  onEvent(listener: (event: EngineEvent) => void): () => void;
  onLogLine(listener: (line: UnnumberedLine) => void): () => void;
  /** Cancels what runs, waits for the current page, closes the store. */
  close(): Promise<void>;
}

/** Longest slice of indexing between two turns of the event loop: calls are answered within 50 ms while a pull runs. */
const INDEX_SLICE_MS = 25;
const INDEX_PAUSE_MS = 5;
/** A pull that cannot start now (another process has it) is tried again after this. */
const REFUSED_PAUSE_MS = 30_000;
/** A form saves settings, then secrets: the schedule does not begin between the two. */
const SETTLE_MS = 5_000;

/** @throws SluiceError when the store or the settings cannot be opened. */
export function createEngine(options: EngineOptions): Engine {
  const workspace = new Workspace(options);
  const hub = new EventHub();
  let closing = false;
  let indexing: NodeJS.Timeout | null = null;
  const heldUntil = new Map<string, number>();

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
      indexSoon();
      changed();
      if (!entry.settings.autoForward || run.state === 'cancelled' || closing) return;
      approveForForward(workspace, entry.settings.name);
      if (!desk.busy) desk.start({ destinations: null, only: (source) => source.autoForward });
    },
  });
  const desk = new ForwardDesk(workspace, (run) => {
    if (run !== null) hub.tell('handover', run.destination, () => handoverView(run));
    tellRecords();
    if (run === null || run.endedAt !== null) tellState();
  });
  const views = new SnapshotMaker(workspace, pulls, desk);

  const schedule = new Schedule(workspace.clock, () =>
    workspace.sources().map((entry) => ({
      name: entry.settings.name,
      due: () => {
        const next = views.nextRunAt(entry);
        return next === null ? null : Math.max(next, heldUntil.get(entry.settings.name) ?? 0);
      },
      run: () => {
        try {
          pulls.start(entry.settings.name);
        } catch (error) {
          heldUntil.set(entry.settings.name, workspace.clock.now() + REFUSED_PAUSE_MS);
          workspace.logBook.bind('InputProcess', 'MainThread').warning(toFailure(error).message);
        }
      },
    })),
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
        workspace.logBook.bind('MainProcess', 'MainThread').error(toFailure(error).message);
      }
    }, INDEX_PAUSE_MS);
    indexing.unref();
  }

  const handlers: Handlers<CallName> = {
    ...appCalls(workspace, views, hub, options, changed),
    ...sourceCalls(workspace, pulls, views, { changed, saved }),
    ...recordCalls(workspace, changed),
    ...destinationCalls(workspace, views, changed),
    ...forwardCalls(workspace, desk, changed),
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
    close: async () => {
      closing = true;
      schedule.stop();
      if (indexing !== null) clearTimeout(indexing);
      await Promise.all([pulls.close(), desk.close()]);
      workspace.logBook.flush();
      hub.close();
      workspace.close();
    },
  };
}
