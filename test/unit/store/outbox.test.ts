import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Batch } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { failure } from '../../../shared/errors.ts';
import { draft, pulling, stixId, temporaryDir, temporaryStore } from './store-fixture.ts';

const ROUTE = {
  destination: 'devo',
  sources: ['feed'],
  kinds: ['object', 'manifest'],
  maxTlp: 'red',
} as const;
const LIMITS = { maxRecords: 100, maxBytes: 1e9 };
const why = {
  failure: failure({ code: 'devo.cut', message: 'The connection was cut.' }),
  maybeTaken: true,
  maxAttempts: 2,
  at: 7,
};

function approved(records: number, store: Store = temporaryStore()): Store {
  pulling(store).page(Array.from({ length: records }, (_, n) => draft({ id: stixId(n) })));
  store.decisions.decide({ filter: {} }, 'approved', null, 1);
  return store;
}
const deliveryOf = (store: Store, key: number) => store.records.get(key)?.row.delivery;
const keysOf = (batch: Batch | null) => [...recordsOf(batch?.runs() ?? [])].map((r) => r.key);

describe('outbox', () => {
  it('queues on approval, routes once, hands over in key order', () => {
    const store = approved(5);
    expect(deliveryOf(store, 1)).toBe('queued');
    expect(store.outbox.route(ROUTE)).toBe(5);
    expect(store.outbox.route(ROUTE)).toBe(0);
    const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 3 });
    expect(batch).toMatchObject({ destination: 'devo', repeated: false, count: 3 });
    expect(keysOf(batch)).toEqual([1, 2, 3]);
    expect(store.outbox.totals()).toEqual([
      { destination: 'devo', queued: 2, inFlight: 3, handedOver: 0, failed: 0 },
    ]);
    if (batch) store.outbox.handedOver(batch, 5);
    expect(deliveryOf(store, 3)).toBe('handed_over');
    expect(store.records.get(3)?.deliveries).toEqual([
      { destination: 'devo', state: 'handed_over', at: 5, maybeTwice: false, attempts: 0, failure: null },
    ]);
    expect(keysOf(store.outbox.begin('devo', LIMITS))).toEqual([4, 5]);
    expect(store.outbox.begin('devo', LIMITS)).toBeNull();
  });

  it('begins the next batch in the transaction that ends one', () => {
    const store = approved(3);
    store.outbox.route(ROUTE);
    const limits = { ...LIMITS, maxRecords: 2 };
    const first = store.outbox.begin('devo', limits);
    const second = first && store.outbox.handedOver(first, 5, limits);
    expect(keysOf(second)).toEqual([3]);
    expect(store.outbox.totals()).toEqual([
      { destination: 'devo', queued: 0, inFlight: 1, handedOver: 2, failed: 0 },
    ]);
    expect(second && store.outbox.handedOver(second, 6, limits)).toBeNull();
    expect(deliveryOf(store, 3)).toBe('handed_over');
  });

  it('answers every text while its record is the last one asked for, however many there are', () => {
    const store = temporaryStore();
    const text = (n: number) => `{"id":"${stixId(n)}","pad":"${String(n).padStart(1 + (n % 3000), 'x')}"}`;
    const problem = { code: 'json', message: 'A word on it.', at: null };
    const drafts = Array.from({ length: 1500 }, (_, n) =>
      draft({ id: stixId(n), raw: Buffer.from(text(n)), problems: n === 898 ? [problem] : [] }),
    );
    const pull = pulling(store);
    pull.page(drafts);
    // Later texts, beside one that is a problem just like them.
    const later = `{"later":true}`;
    pull.page([899, 900].map((n) => draft({ id: stixId(n), raw: Buffer.from(later) })));
    store.decisions.decide({ filter: {} }, 'approved', null, 1);
    store.outbox.route(ROUTE);
    // A hole: keys that do not follow each other are read one by one.
    store.decisions.decide({ keys: [700, 702] }, 'held', null, 2);
    const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 1500 });
    const wrong: number[] = [];
    let records = 0;
    for (const { key, raw } of recordsOf(batch?.runs() ?? [])) {
      if (raw.toString() !== (key === 900 || key === 901 ? later : text(key - 1))) wrong.push(key);
      records += 1;
    }
    expect([wrong, records]).toEqual([[], 1498]);
  });

  it('answers what goes out with the server text', () => {
    const store = approved(1);
    store.outbox.route(ROUTE);
    const [record] = recordsOf(store.outbox.begin('devo', LIMITS)?.runs() ?? []);
    expect(record).toMatchObject({
      key: 1,
      source: 'feed',
      kind: 'object',
      tlp: 'none',
      problems: 0,
      received: 1_790_000_000_000,
    });
    expect(record?.raw.toString()).toContain(stixId(0));
  });

  it('bounds a batch by bytes and takes one record at least', () => {
    const store = approved(3);
    store.outbox.route(ROUTE);
    const size = store.records.get(1)?.row.bytes ?? 0;
    expect(store.outbox.begin('devo', { maxRecords: 9, maxBytes: 1 })?.count).toBe(1);
    expect(store.outbox.begin('devo', { maxRecords: 9, maxBytes: 2 * size })?.count).toBe(2);
  });

  it('returns a batch: again, then failed for good; retry starts afresh', () => {
    const store = approved(2);
    store.outbox.route(ROUTE);
    const first = store.outbox.begin('devo', LIMITS);
    expect(first && store.outbox.returned(first, why)).toEqual({ queued: 2, failed: 0 });
    expect(store.records.get(1)?.row).toMatchObject({ delivery: 'queued', maybeTwice: true });
    const second = store.outbox.begin('devo', LIMITS);
    expect(second?.repeated).toBe(true);
    expect(second && store.outbox.returned(second, why)).toEqual({ queued: 0, failed: 2 });
    expect(store.records.get(1)?.deliveries).toMatchObject([
      { state: 'failed', attempts: 2, at: 7, maybeTwice: true, failure: { code: 'devo.cut' } },
    ]);
    expect(deliveryOf(store, 1)).toBe('failed');
    expect(store.outbox.retryFailed('devo')).toBe(2);
    expect(deliveryOf(store, 1)).toBe('queued');
    expect(store.records.get(1)?.deliveries[0]?.attempts).toBe(0);
  });

  it('does not mark twice what was not taken for sure', () => {
    const store = approved(1);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', LIMITS);
    if (batch) store.outbox.returned(batch, { ...why, maybeTaken: false });
    expect(store.records.get(1)?.row.maybeTwice).toBe(false);
    expect(store.outbox.begin('devo', LIMITS)?.repeated).toBe(false);
  });

  it('keeps what may be taken twice apart from what is new', () => {
    const store = approved(4);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 2 });
    if (batch) store.outbox.returned(batch, why);
    expect(keysOf(store.outbox.begin('devo', LIMITS))).toEqual([1, 2]);
    expect(keysOf(store.outbox.begin('devo', LIMITS))).toEqual([3, 4]);
  });

  it('works out one delivery over several destinations', () => {
    const store = approved(2);
    store.outbox.route(ROUTE);
    store.outbox.route({ ...ROUTE, destination: 'second' });
    const one = store.outbox.begin('devo', LIMITS);
    if (one) store.outbox.handedOver(one, 2);
    expect(deliveryOf(store, 1)).toBe('queued');
    const two = store.outbox.begin('second', { ...LIMITS, maxRecords: 1 });
    if (two) store.outbox.handedOver(two, 3);
    expect(deliveryOf(store, 1)).toBe('handed_over');
    const three = store.outbox.begin('second', LIMITS);
    if (three) store.outbox.returned(three, { ...why, maxAttempts: 1 });
    expect(deliveryOf(store, 2)).toBe('failed');
  });

  it('routes by source and TLP and says what is held back', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([draft({ id: stixId(1), tlp: 'green' }), draft({ id: stixId(2), tlp: 'red' })]);
    pulling(store, 'other').page([draft({ id: stixId(3) })]);
    store.decisions.decide({ filter: {} }, 'approved', null, 1);
    const route = { ...ROUTE, maxTlp: 'amber' } as const;
    const bytes = store.records.get(1)?.row.bytes ?? 0;
    const plan = {
      groups: [{ source: 'feed', kind: 'object', type: '', pullingId: pull.pullingId, records: 1, bytes }],
      blocked: [{ reason: 'tlp', tlp: 'red', source: 'feed', records: 1 }],
      queued: 0,
      failed: 0,
    };
    expect(store.outbox.plan(route)).toEqual(plan);
    expect([...store.outbox.pending(route)].map((r) => r.key)).toEqual([1]);
    expect(store.outbox.route(route)).toBe(1);
    expect(store.outbox.plan(route)).toEqual({ ...plan, queued: 1 });
    expect([...store.outbox.pending(route)].map((r) => r.key)).toEqual([1]);
    expect(keysOf(store.outbox.begin('devo', LIMITS))).toEqual([1]);
    expect(store.outbox.begin('nowhere', LIMITS)).toBeNull();
  });

  it('takes queued records back when they are un-approved, also those on their way that come back', () => {
    const store = approved(3);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 1 });
    store.decisions.decide({ filter: {} }, 'held', 'wait', 2);
    expect(deliveryOf(store, 1)).toBe('queued');
    expect(deliveryOf(store, 2)).toBe('none');
    expect(store.outbox.begin('devo', LIMITS)).toBeNull();
    if (batch) store.outbox.returned(batch, why);
    expect(store.records.get(1)?.row).toMatchObject({ delivery: 'none', decision: 'held' });
    expect(store.outbox.route(ROUTE)).toBe(0);
  });

  it('takes what cannot be sent out of a batch', () => {
    const store = approved(3);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', LIMITS);
    if (batch === null) throw new Error('nothing queued');
    const reason = failure({ code: 'devo.not-sendable', message: 'No JSON object.' });
    store.outbox.refuse(batch, [{ key: 2, failure: reason }], 4);
    store.outbox.handedOver(batch, 5);
    expect([1, 2, 3].map((key) => deliveryOf(store, key))).toEqual(['handed_over', 'failed', 'handed_over']);
    expect(store.records.get(2)?.deliveries).toMatchObject([
      { state: 'failed', at: 4, failure: { code: 'devo.not-sendable' } },
    ]);
  });

  it('says nothing of what cannot be sent once nobody wants it sent', () => {
    const store = approved(2);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', LIMITS);
    if (batch === null) throw new Error('nothing queued');
    store.decisions.decide({ keys: [2] }, 'staged', null, 3);
    const reason = failure({ code: 'devo.not-sendable', message: 'No JSON object.' });
    store.outbox.refuse(batch, [{ key: 2, failure: reason }], 4);
    store.outbox.handedOver(batch, 5);
    expect([1, 2].map((key) => deliveryOf(store, key))).toEqual(['handed_over', 'none']);
    expect(store.outbox.totals()).toMatchObject([{ queued: 0, inFlight: 0, handedOver: 1, failed: 0 }]);
  });

  it('puts back what an earlier store left on its way, marked maybe twice', () => {
    const dir = temporaryDir();
    const store = approved(3, temporaryStore(dir));
    store.outbox.route(ROUTE);
    store.outbox.begin('devo', { ...LIMITS, maxRecords: 2 });
    expect(store.outbox.recover()).toBe(0);
    store.close();
    const again = temporaryStore(dir);
    expect(again.outbox.recover()).toBe(2);
    expect(again.outbox.recover()).toBe(0);
    expect(again.records.get(1)?.row).toMatchObject({ delivery: 'queued', maybeTwice: true });
    expect(again.records.get(3)?.row.maybeTwice).toBe(false);
  });

  it('keeps the history of hand-overs', () => {
    const store = temporaryStore();
    const run = {
      destination: 'devo',
      startedAt: 1,
      endedAt: null,
      state: 'running',
      records: 0,
      messages: 0,
      bytes: 0,
      pullingIds: [],
      tags: [],
      failure: null,
    } as const;
    store.outbox.recordRun({ ...run, id: 4, pullingIds: [], tags: [] });
    store.outbox.recordRun({ ...run, id: 0, pullingIds: [], tags: ['a'] });
    store.outbox.recordRun({ ...run, id: 4, state: 'done', messages: 3, pullingIds: ['1'], tags: [] });
    expect(store.outbox.runs({ limit: 9 }).map((r) => [r.id, r.state, r.messages])).toEqual([
      [5, 'running', 0],
      [4, 'done', 3],
    ]);
    expect(store.outbox.runs({ limit: 9, before: 5 })).toHaveLength(1);
  });

  it('takes a message for a record in the history of before events were flattened', () => {
    const dir = temporaryDir();
    temporaryStore(dir).close();
    const old = {
      id: 1,
      destination: 'devo',
      startedAt: 1,
      endedAt: 2,
      state: 'done',
      messages: 3,
      bytes: 9,
    };
    const db = new Database(join(dir, 'sluice.db'));
    db.prepare("INSERT INTO handover VALUES (1, 'done', '', ?)").run(JSON.stringify(old));
    db.close();
    expect(temporaryStore(dir).outbox.runs({ limit: 9 })).toMatchObject([{ records: 3, messages: 3 }]);
  });
});

describe('undo', () => {
  it('puts back what each record had', () => {
    const store = temporaryStore();
    pulling(store).page(Array.from({ length: 4 }, (_, n) => draft({ id: stixId(n) })));
    store.decisions.decide({ keys: [2] }, 'held', 'look', 1);
    store.decisions.decide({ keys: [3] }, 'rejected', null, 2);
    const bulk = store.decisions.decide({ filter: {}, except: [4] }, 'approved', 'all', 3);
    expect(bulk.changed).toBe(3);
    expect(store.decisions.lastUndo()).toEqual({ token: bulk.undo, decision: 'approved', changed: 3, at: 3 });
    expect(store.decisions.undo(bulk.undo ?? 0, 4)).toEqual({ restored: 3, skipped: 0 });
    expect([1, 2, 3, 4].map((k) => store.records.get(k)?.row.decision)).toEqual([
      'staged',
      'held',
      'rejected',
      'staged',
    ]);
    expect(store.records.get(2)?.decisions).toEqual([
      { at: 4, decision: 'held', reason: 'Undone' },
      { at: 3, decision: 'approved', reason: 'all' },
      { at: 1, decision: 'held', reason: 'look' },
    ]);
    expect(() => store.decisions.undo(bulk.undo ?? 0, 5)).toThrow(/undone already/);
    expect(store.decisions.lastUndo()?.decision).toBe('rejected');
  });

  it('leaves what was handed over or is on its way', () => {
    const store = approved(3);
    store.outbox.route(ROUTE);
    const one = store.outbox.begin('devo', { ...LIMITS, maxRecords: 1 });
    if (one) store.outbox.handedOver(one, 2);
    store.outbox.begin('devo', { ...LIMITS, maxRecords: 1 });
    const token = store.decisions.lastUndo()?.token ?? 0;
    expect(store.decisions.undo(token, 3)).toEqual({ restored: 1, skipped: 2 });
    expect([1, 2, 3].map((k) => store.records.get(k)?.row.decision)).toEqual([
      'approved',
      'approved',
      'staged',
    ]);
    expect(deliveryOf(store, 3)).toBe('none');
    expect(store.outbox.begin('devo', LIMITS)).toBeNull();
  });

  it('changes nothing and gives no token when all have the decision already', () => {
    const store = approved(2);
    expect(store.decisions.decide({ filter: {} }, 'approved', null, 2)).toEqual({ changed: 0, undo: null });
    expect(store.decisions.decide({ keys: [0, 3, 99] }, 'held', null, 2)).toEqual({ changed: 0, undo: null });
  });
});
