import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../main/engine/ports.ts';
import type { FeedRef, RecordDraft } from '../../../main/engine/sources/source.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';

export function fixedClock(start = 1_790_000_000_000): Clock & { at: number } {
  return {
    at: start,
    now() {
      return this.at;
    },
    monotonic: () => performance.now(),
    sleep: () => Promise.resolve(),
  };
}

/** A directory that goes when the test ends. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function temporaryStore(dir = temporaryDir(), clock: Clock = fixedClock()): Store {
  const store = openStore({ dir, clock });
  onTestFinished(() => store.close());
  return store;
}

export const FEED: FeedRef = {
  apiRoot: 'https://taxii.example/api1/',
  collection: '91a7b528-80eb-42ed-a74d-c6fbd5a26116',
  title: 'High value',
  kind: 'object',
};

export function draft(over: Partial<RecordDraft> & { id: string }): RecordDraft {
  const type = over.type ?? over.id.split('--')[0] ?? 'indicator';
  const version = over.version ?? '2026-01-01T00:00:00Z';
  const name = over.name ?? '';
  return {
    version,
    type,
    name,
    tlp: 'none',
    modified: Date.parse(version) || null,
    revoked: false,
    raw: Buffer.from(JSON.stringify({ type, id: over.id, modified: version, name })),
    problems: [],
    ...over,
  };
}

/** `indicator--00000000-0000-4000-8000-00000000002a` for 42. */
export function stixId(n: number, type = 'indicator'): string {
  return `${type}--${n.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Starts a pull of one feed; answers how to store pages in it. */
export function pulling(store: Store, source = 'feed', feed: FeedRef = FEED, at = 1_790_000_000_000) {
  const { pullingId } = store.pulls.begin(source, at);
  const { feedId, cursor, storedBefore } = store.pulls.openFeed(pullingId, source, feed);
  return {
    pullingId,
    feedId,
    cursor,
    storedBefore,
    page: (records: readonly RecordDraft[], next: Record<string, unknown> | null = null, received = at) =>
      store.pulls.storePage(pullingId, feedId, { records, cursor: next }, received),
  };
}

export function indexAll(store: Store): void {
  while (store.indexSome(1000) > 0);
}

export const ARRIVAL = { by: 'arrival', dir: 'asc' } as const;
