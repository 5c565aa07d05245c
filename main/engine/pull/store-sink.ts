import type { Clock } from '../ports.ts';
import {
  type CursorState,
  type FeedRef,
  type FeedSink,
  type PullSink,
  receivedWith,
} from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { LiveFeed, LiveProgress } from './live-progress.ts';

/** What a source finds, into the store and into the live picture. */
export class StoreSink implements PullSink {
  readonly #store: Store;
  readonly #progress: LiveProgress;
  readonly #clock: Clock;
  readonly #onStoreFailure: (error: unknown) => void;
  readonly #open = new Map<number, LiveFeed>();

  /** @param onStoreFailure a page could not be stored: the whole pull has to end, whatever the source makes of it */
  constructor(store: Store, progress: LiveProgress, clock: Clock, onStoreFailure: (error: unknown) => void) {
    this.#store = store;
    this.#progress = progress;
    this.#clock = clock;
    this.#onStoreFailure = onStoreFailure;
  }

  open(feed: FeedRef): FeedSink {
    const { pullingId, source } = this.#progress.view;
    const { feedId, cursor, storedBefore } = this.#store.pulls.openFeed(pullingId, source, feed);
    const live = this.#progress.open(feed);
    const { view } = live;
    this.#open.set(feedId, live);
    return {
      cursor,
      storedBefore,
      held: () => this.#store.pulls.held(feedId),
      text: (key) => this.#store.pulls.text(key),
      store: (page) => {
        try {
          const stored = this.#store.pulls.storePage(pullingId, feedId, page, this.#clock.now());
          view.state = 'running';
          const received = receivedWith(page);
          view.received += received;
          view.stored += stored.stored;
          view.generated += stored.generated;
          view.duplicates += stored.duplicates;
          // A page without rows only moves the cursor.
          if (received > 0) view.pages++;
          this.#progress.rate(live);
          this.#progress.changed();
          return stored;
        } catch (error) {
          this.#onStoreFailure(error);
          throw error;
        }
      },
      progress: (now) => {
        if (view.state === 'waiting') view.state = 'running';
        view.requests = now.requests;
        view.bytes = now.bytes;
        view.announced = now.announced;
        view.waitingUntil = now.waitingUntil;
        view.note = now.note;
        this.#progress.changed();
      },
      done: (result) => {
        this.#open.delete(feedId);
        view.state = result.failure === null ? 'done' : 'failed';
        view.pages = result.pages;
        view.requests = result.requests;
        view.announced = result.announced;
        view.completeness = result.completeness;
        view.failure = result.failure;
        view.waitingUntil = null;
        view.note = null;
        this.#progress.rate(live);
        this.#remember(feedId, live);
        this.#progress.changed();
      },
    };
  }

  cursorOf({ apiRoot, collection, kind }: FeedRef): CursorState | null {
    const kept = this.#store.pulls
      .feeds(this.#progress.view.source)
      .find(({ feed }) => feed.apiRoot === apiRoot && feed.collection === collection && feed.kind === kind);
    return kept?.cursor ?? null;
  }

  /** Feeds that a source never finished: the pull ended under them. */
  closeOpen(): void {
    for (const [feedId, live] of this.#open) {
      live.view.state = 'interrupted';
      live.view.waitingUntil = null;
      live.view.completeness ??= { complete: 'no', reason: 'The pull was stopped before the end.' };
      this.#remember(feedId, live);
    }
    this.#open.clear();
  }

  #remember(feedId: number, live: LiveFeed): void {
    const { view } = live;
    try {
      this.#store.pulls.endFeed(this.#progress.view.pullingId, feedId, {
        pages: view.pages,
        requests: view.requests,
        received: view.received,
        stored: view.stored,
        generated: view.generated,
        duplicates: view.duplicates,
        announced: view.announced,
        completeness: view.completeness ?? { complete: 'unknown', reason: 'The source did not say.' },
        failure: view.failure,
      });
    } catch (error) {
      this.#onStoreFailure(error);
    }
  }
}
