import type { DestinationView, PreflightView, Snapshot, SourceView } from '../../shared/contract.ts';
import { DESTINATION_SECRETS, SOURCE_SECRETS } from '../../shared/settings.ts';
import type { ForwardDesk } from './forward-desk.ts';
import type { PullDesk } from './pull-desk.ts';
import { nextRun } from './schedule/schedule.ts';
import { handoverView, pullView } from './views.ts';
import type { DestinationEntry, SourceEntry, Workspace } from './workspace.ts';

/** Makes the views that a window needs before it applies events. */
export class SnapshotMaker {
  readonly #workspace: Workspace;
  readonly #pulls: PullDesk;
  readonly #forward: ForwardDesk;
  /** Last pre-flight of each destination, for as long as the process lives. */
  readonly preflights = new Map<string, PreflightView>();

  constructor(workspace: Workspace, pulls: PullDesk, forward: ForwardDesk) {
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
    };
  }

  async source(entry: SourceEntry): Promise<SourceView> {
    const { store } = this.#workspace;
    const { settings, origin } = entry;
    const [last] = store.pulls.list({ source: settings.name, limit: 1 });
    const live = this.#pulls.liveOf(settings.name);
    const totals = store.pulls.sourceTotals().find((t) => t.source === settings.name);
    const lastPull = live ?? (last === undefined ? null : pullView(last, (s) => this.#workspace.tagsOf(s)));
    return {
      settings,
      origin,
      secretsSet: await this.#workspace.secretsSet('source', settings.name, SOURCE_SECRETS),
      state: this.#state(entry, lastPull),
      nextRunAt: this.nextRunAt(entry),
      lastPull,
      records: totals?.records ?? 0,
      staged: totals?.staged ?? 0,
    };
  }

  /** Epoch ms of the next scheduled pull; null while it runs, is paused or disabled. */
  nextRunAt({ settings }: SourceEntry): number | null {
    const { value } = this.#workspace.settings;
    if (!settings.enabled || value.paused || value.pausedSources.includes(settings.name)) return null;
    if (this.#pulls.liveOf(settings.name) !== null) return null;
    const [last] = this.#workspace.store.pulls.list({ source: settings.name, limit: 1 });
    return nextRun(last?.startedAt ?? null, settings.periodSeconds, this.#workspace.clock.now());
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
      lastRun: live ?? (last === undefined ? null : handoverView(last)),
    };
  }

  #state({ settings }: SourceEntry, last: SourceView['lastPull']): SourceView['state'] {
    const { value } = this.#workspace.settings;
    if (!settings.enabled) return 'disabled';
    if (last?.state === 'running')
      return last.feeds.some((f) => f.waitingUntil !== null) ? 'waiting' : 'pulling';
    if (last?.state === 'failed' || last?.feeds.some((f) => f.failure !== null)) return 'failing';
    if (value.paused || value.pausedSources.includes(settings.name)) return 'paused';
    return 'idle';
  }
}
