import type { Clock, Log } from '../../main/engine/ports.ts';
import type {
  CursorState,
  FeedRef,
  FeedResult,
  FeedSink,
  PullContext,
  PullSink,
  RecordDraft,
  SourcePage,
  StoredPage,
} from '../../main/engine/sources/source.ts';

interface MemoryFeed {
  feed: FeedRef;
  cursor: CursorState | null;
  records: Map<string, RecordDraft>;
  result: FeedResult | null;
  duplicates: number;
  pages: number;
  announcedEarly: number | null;
}

/** What a pull put where, kept over several pulls: the store's promises (identity, page and cursor together) in memory. */
export class MemorySink implements PullSink {
  readonly feeds = new Map<string, MemoryFeed>();
  /** Called before each page is stored; a throw is a store that fails. */
  beforeStore: (page: SourcePage, feed: FeedRef) => void = () => {};

  open(feed: FeedRef): FeedSink {
    const key = `${feed.collection} ${feed.kind}`;
    const kept = this.feeds.get(key) ?? {
      feed,
      cursor: null,
      records: new Map(),
      result: null,
      duplicates: 0,
      pages: 0,
      announcedEarly: null,
    };
    kept.result = null;
    kept.duplicates = 0;
    kept.pages = 0;
    this.feeds.set(key, kept);
    const store = (page: SourcePage): StoredPage => {
      this.beforeStore(page, feed);
      let stored = 0;
      let generated = 0;
      for (const r of page.records) {
        const identity = `${r.id}\n${r.version}`;
        if (kept.records.has(identity)) continue;
        // The page is let go of: keep a copy, as the store does.
        kept.records.set(identity, { ...r, raw: Uint8Array.from(r.raw) });
        stored++;
        generated += r.messages ?? 1;
      }
      if (page.cursor !== null) kept.cursor = structuredClone(page.cursor);
      const duplicates = page.records.length - stored + (page.unchanged ?? 0);
      kept.duplicates += duplicates;
      kept.pages++;
      return { stored, generated, duplicates, changed: 0 };
    };
    return {
      held: () => [
        [...kept.records.values()].map(({ id, version, revoked }, key) => ({ key, id, version, revoked })),
      ],
      text: (key) => [...kept.records.values()][key]?.raw ?? new Uint8Array(),
      cursor: kept.cursor,
      storedBefore: kept.records.size,
      store,
      progress: (now) => {
        kept.announcedEarly = now.announced;
      },
      done: (result) => {
        kept.result = result;
      },
    };
  }

  cursorOf(feed: FeedRef): CursorState | null {
    return this.feeds.get(`${feed.collection} ${feed.kind}`)?.cursor ?? null;
  }

  feed(collection: string, kind: FeedRef['kind']): MemoryFeed {
    const found = this.feeds.get(`${collection} ${kind}`);
    if (found === undefined)
      throw new Error(`no feed ${collection} ${kind}; there are: ${[...this.feeds.keys()].join(', ')}`);
    return found;
  }
}

/** Real time, but no pause lasts: what was slept is noted. */
export function impatientClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => {
      slept.push(ms);
      await new Promise((resolve) => setImmediate(resolve));
      if (signal?.aborted) throw signal.reason;
    },
  };
}

export function listLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => {
    lines.push(`${level} ${message}`);
  };
  return { lines, debug: at('DEBUG'), info: at('INFO'), warning: at('WARNING'), error: at('ERROR') };
}

export function pullContext(sink: PullSink, signal: AbortSignal = new AbortController().signal) {
  const log = listLog();
  const clock = impatientClock();
  const context: PullContext = {
    clock,
    log,
    logAs: () => log,
    signal,
    sink,
    pullingId: '1669727732252',
    periodSeconds: null,
  };
  return { context, log, clock };
}
