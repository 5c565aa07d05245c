import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../main/engine/store/open-store.ts';
import type { Store } from '../../main/engine/store/store.ts';
import type { Problem, RecordKind } from '../../shared/records.ts';
import type { Tlp } from '../../shared/tlp.ts';
import { testClock } from './devo-client.ts';

export interface StoredText {
  raw: Buffer;
  id: string;
  kind?: RecordKind;
  tlp?: Tlp;
  problems?: Problem[];
}

/** A fresh store in a temporary folder. */
export function makeStore(dir = mkdtempSync(join(tmpdir(), 'sluice-store-'))): {
  store: Store;
  dir: string;
  remove(): void;
} {
  const store = openStore({ dir, clock: testClock });
  return {
    store,
    dir,
    remove: () => {
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Stores records as one pull would, a page of 1,000 at a time. Answers the pulling id. */
export function storeRecords(store: Store, source: string, records: Iterable<StoredText>): string {
  const { pullingId } = store.pulls.begin(source, Date.now());
  const feeds = new Map<RecordKind, number>();
  const feedOf = (kind: RecordKind): number => {
    const known = feeds.get(kind);
    if (known !== undefined) return known;
    const feed = { apiRoot: 'http://127.0.0.1/root/', collection: 'c1', title: 'C1', kind };
    const { feedId } = store.pulls.openFeed(pullingId, source, feed);
    feeds.set(kind, feedId);
    return feedId;
  };
  let page: StoredText[] = [];
  const flush = () => {
    for (const kind of ['object', 'manifest'] as const) {
      const of = page.filter((r) => (r.kind ?? 'object') === kind);
      if (of.length === 0) continue;
      const drafts = of.map(({ raw, id, tlp, problems }) => ({
        id,
        version: '2026-01-01T00:00:00.000Z',
        type: 'indicator',
        name: id,
        tlp: tlp ?? ('none' as const),
        modified: 1_767_225_600_000,
        revoked: false,
        raw,
        problems: problems ?? [],
      }));
      store.pulls.storePage(pullingId, feedOf(kind), { records: drafts, cursor: null }, Date.now());
    }
    page = [];
  };
  for (const record of records) {
    page.push(record);
    if (page.length === 1000) flush();
  }
  flush();
  store.pulls.end(pullingId, { endedAt: Date.now(), state: 'done', requests: 1, failure: null });
  return pullingId;
}

/** Approves everything. */
export function approveAll(store: Store): void {
  store.decisions.decide({ filter: {} }, 'approved', null, Date.now());
}
