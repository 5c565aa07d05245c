import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { FeedRef } from '../../../main/engine/sources/source.ts';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import {
  draft,
  FEED,
  fixedClock,
  indexAll,
  pulling,
  stixId,
  temporaryDir,
  temporaryStore,
} from './store-fixture.ts';

const START = 1_790_000_000_000;
const DAY = 86_400_000;
const KEEP_NOTHING = { rejected: Number.MAX_SAFE_INTEGER, handedOver: Number.MAX_SAFE_INTEGER };
const ROUTE = { destination: 'devo', sources: ['feed'], kinds: ['object'], maxTlp: 'red' } as never;

const object = (n: number, over: Record<string, unknown> = {}) =>
  draft({
    id: stixId(n),
    name: `name ${n}`,
    raw: Buffer.from(
      JSON.stringify({
        type: 'indicator',
        id: stixId(n),
        description: `secretword${n} alpha ${'x'.repeat(400)}`,
        ...over,
      }),
    ),
  });

function filled(records: number, dir = temporaryDir(), feed: FeedRef = FEED): Store {
  const store = temporaryStore(dir, fixedClock(START));
  const pull = pulling(store, 'feed', feed);
  for (let at = 0; at < records; at += 200)
    pull.page(Array.from({ length: Math.min(200, records - at) }, (_, i) => object(at + i + 1)));
  indexAll(store);
  return store;
}

function removeAll(store: Store, cutoffs = KEEP_NOTHING): number {
  let removed = 0;
  for (;;) {
    const step = store.retention.removeSome(cutoffs, 5);
    removed += step.removed;
    if (step.left === 0) return removed;
  }
}

function handOver(store: Store, at: number): void {
  store.outbox.route(ROUTE);
  const batch = store.outbox.begin('devo', { maxRecords: 1000, maxBytes: 1e9 });
  if (batch === null) throw new Error('nothing to hand over');
  for (const _ of recordsOf(batch.runs()));
  store.outbox.handedOver(batch, at);
}

const keys = (...list: number[]) => ({ keys: list });
const textOf = (store: Store, key: number): string => String(store.records.get(key)?.raw);

describe('what is due', () => {
  test('is what was rejected, and what was handed over, before the cut-off, and nothing else', () => {
    const store = filled(10);
    store.decisions.decide(keys(1, 2), 'rejected', null, START);
    store.decisions.decide(keys(3), 'rejected', null, START + 10 * DAY);
    store.decisions.decide(keys(4, 5), 'approved', null, START);
    handOver(store, START + DAY);
    store.decisions.decide(keys(6), 'approved', null, START);
    store.decisions.decide(keys(7), 'held', null, START);
    const at = START + 5 * DAY;
    expect(store.retention.plan({ rejected: at, handedOver: null })).toMatchObject({
      rejected: 2,
      handedOver: 0,
    });
    expect(store.retention.plan({ rejected: null, handedOver: at })).toMatchObject({
      rejected: 0,
      handedOver: 2,
    });
    expect(store.retention.plan({ rejected: at, handedOver: START })).toMatchObject({
      rejected: 2,
      handedOver: 0,
    });
    expect(store.retention.plan({ rejected: null, handedOver: null })).toMatchObject({
      rejected: 0,
      handedOver: 0,
      bytes: 0,
    });
    expect(removeAll(store, { rejected: at, handedOver: at })).toBe(4);
    for (const key of [1, 2, 4, 5]) expect(textOf(store, key)).toBe('');
    for (const key of [3, 6, 7, 8]) expect(textOf(store, key)).toContain(`secretword${key} `);
  });

  test('counts from the last decision: rejected again, or an undo, is a new one', () => {
    const store = filled(3);
    store.decisions.decide(keys(1, 2, 3), 'rejected', null, START);
    store.decisions.decide(keys(1), 'held', null, START + DAY);
    store.decisions.decide(keys(1), 'rejected', null, START + 9 * DAY);
    const { undo } = store.decisions.decide(keys(2), 'approved', null, START + 2 * DAY);
    store.decisions.undo(undo ?? 0, START + 9 * DAY);
    expect(store.retention.plan({ rejected: START + 5 * DAY, handedOver: null }).rejected).toBe(1);
  });

  test('leaves the rows of a table: the next one is handed over as a whole', () => {
    const store = filled(5, temporaryDir(), { ...FEED, kind: 'cewl' });
    store.decisions.decide({ filter: {} }, 'rejected', null, START);
    expect(store.retention.plan(KEEP_NOTHING).rejected).toBe(0);
    expect(removeAll(store)).toBe(0);
  });
});

describe('a removed text', () => {
  test('leaves its neighbours, its row, its decision and its history as they were', () => {
    const store = filled(500);
    store.decisions.decide(keys(3, 5, 250), 'rejected', 'noise', START);
    expect(removeAll(store)).toBe(3);
    expect(store.records.count({})).toBe(500);
    for (const key of [1, 2, 4, 6, 249, 251, 500]) expect(textOf(store, key)).toContain(`secretword${key} `);
    const gone = store.records.get(5);
    expect(gone?.row).toMatchObject({ id: stixId(5), name: 'name 5', decision: 'rejected' });
    expect(gone?.decisions[0]).toMatchObject({ decision: 'rejected', reason: 'noise' });
    expect(gone?.problems.at(-1)?.code).toBe('store.expired');
    const all = [...store.records.iterate({ filter: {} }, { raw: true })];
    expect(all.filter(({ raw }) => raw?.length === 0).map(({ row }) => row.key)).toEqual([3, 5, 250]);
    expect(store.retention.plan(KEEP_NOTHING)).toMatchObject({ rejected: 0, removed: 3 });
  });

  test('is found by its name and id and no longer by its words', () => {
    const store = filled(20);
    store.decisions.decide(keys(7), 'rejected', null, START);
    expect(store.records.count({ text: 'secretword7' })).toBe(1);
    expect(store.records.count({ text: 'alpha' })).toBe(20);
    removeAll(store);
    expect(store.records.count({ text: 'secretword7' })).toBe(0);
    expect(store.records.count({ text: 'alpha' })).toBe(19);
    expect(store.records.count({ text: '"name 7"' })).toBe(1);
    expect(store.records.count({ id: [stixId(7)] })).toBe(1);
    store.retention.mergeSome(100, true);
    while (store.retention.mergeSome(100, false));
    expect(store.records.count({ text: 'alpha' })).toBe(19);
  });

  test('is still found by the ids it was named after, and refers to nothing', () => {
    const store = temporaryStore(temporaryDir(), fixedClock(START));
    const [source, target] = [stixId(8, 'malware'), stixId(9, 'tool')];
    pulling(store).page([
      draft({
        id: stixId(7, 'relationship'),
        name: `${source} uses ${target}`,
        raw: Buffer.from(
          JSON.stringify({ source_ref: source, target_ref: target, created_by_ref: stixId(6) }),
        ),
      }),
    ]);
    indexAll(store);
    expect(store.records.mentions(source)).toBe(1);
    store.decisions.decide(keys(1), 'rejected', null, START);
    expect(removeAll(store)).toBe(1);
    for (const text of [source, target, stixId(7, 'relationship'), target.slice(-36)]) {
      expect(store.records.count({ text }), text).toBe(1);
    }
    expect(store.records.count({ text: stixId(6) })).toBe(0);
    expect(store.records.mentions(source)).toBe(0);
    expect(store.records.mentions(stixId(6))).toBe(0);
  });

  test('that was not searchable yet becomes so by its name only', () => {
    const store = temporaryStore();
    pulling(store).page([object(1), object(2)]);
    store.decisions.decide(keys(1), 'rejected', null, START);
    removeAll(store);
    indexAll(store);
    expect(store.records.count({ text: 'secretword1' })).toBe(0);
    expect(store.records.count({ text: 'secretword2' })).toBe(1);
    expect(store.records.count({ text: '"name 1"' })).toBe(1);
  });

  test('is not pulled again; other content under the same id and version is', () => {
    const store = filled(3);
    store.decisions.decide({ filter: {} }, 'rejected', null, START);
    removeAll(store);
    const again = pulling(store, 'feed', FEED, START + DAY);
    expect(again.page([object(1), object(2), object(3)])).toMatchObject({ stored: 0, duplicates: 3 });
    expect(again.page([object(2, { description: 'something else' })])).toMatchObject({
      stored: 1,
      changed: 1,
    });
    expect(store.records.count({})).toBe(4);
    expect(textOf(store, 4)).toContain('something else');
    expect(textOf(store, 2)).toBe('');
  });

  test('cannot be approved any more, nor by an undo', () => {
    const store = filled(3);
    const { undo } = store.decisions.decide(keys(1, 2), 'rejected', null, START);
    removeAll(store);
    expect(store.decisions.decide({ filter: {} }, 'approved', null, START + DAY)).toMatchObject({
      changed: 1,
    });
    expect(store.decisions.undo(undo ?? 0, START + DAY)).toEqual({ restored: 0, skipped: 2 });
    store.outbox.route(ROUTE);
    expect([...store.outbox.pending(ROUTE)].map((r) => r.key)).toEqual([3]);
  });

  test('that came later than the first one goes as well', () => {
    const dir = temporaryDir();
    const store = filled(2, dir);
    pulling(store, 'feed', FEED, START + 1).page([object(1, { description: 'replacedword' })]);
    expect(textOf(store, 1)).toContain('replacedword');
    store.decisions.decide(keys(1), 'rejected', null, START);
    removeAll(store);
    expect(textOf(store, 1)).toBe('');
    expect(store.records.count({ text: 'replacedword' })).toBe(0);
    const db = new Database(join(dir, 'sluice.db'), { readonly: true });
    expect(db.prepare('SELECT count(*) FROM replaced').pluck().get()).toBe(0);
    db.close();
    expect(
      pulling(store, 'feed', FEED, START + 2).page([object(1, { description: 'replacedword' })]),
    ).toMatchObject({ duplicates: 1 });
  });

  test('is gone for another process that has the store open', () => {
    const dir = temporaryDir();
    const store = filled(3, dir);
    const other = temporaryStore(dir);
    expect(textOf(other, 1)).toContain('secretword1');
    store.decisions.decide(keys(1), 'rejected', null, START);
    removeAll(store);
    expect(other.decisions.decide(keys(1), 'approved', null, START)).toMatchObject({ changed: 0 });
    expect(other.records.get(1)?.problems.at(-1)?.code).toBe('store.expired');
  });
});

describe('space', () => {
  const sizeOf = (dir: string): number => {
    const db = new Database(join(dir, 'sluice.db'));
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    return statSync(join(dir, 'sluice.db')).size;
  };

  function compact(store: Store): number[] {
    const left: number[] = [];
    for (let i = 0; i < 1000; i++) {
      left.push(store.retention.compactSome(20).left);
      if (left.at(-1) === 0) return left;
    }
    throw new Error('does not end');
  }

  test('is given back a little at a time, and the file is whole', () => {
    const dir = temporaryDir();
    const store = filled(4000, dir);
    store.decisions.decide({ filter: {} }, 'rejected', null, START);
    const before = sizeOf(dir);
    removeAll(store);
    store.retention.mergeSome(200, true);
    while (store.retention.mergeSome(200, false));
    expect(store.retention.size().freeBytes).toBeGreaterThan(1_000_000);
    const left = compact(store);
    expect(left.length).toBeGreaterThan(3);
    expect(store.retention.size().freeBytes).toBe(0);
    expect(sizeOf(dir)).toBeLessThan(before * 0.6);
    const db = new Database(join(dir, 'sluice.db'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    expect(store.records.count({ decision: ['rejected'] })).toBe(4000);
  });

  test('of a file from before that was possible is given back at once', () => {
    const dir = temporaryDir();
    filled(2000, dir).close();
    const old = new Database(join(dir, 'sluice.db'));
    old.pragma('journal_mode = DELETE');
    old.pragma('auto_vacuum = NONE');
    old.exec('VACUUM');
    expect(old.pragma('auto_vacuum', { simple: true })).toBe(0);
    old.close();
    const store = temporaryStore(dir, fixedClock(START));
    store.decisions.decide({ filter: {} }, 'rejected', null, START);
    removeAll(store);
    expect(compact(store)).toEqual([0]);
    expect(store.retention.size().freeBytes).toBe(0);
    store.close();
    const after = new Database(join(dir, 'sluice.db'), { readonly: true });
    expect(after.pragma('auto_vacuum', { simple: true })).toBe(2);
    after.close();
  });

  test('the time of the last clean-up is kept', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    expect(store.retention.lastAt()).toBeNull();
    store.retention.ended(START);
    store.close();
    expect(temporaryStore(dir).retention.lastAt()).toBe(START);
  });
});
