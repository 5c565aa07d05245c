import type { Store } from '../../main/engine/store/store.ts';
import type { RowChange } from '../../shared/records.ts';

/** A version of a row as a pull of the list would store it. */
export interface StoredRow {
  id: string;
  /** Version number of the row, from 1. */
  version: number;
  change: RowChange;
  raw: string;
}

const FEED = {
  apiRoot: 'http://127.0.0.1/',
  collection: 'cewl',
  title: 'CVE Early Warning List',
  kind: 'cewl',
} as const;

/** Stores rows as one pull would. */
export function storeRows(store: Store, source: string, rows: readonly StoredRow[]): void {
  const now = Date.now();
  const { pullingId } = store.pulls.begin(source, now);
  const { feedId } = store.pulls.openFeed(pullingId, source, FEED);
  const drafts = rows.map(({ id, version, change, raw }) => ({
    id,
    version: `${version}.${change === 'gone' ? 'gone' : 'aaaaaaaaaaaa'}`,
    type: 'cve',
    name: id,
    tlp: 'none' as const,
    modified: now,
    revoked: change === 'gone',
    raw: Buffer.from(raw, 'utf8'),
    problems: [],
    cells: {
      kind: 'cewl' as const,
      change,
      score: null,
      severity: '',
      vendor: '',
      product: '',
      cwe: '',
      published: null,
      added: null,
      discovered: null,
      firstSeen: null,
      idRef: null,
    },
  }));
  for (let at = 0; at < drafts.length; at += 1000)
    store.pulls.storePage(pullingId, feedId, { records: drafts.slice(at, at + 1000), cursor: null }, now);
  store.pulls.end(pullingId, { endedAt: now, state: 'done', requests: 1, failure: null });
}
