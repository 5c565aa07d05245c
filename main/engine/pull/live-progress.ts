import type { FeedRunView, PullRunView } from '../../../shared/views/pull.ts';
import type { FeedRef } from '../sources/source.ts';

/** Events leave at most this often. */
const EVERY_MS = 100;

/** A feed's live numbers and when it began, monotonic ms. */
export interface LiveFeed {
  view: FeedRunView;
  began: number;
}

/** Keeps the picture of a running pull and hands it on at most ten times a second, the last one always. */
export class LiveProgress {
  readonly view: PullRunView;
  readonly feeds: LiveFeed[] = [];
  readonly #listener: (view: PullRunView) => void;
  readonly #monotonic: () => number;
  #timer: NodeJS.Timeout | null = null;
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    start: { pullingId: string; source: string; startedAt: number },
    monotonic: () => number,
    listener: (view: PullRunView) => void,
  ) {
    this.#listener = listener;
    this.#monotonic = monotonic;
    this.view = {
      ...start,
      endedAt: null,
      state: 'running',
      requests: 0,
      received: 0,
      stored: 0,
      generated: 0,
      duplicates: 0,
      failure: null,
      feeds: [],
      statistics: null,
      linq: [],
    };
  }

  open(feed: FeedRef): LiveFeed {
    const live: LiveFeed = {
      began: this.#monotonic(),
      view: {
        source: this.view.source,
        feed,
        state: 'waiting',
        pages: 0,
        requests: 0,
        received: 0,
        stored: 0,
        generated: 0,
        duplicates: 0,
        bytes: 0,
        rate: null,
        announced: null,
        completeness: null,
        failure: null,
        waitingUntil: null,
        note: null,
      },
    };
    this.feeds.push(live);
    this.view.feeds.push(live.view);
    this.changed();
    return live;
  }

  /** Call after numbers changed. A synchronous store starves timers, so that due events are sent from here. */
  changed(): void {
    const now = this.#monotonic();
    const due = this.#last + EVERY_MS;
    if (now >= due) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), due - now);
  }

  /** Sends the picture as it is now; a copy, so that nobody sees it change under their hands. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#last = this.#monotonic();
    const sum = (of: (f: FeedRunView) => number): number => this.feeds.reduce((n, f) => n + of(f.view), 0);
    this.view.received = sum((f) => f.received);
    this.view.stored = sum((f) => f.stored);
    this.view.generated = sum((f) => f.generated);
    this.view.duplicates = sum((f) => f.duplicates);
    if (this.view.state === 'running') this.view.requests = sum((f) => f.requests);
    this.#listener({
      ...this.view,
      feeds: this.feeds.map((f) => ({ ...f.view })),
      linq: [...this.view.linq],
    });
  }

  /** Records a second so far, whole numbers. */
  rate(live: LiveFeed): void {
    const seconds = (this.#monotonic() - live.began) / 1000;
    live.view.rate = seconds > 0 ? Math.round(live.view.received / seconds) : null;
  }
}
