import { DESTINATION_SECRETS, SOURCE_SECRETS } from '../../shared/settings.ts';
import type { Snapshot } from '../../shared/views/app.ts';
import type { DestinationView, PreflightView } from '../../shared/views/destination.ts';
import type { SourceView } from '../../shared/views/source.ts';
import type { ForwardDesk } from './forward-desk.ts';
import type { PullDesk } from './pull-desk.ts';
import { persistenceOf } from './reset.ts';
import { dueAt } from './schedule/due.ts';
import { quietUntil } from './schedule/quiet-hours.ts';
import { isLoopback } from './sources/loopback-host.ts';
import { handoverView, pullView } from './views.ts';
import type { DestinationEntry, SourceEntry, Workspace } from './workspace.ts';

/** What a view tells besides the store and the settings, and a source's schedule heeds. */
export interface Background {
  online(): boolean;
  asleep(): boolean;
  /** Epoch ms before which the source does not run by itself. */
  notBefore(source: string): number;
  /** How Sluice's own log and metrics stand at a destination. */
  internal(destination: string): DestinationView['internal'];
}

/** Makes the views that a window needs before it applies events. */
export class SnapshotMaker {
  readonly #workspace: Workspace;
  readonly #pulls: PullDesk;
  readonly #forward: ForwardDesk;
  /** Last pre-flight of each destination, for as long as the process lives. */
  readonly preflights = new Map<string, PreflightView>();
  readonly #background: Background;

  constructor(workspace: Workspace, pulls: PullDesk, forward: ForwardDesk, background: Background) {
    this.#background = background;
    this.#workspace = workspace;
    this.#pulls = pulls;
    this.#forward = forward;
  }

  counts(): Snapshot['counts'] {
    const facets = this.#workspace.store.records.facets({});
    const of = (facet: 'decision' | 'delivery', value: string): number =>
      facets[facet].find((f) => f.value === value)?.count ?? 0;
    return {
      records: facets.decision.reduce((sum, f) => sum + f.count, 0),
      staged: of('decision', 'staged'),
      approved: of('decision', 'approved'),
      held: of('decision', 'held'),
      rejected: of('decision', 'rejected'),
      queued: of('delivery', 'queued'),
      handedOver: of('delivery', 'handed_over'),
      failed: of('delivery', 'failed'),
    };
  }

  async snapshot(seq: number): Promise<Snapshot> {
    const { store, settings } = this.#workspace;
    return {
      seq,
      sources: await Promise.all(this.#workspace.sources().map((entry) => this.source(entry))),
      destinations: await Promise.all(this.#workspace.destinations().map((entry) => this.destination(entry))),
      pulls: this.#pulls.running(),
      handovers: this.#forward.running(),
      counts: this.counts(),
      lastKey: store.records.lastKey(),
      unindexed: store.unindexed(),
      paused: settings.value.paused,
      online: this.#background.online(),
      quietUntil: quietUntil(settings.value.app.quietHours, this.#workspace.clock.now()),
    };
  }

  async source(entry: SourceEntry): Promise<SourceView> {
    const { store } = this.#workspace;
    const { settings, origin } = entry;
    const [last] = store.pulls.list({ source: settings.name, limit: 1 });
    const live = this.#pulls.liveOf(settings.name);
    const totals = store.pulls.sourceTotals().find((t) => t.source === settings.name);
    const lastPull = live ?? (last === undefined ? null : pullView(last, this.#workspace));
    return {
      settings,
      origin,
      secretsSet: await this.#workspace.secretsSet('source', settings.name, SOURCE_SECRETS),
      state: this.#state(entry, lastPull),
      nextRunAt: this.nextRunAt(entry),
      lastPull,
      persistence: persistenceOf(this.#workspace, settings),
      records: totals?.records ?? 0,
      staged: totals?.staged ?? 0,
    };
  }

  /** Epoch ms of the next scheduled pull; null while it runs, is paused, disabled, or waits for a network. */
  nextRunAt({ settings }: SourceEntry): number | null {
    const { settings: file, store, clock } = this.#workspace;
    const [last] = store.pulls.list({ source: settings.name, limit: 1 });
    return dueAt({
      now: clock.now(),
      enabled: settings.enabled,
      paused: file.value.paused || file.value.pausedSources.includes(settings.name),
      running: this.#pulls.liveOf(settings.name) !== null,
      lastStartedAt: last?.startedAt ?? null,
      periodSeconds: settings.periodSeconds,
      local: this.#isLocal(settings),
      online: this.#background.online(),
      asleep: this.#background.asleep(),
      notBefore: this.#background.notBefore(settings.name),
      quiet: file.value.app.quietHours,
    });
  }

  #isLocal(settings: SourceEntry['settings']): boolean {
    return [...this.#workspace.serversOf(settings)].every(isLoopback);
  }

  async destination({ settings, origin }: DestinationEntry): Promise<DestinationView> {
    const { store } = this.#workspace;
    const totals = store.outbox.totals().find((t) => t.destination === settings.name);
    const live = this.#forward.running().find((run) => run.destination === settings.name);
    const last = store.outbox.runs({ limit: 50 }).find((run) => run.destination === settings.name);
    return {
      settings,
      origin,
      secretsSet: await this.#workspace.secretsSet('destination', settings.name, DESTINATION_SECRETS),
      queued: totals?.queued ?? 0,
      inFlight: totals?.inFlight ?? 0,
      handedOver: totals?.handedOver ?? 0,
      failed: totals?.failed ?? 0,
      lastPreflight: this.preflights.get(settings.name) ?? null,
      lastRun: live ?? (last === undefined ? null : handoverView(last, this.#workspace)),
      internal: this.#background.internal(settings.name),
    };
  }

  #state({ settings }: SourceEntry, last: SourceView['lastPull']): SourceView['state'] {
    const { value } = this.#workspace.settings;
    if (!settings.enabled) return 'disabled';
    if (last?.state === 'running')
      return last.feeds.some((f) => f.waitingUntil !== null) ? 'waiting' : 'pulling';
    if (last?.state === 'failed' || last?.feeds.some((f) => f.failure !== null)) return 'failing';
    if (value.paused || value.pausedSources.includes(settings.name)) return 'paused';
    if (!this.#background.online() && !this.#isLocal(settings)) return 'offline';
    return 'idle';
  }
}
