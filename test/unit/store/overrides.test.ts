import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Route } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { failure } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/records.ts';
import { draft, FEED, pulling, stixId, temporaryDir, temporaryStore } from './store-fixture.ts';

const ROUTE: Route = { destination: 'devo', sources: ['feed'], kinds: ['object'], maxTlp: 'amber' };
const LOOKUP: Route = {
  destination: 'lookup',
  sources: ['list'],
  kinds: ['cewl'],
  maxTlp: 'green',
  lookup: { name: 'CEWL', identity: 'here', update: 'increment' },
};
const LIMITS = { maxRecords: 100, maxBytes: 1e6 };
const cut = failure({ code: 'devo.cut', message: 'cut', retryable: true });
const ALL: Selection = { filter: {} };

const make = (store: Store, route = ROUTE, selection: Selection = ALL) =>
  store.overrides.make(route, { selection, reason: 'the SOC asked for it', place: 'p', at: 5 });

/** Keys 1 (amber), 2 (red), 3 (amber+strict), 4 (red): all approved. */
function approved(dir = temporaryDir()): Store {
  const store = temporaryStore(dir);
  const tlps = ['amber', 'red', 'amber+strict', 'red'] as const;
  pulling(store).page(tlps.map((tlp, n) => draft({ id: stixId(n), tlp })));
  store.decisions.decide(ALL, 'approved', null, 1);
  return store;
}

function sent(store: Store, route = ROUTE): number[] {
  store.outbox.route(route);
  const batch = store.outbox.begin(route.destination, LIMITS);
  if (batch === null) return [];
  const keys = [...recordsOf(batch.runs())].map((r) => r.key);
  store.outbox.handedOver(batch, 9);
  return keys;
}

describe('an override', () => {
  it('lets through what it is for, says what that was, and is kept', () => {
    const dir = temporaryDir();
    const store = approved(dir);
    expect(store.overrides.heldBack(ROUTE, ALL)).toEqual({
      records: 3,
      highest: 'red',
      parts: [
        { source: 'feed', tlp: 'red', records: 2 },
        { source: 'feed', tlp: 'amber+strict', records: 1 },
      ],
    });
    const made = make(store, ROUTE, { filter: { tlp: ['red'] } });
    expect(made).toMatchObject({ records: 2, highest: 'red', ceiling: 'amber', at: 5, waiting: 2 });
    store.close();
    const again = temporaryStore(dir);
    expect(sent(again)).toEqual([1, 2, 4]);
    expect(again.overrides.list({ limit: 9 })).toMatchObject([{ id: made.id, waiting: 0, handedOver: 2 }]);
    expect(again.records.get(2)?.overrides).toMatchObject([
      { destination: 'devo', reason: 'the SOC asked for it', ceiling: 'amber', state: 'handedOver' },
    ]);
    expect(again.records.get(3)?.overrides).toEqual([]);
    expect(again.outbox.plan(ROUTE).blocked).toEqual([
      { reason: 'tlp', tlp: 'amber+strict', source: 'feed', records: 1 },
    ]);
  });

  it('is for nothing that arrives or is approved later', () => {
    const store = approved();
    make(store);
    pulling(store, 'feed', FEED, 1_790_000_000_001).page([draft({ id: stixId(9), tlp: 'red' })]);
    store.decisions.decide(ALL, 'approved', null, 1);
    expect(sent(store)).toEqual([1, 2, 3, 4]);
    expect(store.overrides.heldBack(ROUTE, ALL).records).toBe(1);
  });

  it('is refused for nothing, and for another number than was looked at', () => {
    const store = approved();
    expect(() => make(store, ROUTE, { keys: [1] })).toThrow(/No record that was asked for is held back/);
    const written = { selection: ALL, reason: 'why', place: 'p', at: 5, expected: 2 };
    expect(() => store.overrides.make(ROUTE, written)).toThrow(/was to be for 2 records; by now .* 3/);
    expect(store.overrides.list({ limit: 9 })).toEqual([]);
    expect(sent(store)).toEqual([1]);
  });

  it('is open while something of it may go, and for another process too', () => {
    const dir = temporaryDir();
    const store = approved(dir);
    const other = temporaryStore(dir);
    const { id } = make(store);
    expect(other.overrides.open()).toEqual([{ id, destination: 'devo', place: 'p', ceiling: 'amber' }]);
    expect(other.overrides.get(id)).toMatchObject({ waiting: 3, handedOver: 0 });
    expect(sent(store)).toEqual([1, 2, 3, 4]);
    expect(other.overrides.get(id)).toMatchObject({ waiting: 0, handedOver: 3 });
    expect(other.overrides.open()).toEqual([]);
  });

  it('ends for a record whose approval is taken back, also when that is undone', () => {
    const store = approved();
    make(store);
    const { undo } = store.decisions.decide({ keys: [2] }, 'held', null, 6);
    store.decisions.undo(undo ?? 0, 7);
    expect(store.records.get(2)?.overrides).toMatchObject([{ state: 'ended' }]);
    expect(sent(store)).toEqual([1, 3, 4]);
  });

  it('of an earlier time ends nothing that a later one lets through', () => {
    const store = approved();
    const first = make(store);
    const { undo } = store.decisions.decide({ keys: [2] }, 'held', null, 6);
    store.decisions.undo(undo ?? 0, 7);
    const second = make(store);
    expect(second.records).toBe(1);
    expect(store.overrides.withdraw(first.id, 8, null).takenBack).toBe(2);
    expect(store.records.get(2)?.overrides).toMatchObject([
      { id: second.id, state: 'waiting' },
      { id: first.id, state: 'withdrawn' },
    ]);
    expect(sent(store)).toEqual([1, 2]);
  });
});

describe('withdrawing an override', () => {
  it('takes back what waits, also what failed or was routed', () => {
    const store = approved();
    const made = make(store);
    store.outbox.route(ROUTE);
    const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 2 });
    if (batch) store.outbox.returned(batch, { failure: cut, maybeTaken: false, maxAttempts: 1, at: 6 });
    expect(store.overrides.withdraw(made.id, 7, 'moved')).toMatchObject({
      takenBack: 3,
      override: { withdrawnAt: 7, withdrawnWhy: 'moved', waiting: 0 },
    });
    expect(() => store.overrides.withdraw(made.id, 8, null)).toThrow(/withdrawn already/);
    expect(() => store.overrides.withdraw(99, 8, null)).toThrow(/no override number 99/);
    store.outbox.retryFailed('devo');
    expect(sent(store)).toEqual([1]);
    expect(store.records.get(2)?.row.delivery).toBe('queued');
    expect(store.overrides.open()).toEqual([]);
  });

  it.each(['returned', 'refused', 'lost'] as const)(
    'lets what is on its way arrive, and does not send it again when it is %s',
    (end) => {
      const dir = temporaryDir();
      let store = approved(dir);
      const made = make(store);
      store.outbox.route(ROUTE);
      const batch = store.outbox.begin('devo', { ...LIMITS, maxRecords: 3 });
      const { override, takenBack } = store.overrides.withdraw(made.id, 7, null);
      expect([takenBack, override.inFlight]).toEqual([1, 2]);
      if (batch === null) throw new Error('nothing went out');
      if (end === 'returned') {
        const why = { failure: cut, maybeTaken: true, maxAttempts: 1, at: 8 };
        expect(store.outbox.returned(batch, why)).toEqual({ queued: 2, failed: 1 });
      } else if (end === 'refused') {
        store.outbox.refuse(batch, [{ key: 2, failure: cut }], 8);
        expect(store.records.get(2)?.deliveries).toEqual([]);
        store.outbox.handedOver(batch, 8);
        expect(store.records.get(3)?.overrides).toMatchObject([{ state: 'handedOver', withdrawnAt: 7 }]);
      } else {
        store.close();
        store = temporaryStore(dir);
        store.outbox.recover();
      }
      store.outbox.retryFailed('devo');
      expect(sent(store)).toEqual(end === 'refused' ? [] : [1]);
      expect(store.records.get(2)?.overrides).toMatchObject([{ state: 'withdrawn' }]);
      expect(store.overrides.heldBack(ROUTE, ALL).records).toBe(end === 'refused' ? 2 : 3);
    },
  );
});

describe('an override for rows of a lookup', () => {
  const rows = (store: Store) => {
    const feed = pulling(store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' });
    let n = 0;
    return (...ids: string[]) => {
      n += 1;
      feed.page(
        ids.map((id) =>
          draft({
            id,
            type: 'cve',
            tlp: 'amber',
            version: `${n}`,
            raw: Buffer.from(`{"cve":"${id}","n":${n}}`),
          }),
        ),
      );
      store.decisions.decide(ALL, 'approved', null, 1);
    };
  };

  it('lets the newest version of each through and leaves a newer one held back', () => {
    const store = temporaryStore();
    const page = rows(store);
    page('CVE-2024-1', 'CVE-2024-2');
    page('CVE-2024-1');
    expect(make(store, LOOKUP).records).toBe(3);
    expect(store.tables.diff(LOOKUP)).toMatchObject({ added: 2, superseded: 1 });
    page('CVE-2024-2');
    expect(store.outbox.plan(LOOKUP).blocked).toContainEqual(
      expect.objectContaining({ reason: 'tlp', records: 1 }),
    );
    expect(sent(store, LOOKUP)).toEqual([3]);
    expect(store.overrides.list({ limit: 9 })[0]).toMatchObject({ handedOver: 1 });
  });

  it('comes back with an older version whose successor is not approved any more', () => {
    const store = temporaryStore();
    const page = rows(store);
    page('CVE-2024-1');
    make(store, LOOKUP);
    store.outbox.route(LOOKUP);
    page('CVE-2024-1');
    expect(sent(store, LOOKUP)).toEqual([]);
    store.decisions.decide({ keys: [2] }, 'held', null, 6);
    expect(sent(store, LOOKUP)).toEqual([1]);
  });

  it('withdrawn, leaves a superseded version superseded', () => {
    const store = temporaryStore();
    const page = rows(store);
    page('CVE-2024-1');
    page('CVE-2024-1');
    const { id } = make(store, LOOKUP);
    store.outbox.route(LOOKUP);
    store.overrides.withdraw(id, 7, null);
    expect([1, 2].map((key) => store.records.get(key)?.row.delivery)).toEqual(['none', 'queued']);
  });

  it('lets nothing of what one lookup has through to another', () => {
    const store = temporaryStore();
    rows(store)('CVE-2024-1');
    make(store, LOOKUP);
    expect(sent(store, LOOKUP)).toEqual([1]);
    const elsewhere = {
      ...LOOKUP,
      lookup: { name: 'CEWL', identity: 'there', update: 'increment' as const },
    };
    expect(store.outbox.plan(elsewhere)).toMatchObject({
      groups: [],
      blocked: [{ reason: 'tlp', records: 1 }],
    });
  });

  it('does not follow the destination to another lookup, however far the rows had come', () => {
    const store = temporaryStore();
    const page = rows(store);
    page('CVE-2024-1', 'CVE-2024-2');
    make(store, LOOKUP);
    store.outbox.route(LOOKUP);
    const batch = store.outbox.begin('lookup', { ...LIMITS, maxRecords: 1 });
    if (batch) store.outbox.handedOver(batch, 9);
    const elsewhere = {
      ...LOOKUP,
      lookup: { name: 'CEWL', identity: 'there', update: 'increment' as const },
    };
    expect(sent(store, elsewhere)).toEqual([]);
    expect(store.overrides.heldBack(elsewhere, ALL).records).toBe(2);
    make(store, elsewhere);
    expect(sent(store, elsewhere)).toEqual([1, 2]);
  });
});
