import type { FeedRunView } from '../../../shared/contract.ts';
import type { Clock } from '../ports.ts';
import type {
  CursorState,
  FeedRef,
  FeedResult,
  FeedSink,
  SourcePage,
  StoredPage,
} from '../sources/source.ts';
import type { PullStore } from '../store/store.ts';

export interface FeedStart {
  store: PullStore;
  pullingId: string;
  source: string;
  feed: FeedRef;
  clock: Clock;
  /** The live numbers moved. */
  changed: () => void;
  /** A page or a result could not be written. */
  storeFailed: (error: unknown) => void;
}

/** One feed of a running pull: passes pages to the store and keeps the live numbers. */
export class FeedRunner implements FeedSink {
  readonly cursor: CursorState | null;
  readonly storedBefore: number;
  readonly #store: PullStore;
  readonly #pullingId: string;
  readonly #feedId: number;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #changed: () => void;
  readonly #storeFailed: (error: unknown) => void;
  #view: FeedRunView;

  constructor(start: FeedStart) {
    const { store, pullingId, source, feed, clock } = start;
    const { feedId, cursor, storedBefore } = store.openFeed(pullingId, source, feed);
    this.cursor = cursor;
    this.storedBefore = storedBefore;
    this.#store = store;
    this.#pullingId = pullingId;
    this.#feedId = feedId;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    this.#changed = start.changed;
    this.#storeFailed = start.storeFailed;
    this.#view = {
      source,
      feed,
      state: 'running',
      pages: 0,
      requests: 0,
      received: 0,
      stored: 0,
      duplicates: 0,
      bytes: 0,
      rate: null,
      announced: null,
      completeness: null,
      failure: null,
      waitingUntil: null,
      note: null,
    };
  }

  get view(): FeedRunView {
    return this.#view;
  }

  store(page: SourcePage): StoredPage {
    const done = this.#storePage(page);
    const seconds = (this.#clock.monotonic() - this.#startedAt) / 1000;
    const received = this.#view.received + page.records.length;
    this.#update({
      // A page without records only moves the cursor.
      pages: this.#view.pages + (page.records.length > 0 ? 1 : 0),
      received,
      stored: this.#view.stored + done.stored,
      duplicates: this.#view.duplicates + done.duplicates,
      rate: seconds > 0 ? Math.round(received / seconds) : null,
      waitingUntil: null,
    });
    return done;
  }

  #storePage(page: SourcePage): StoredPage {
    const { records, cursor } = page;
    try {
      return this.#store.storePage(this.#pullingId, this.#feedId, records, cursor, this.#clock.now());
    } catch (error) {
      this.#storeFailed(error);
      throw error;
    }
  }

  progress(now: Parameters<FeedSink['progress']>[0]): void {
    this.#update({ ...now, announced: now.announced ?? this.#view.announced });
  }

  done(result: FeedResult): void {
    const { pages, requests, received, announced, completeness, failure } = result;
    this.#update({
      pages,
      requests,
      received,
      announced,
      completeness,
      failure,
      state: failure === null ? 'done' : 'failed',
      waitingUntil: null,
      note: null,
    });
    this.#record();
  }

  /** The pull ended before this feed did. */
  interrupt(reason: string): void {
    if (this.#view.state !== 'running') return;
    this.#update({
      state: 'interrupted',
      completeness: { complete: 'unknown', reason },
      waitingUntil: null,
      note: null,
    });
    this.#record();
  }

  #record(): void {
    const { pages, requests, received, stored, duplicates, announced, completeness, failure } = this.#view;
    const run = { pages, requests, received, stored, duplicates, announced, failure };
    try {
      this.#store.endFeed(this.#pullingId, this.#feedId, {
        ...run,
        completeness: completeness ?? { complete: 'unknown', reason: 'The source did not say.' },
      });
    } catch (error) {
      this.#storeFailed(error);
    }
  }

  #update(change: Partial<FeedRunView>): void {
    this.#view = { ...this.#view, ...change };
    this.#changed();
  }
}
