import { SluiceError, toFailure } from '../../shared/errors.ts';
import type { SourceSettings } from '../../shared/settings.ts';
import type { HandoverRunView } from '../../shared/views/destination.ts';
import type { PlanView } from '../../shared/views/plan.ts';
import { type ForwardResult, type ForwardTarget, forward } from './devo/forward.ts';
import { planForward } from './devo/plan.ts';
import { endStaleOverrides } from './override-desk.ts';
import type { HandoverRun } from './store/outbox-store.ts';
import { handoverView } from './views.ts';
import type { Workspace } from './workspace.ts';

export interface ForwardScope {
  /** Names of destinations; null: every enabled one. */
  destinations: readonly string[] | null;
  /** Only records of these sources. */
  only?: (source: SourceSettings) => boolean;
  /** Put what failed before back into the queue first. */
  retryFailed?: boolean;
}

/** Opens the destinations a hand-over goes to, runs `work`, closes them. @throws SluiceError `destination.unknown` */
async function withTargets<T>(
  workspace: Workspace,
  scope: ForwardScope,
  work: (targets: ForwardTarget[]) => Promise<T>,
): Promise<T> {
  const entries =
    scope.destinations === null
      ? workspace.destinations().filter((d) => d.settings.enabled)
      : scope.destinations.map((name) => workspace.destinationEntry(name));
  endStaleOverrides(workspace);
  const targets: ForwardTarget[] = [];
  try {
    for (const entry of entries) {
      const { settings } = entry;
      targets.push({
        destination: await workspace.openDestination(entry),
        route: workspace.routeOf(settings, scope.only),
        batchRecords: settings.batchRecords,
        maxAttempts: settings.maxAttempts,
      });
    }
    return await work(targets);
  } finally {
    for (const { destination } of targets) await destination.close();
  }
}

/**
 * Gives the other destinations their share as well when only some are handed over to now: a record that everything it was given to
 * has taken counts as handed over, and would never be given to the rest.
 */
function routeOthers(workspace: Workspace, scope: ForwardScope): void {
  for (const { settings } of workspace.destinations()) {
    if (!settings.enabled || scope.destinations === null || scope.destinations.includes(settings.name))
      continue;
    workspace.store.outbox.route(workspace.routeOf(settings, scope.only));
  }
}

/** One hand-over of everything approved. */
export function forwardOnce(
  workspace: Workspace,
  scope: ForwardScope,
  signal: AbortSignal,
  onProgress?: (run: HandoverRun) => void,
): Promise<ForwardResult[]> {
  const { store, clock, logBook } = workspace;
  return withTargets(workspace, scope, (destinations) => {
    routeOthers(workspace, scope);
    return forward({
      store,
      destinations,
      clock,
      signal,
      log: logBook.bind('OutputProcess', 'MainThread'),
      ...(scope.retryFailed === undefined ? {} : { retryFailed: scope.retryFailed }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  });
}

/** What a hand-over would do; with `exact` also the bytes on the wire. */
export function planOnce(workspace: Workspace, scope: ForwardScope, exact: boolean): Promise<PlanView[]> {
  const { store, clock } = workspace;
  return withTargets(workspace, scope, (destinations) => planForward({ store, destinations, exact, clock }));
}

/** The hand-over that is running in this process; at most one. */
export class ForwardDesk {
  readonly #workspace: Workspace;
  readonly #changed: (run: HandoverRun | null) => void;
  readonly #runs = new Map<string, HandoverRun>();
  #controller: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace, changed: (run: HandoverRun | null) => void) {
    this.#workspace = workspace;
    this.#changed = changed;
  }

  get busy(): boolean {
    return this.#controller !== null;
  }

  running(): HandoverRunView[] {
    return [...this.#runs.values()]
      .filter((run) => run.endedAt === null)
      .map((run) => handoverView(run, this.#workspace));
  }

  /** Starts a hand-over; its results come as events. @throws SluiceError `forward.running` */
  start(scope: ForwardScope): void {
    if (this.#controller !== null) {
      throw new SluiceError({
        code: 'forward.running',
        message: 'A hand-over is already running.',
        retryable: true,
      });
    }
    for (const name of scope.destinations ?? []) this.#workspace.destinationEntry(name);
    const controller = new AbortController();
    this.#controller = controller;
    const log = this.#workspace.logBook.bind('OutputProcess', 'MainThread');
    this.#ended = forwardOnce(this.#workspace, scope, controller.signal, (run) => {
      this.#runs.set(run.destination, run);
      this.#changed(run);
    })
      .then(
        () => {},
        (error: unknown) => log.error(toFailure(error).message),
      )
      .finally(() => {
        this.#controller = null;
        this.#runs.clear();
        this.#changed(null);
      });
  }

  cancel(): void {
    this.#controller?.abort(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#ended;
  }
}
