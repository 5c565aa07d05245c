import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Batch, Route } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { failure } from '../../../shared/errors.ts';
import { draft, FEED, pulling, temporaryStore } from './store-fixture.ts';

const ROUTE: Route = {
  destination: 'lookup',
  sources: ['list'],
  kinds: ['cewl'],
  maxTlp: 'red',
  lookup: { name: 'CEWL', identity: 'here', update: 'increment' },
};
const LIMITS = { maxRecords: 10_000, maxBytes: 1e9 };

/** A list with versions of rows; keys count from 1 in the order given. */
function list(...versions: [id: string, text: string | null][]) {
  const store = temporaryStore();
  const feed = pulling(store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' });
  const counts = new Map<string, number>();
  const add = (...rows: [id: string, text: string | null][]): void => {
    const drafts = rows.map(([id, text]) => {
      const n = (counts.get(id) ?? 0) + 1;
      counts.set(id, n);
      const version = text === null ? `${n}.gone` : `${n}.${text}`;
      const raw = Buffer.from(JSON.stringify({ cve: id, text: text ?? '' }));
      return draft({ id, type: 'cve', version, revoked: text === null, raw });
    });
    feed.page(drafts);
  };
  if (versions.length > 0) add(...versions);
  return { store, add };
}

const approve = (store: Store, ...keys: number[]): void => {
  store.decisions.decide({ keys }, 'approved', null, 1);
};
const hold = (store: Store, ...keys: number[]): void => {
  store.decisions.decide({ keys }, 'held', null, 2);
};
const deliveryOf = (store: Store, key: number): string | undefined => store.records.get(key)?.row.delivery;

function begin(store: Store, route = ROUTE): Batch | null {
  store.outbox.route(route);
  return store.outbox.begin(route.destination, LIMITS);
}
function handOver(store: Store, route = ROUTE): number[] {
  const batch = begin(store, route);
  if (batch === null) return [];
  const keys = [...recordsOf(batch.runs())].map((r) => r.key);
  store.outbox.handedOver(batch, 5);
  return keys;
}
const back = (store: Store, batch: Batch | null, maybeTaken: boolean): void => {
  const why = failure({ code: 'devo.cut', message: 'cut', retryable: true });
  if (batch !== null) store.outbox.returned(batch, { failure: why, maybeTaken, maxAttempts: 9, at: 4 });
};

describe('versions of a row', () => {
  it('go out as the newest approved one; the older one comes back when that is taken back', () => {
    const { store } = list(['a', 'x'], ['a', 'y']);
    approve(store, 1, 2);
    expect([deliveryOf(store, 1), deliveryOf(store, 2)]).toEqual(['none', 'queued']);
    expect(store.records.get(1)?.supersededBy).toEqual({ key: 2, version: '2.y' });
    hold(store, 2);
    expect([deliveryOf(store, 1), deliveryOf(store, 2)]).toEqual(['queued', 'none']);
    expect(store.records.get(1)?.supersededBy).toBeNull();
    expect(handOver(store)).toEqual([1]);
  });

  it('are told of in the plan until a hand-over has passed them over, and the detail says why', () => {
    const { store } = list(['a', 'x'], ['a', 'y'], ['b', 'x']);
    approve(store, 1, 2, 3);
    expect(store.outbox.plan(ROUTE)).toMatchObject({
      groups: [{ kind: 'cewl', records: 2 }],
      blocked: [{ reason: 'superseded', source: 'list', records: 1 }],
    });
    expect(store.tables.diff(ROUTE)).toMatchObject({
      operation: 'create',
      added: 2,
      superseded: 1,
      after: 2,
    });
    expect(handOver(store)).toEqual([2, 3]);
    expect(store.outbox.plan(ROUTE)).toMatchObject({ groups: [], blocked: [], queued: 0 });
    expect(store.records.get(1)?.deliveries).toMatchObject([
      { destination: 'lookup', state: 'none', failure: { code: 'delivery.superseded' } },
    ]);
  });

  it('stay behind what was handed over, also when that is no longer approved', () => {
    const { store } = list(['a', 'x'], ['a', 'y']);
    approve(store, 2);
    expect(handOver(store)).toEqual([2]);
    hold(store, 2);
    approve(store, 1);
    expect([deliveryOf(store, 1), deliveryOf(store, 2)]).toEqual(['none', 'handed_over']);
    expect(handOver(store)).toEqual([]);
  });

  it('stay behind what is on its way, and take its place when that comes back and is no longer approved', () => {
    const { store } = list(['a', 'x'], ['a', 'y']);
    approve(store, 1, 2);
    const batch = begin(store);
    hold(store, 2);
    expect(deliveryOf(store, 1)).toBe('none');
    expect(store.outbox.waits(ROUTE)).toBe(false);
    back(store, batch, false);
    expect([deliveryOf(store, 1), deliveryOf(store, 2)]).toEqual(['queued', 'none']);
    expect(handOver(store)).toEqual([1]);
  });

  it('that come back from a cut hand-over are not sent again once a newer one is approved', () => {
    const { store, add } = list(['a', 'x']);
    approve(store, 1);
    const batch = begin(store);
    add(['a', 'y']);
    approve(store, 2);
    back(store, batch, true);
    expect(store.records.get(1)?.row).toMatchObject({ delivery: 'none', maybeTwice: true });
    expect(handOver(store)).toEqual([2]);
  });

  it('of other feeds with the same id are other rows', () => {
    const { store } = list(['a', 'x']);
    pulling(store, 'list', { ...FEED, collection: 'other', kind: 'cewl' }).page([
      draft({ id: 'a', version: '1.z', raw: Buffer.from('{}') }),
    ]);
    approve(store, 1, 2);
    expect(handOver(store)).toEqual([1, 2]);
  });
});

describe('rows that are gone', () => {
  it('are not sent to a lookup that does not hold them', () => {
    const { store } = list(['a', 'x'], ['b', 'x'], ['a', null]);
    approve(store, 1, 2, 3);
    expect(store.outbox.plan(ROUTE).blocked.map((b) => [b.reason, b.records])).toEqual([
      ['superseded', 1],
      ['needless', 1],
    ]);
    expect(handOver(store)).toEqual([2]);
    expect(deliveryOf(store, 3)).toBe('none');
    expect(store.records.get(3)?.deliveries).toMatchObject([
      { state: 'none', failure: { code: 'delivery.needless' } },
    ]);
  });

  it('that were never there before are not sent either', () => {
    const { store } = list(['a', null]);
    approve(store, 1);
    expect(deliveryOf(store, 1)).toBe('queued');
    expect(handOver(store)).toEqual([]);
    expect(deliveryOf(store, 1)).toBe('none');
  });

  it('are sent where the lookup may have taken them before the connection was cut', () => {
    const { store, add } = list(['a', 'x']);
    approve(store, 1);
    back(store, begin(store), true);
    add(['a', null]);
    approve(store, 2);
    expect(handOver(store)).toEqual([2]);
  });

  it('are removed when an older version went out after the decision was taken back', () => {
    const { store } = list(['a', 'x'], ['a', null]);
    approve(store, 1, 2);
    expect(handOver(store)).toEqual([]);
    hold(store, 2);
    expect(handOver(store)).toEqual([1]);
    approve(store, 2);
    expect(store.tables.diff(ROUTE)).toMatchObject({ removed: 1, before: 1, after: 0 });
    expect(handOver(store)).toEqual([2]);
    expect(store.tables.held(ROUTE)).toEqual({ rows: 0, begun: true });
  });
});

describe('what a lookup holds', () => {
  it('is the newest version handed over of each row, and the rest is the difference', () => {
    const ids = Array.from({ length: 300 }, (_, n) => `CVE-2024-${n}`);
    const { store, add } = list(...ids.map((id): [string, string] => [id, 'old']));
    store.decisions.decide({ filter: {} }, 'approved', null, 1);
    expect(handOver(store)).toHaveLength(300);
    add(['CVE-2024-7', 'new'], ['CVE-2024-8', 'new'], ['CVE-2024-9', 'new'], ['n1', 'x'], ['n2', 'x']);
    add(['CVE-2024-5', null]);
    expect(store.tables.diff(ROUTE)).toMatchObject({
      added: 0,
      changed: 0,
      removed: 0,
      before: 300,
      after: 300,
    });
    store.decisions.decide({ filter: { decision: ['staged'] } }, 'approved', null, 2);
    expect(store.tables.diff(ROUTE)).toEqual({
      operation: 'update',
      added: 2,
      changed: 3,
      removed: 1,
      unchanged: 0,
      superseded: 0,
      before: 300,
      after: 301,
    });
    const changed = store.tables.diffRows(ROUTE, { changes: ['changed'], index: 1, limit: 1 });
    expect(changed).toMatchObject({
      total: 3,
      rows: [{ row: { id: 'CVE-2024-8' }, change: 'changed', held: 9 }],
    });
    expect(store.tables.changeOf(ROUTE, 306)).toEqual({ change: 'removed', held: 6 });
    expect(handOver(store)).toEqual([301, 302, 303, 304, 305, 306]);
    expect([...store.tables.heldRecords(ROUTE)]).toHaveLength(301);
  });

  it('does not change by a row that changed and changed back', () => {
    const { store, add } = list(['a', 'x']);
    approve(store, 1);
    handOver(store);
    add(['a', 'y'], ['a', 'x']);
    approve(store, 2, 3);
    expect(store.tables.diff(ROUTE)).toMatchObject({ changed: 0, unchanged: 1, superseded: 1, after: 1 });
  });

  it('is the whole approved table for a lookup that comes later', () => {
    const { store, add } = list(['a', 'x'], ['b', 'x']);
    approve(store, 1, 2);
    handOver(store);
    add(['a', 'y'], ['b', null]);
    approve(store, 3, 4);
    handOver(store);
    const second: Route = { ...ROUTE, destination: 'second' };
    expect(store.tables.diff(second)).toMatchObject({ operation: 'create', added: 1, removed: 0, after: 1 });
    store.outbox.route(second);
    expect(deliveryOf(store, 3)).toBe('queued');
    expect(handOver(store, second)).toEqual([3]);
    expect(deliveryOf(store, 3)).toBe('handed_over');
  });

  it('is nothing where the destination goes to another lookup now', () => {
    const { store } = list(['a', 'x'], ['b', 'x']);
    approve(store, 1, 2);
    handOver(store);
    hold(store, 2);
    const moved: Route = { ...ROUTE, lookup: { name: 'CEWL2', identity: 'there', update: 'full' } };
    expect(store.tables.diff(moved)).toMatchObject({ operation: 'create', added: 1, before: 0, after: 1 });
    expect(handOver(store, moved)).toEqual([1]);
    expect(store.tables.diff(moved)).toMatchObject({ operation: 'replace', added: 0, before: 1, after: 1 });
    expect(store.tables.held(moved)).toEqual({ rows: 1, begun: true });
  });

  it('leaves events alone', () => {
    const { store } = list(['a', 'x']);
    approve(store, 1);
    const events: Route = { ...ROUTE, destination: 'devo', kinds: ['object', 'manifest', 'event'] };
    expect(store.outbox.waits(events)).toBe(false);
    expect(store.outbox.route(events)).toBe(0);
    expect(store.outbox.plan(events).groups).toEqual([]);
  });
});
