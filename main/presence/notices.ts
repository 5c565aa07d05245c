import type { AppSettings } from '../../shared/app-settings.ts';
import { type Failure, failureLine } from '../../shared/errors.ts';
import type { HandoverRunView } from '../../shared/views/destination.ts';
import type { PullRunView } from '../../shared/views/pull.ts';
import type { SourceView } from '../../shared/views/source.ts';
import { countOf, plainLine } from './words.ts';

/** A notification of the system. `place` is where a click leads: view and path. */
export interface Notice {
  kind: 'review' | 'sources' | 'delivery';
  title: string;
  body: string;
  place: readonly string[];
}

/** What happens within this time is told at once: sources that are due together end together. */
const GROUP_MS = 5_000;
/** Names in one body. */
const MOST_NAMES = 4;

/**
 * What is worth a notification, grouped: new records to review, sources that begin to fail, hand-overs that fail. A failure is told once,
 * until it is over. Nothing here waits by itself: {@link dueAt} says when to {@link take}.
 */
export class Notices {
  /** New records by source. */
  readonly #records = new Map<string, number>();
  readonly #sources = new Map<string, Failure | null>();
  readonly #deliveries = new Map<string, Failure | null>();
  /** Sources known to fail; null until the first snapshot, whose failures are nothing new. */
  #failing: Set<string> | null = null;
  #since: number | null = null;

  /** A pull ended. `reviewed`: its records wait for a person, no rule forwards them. */
  pulled(run: PullRunView, reviewed: boolean, now: number): void {
    if (run.endedAt === null || run.stored === 0 || !reviewed) return;
    this.#records.set(run.source, (this.#records.get(run.source) ?? 0) + run.stored);
    this.#since ??= now;
  }

  /** How the sources are now. */
  sources(views: readonly SourceView[], now: number): void {
    // A pull that runs says nothing yet: it may fail again.
    const settled = views.filter((v) => v.state !== 'pulling' && v.state !== 'waiting');
    const failing = new Set(settled.filter((v) => v.state === 'failing').map((v) => v.settings.name));
    const before = this.#failing;
    for (const { settings, state } of views) {
      const unsettled = state === 'pulling' || state === 'waiting';
      if (unsettled && before?.has(settings.name) === true) failing.add(settings.name);
    }
    this.#failing = failing;
    for (const name of this.#sources.keys()) if (!failing.has(name)) this.#sources.delete(name);
    if (before === null) return;
    for (const { settings, lastPull } of settled) {
      if (!failing.has(settings.name) || before.has(settings.name)) continue;
      const failure = lastPull?.failure ?? lastPull?.feeds.find((f) => f.failure !== null)?.failure ?? null;
      this.#sources.set(settings.name, failure);
      this.#since ??= now;
    }
  }

  /** A hand-over ended. */
  handedOver(run: HandoverRunView, now: number): void {
    if (run.endedAt === null) return;
    this.#deliveries.delete(run.destination);
    if (run.state !== 'failed') return;
    this.#deliveries.set(run.destination, run.failure);
    this.#since ??= now;
  }

  /** When to {@link take} next, epoch ms: after the group's time, and not within quiet hours. null: nothing waits. */
  dueAt(quietUntil: number | null): number | null {
    if (this.#since === null || this.#records.size + this.#sources.size + this.#deliveries.size === 0)
      return null;
    return Math.max(this.#since + GROUP_MS, quietUntil ?? 0);
  }

  /** What to show now; nothing while somebody looks at the window, who sees it there. Forgets what it answers. */
  take(wanted: AppSettings['notifications'], looking: boolean): Notice[] {
    const notices: Notice[] = [];
    if (!looking) {
      if (wanted.delivery && this.#deliveries.size > 0) notices.push(deliveryNotice(this.#deliveries));
      if (wanted.sources && this.#sources.size > 0) notices.push(sourcesNotice(this.#sources));
      if (wanted.review && this.#records.size > 0) notices.push(reviewNotice(this.#records));
    }
    this.#records.clear();
    this.#sources.clear();
    this.#deliveries.clear();
    this.#since = null;
    return notices;
  }
}

function reviewNotice(records: ReadonlyMap<string, number>): Notice {
  const all = [...records.values()].reduce((sum, n) => sum + n, 0);
  const parts = [...records].map(([source, n]) => `${source} ${n.toLocaleString('en-US')}`);
  return {
    kind: 'review',
    title: `${countOf(all, 'new record')} to review`,
    body: some(parts),
    place: ['review'],
  };
}

function sourcesNotice(sources: ReadonlyMap<string, Failure | null>): Notice {
  const names = [...sources.keys()];
  const [name = ''] = names;
  if (names.length > 1)
    return {
      kind: 'sources',
      title: `${countOf(names.length, 'source')} cannot be pulled`,
      body: some(names),
      place: ['sources'],
    };
  return {
    kind: 'sources',
    title: `${name} cannot be pulled`,
    body: because(sources.get(name) ?? null),
    place: ['sources', name],
  };
}

function deliveryNotice(deliveries: ReadonlyMap<string, Failure | null>): Notice {
  const names = [...deliveries.keys()];
  const [name = ''] = names;
  if (names.length > 1)
    return {
      kind: 'delivery',
      title: `Hand-overs to ${countOf(names.length, 'destination')} failed`,
      body: some(names),
      place: ['deliver'],
    };
  return {
    kind: 'delivery',
    title: `The hand-over to ${name} failed`,
    body: because(deliveries.get(name) ?? null),
    place: ['deliver', 'destinations', name],
  };
}

function because(failure: Failure | null): string {
  if (failure === null) return 'The log says more.';
  return plainLine(
    failure.remedy === null ? failureLine(failure) : `${failureLine(failure)} ${failure.remedy}`,
  );
}

function some(parts: readonly string[]): string {
  const more = parts.length - MOST_NAMES;
  return [...parts.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
