import { describe, expect, it } from 'vitest';
import {
  ARRIVAL,
  draft,
  FEED,
  fixedClock,
  indexAll,
  pulling,
  stixId,
  temporaryDir,
  temporaryStore,
} from './store-fixture.ts';

const raw = (text: string) => Buffer.from(text);

describe('storing pages', () => {
  it('keeps the bytes, counts duplicates over pulls and answers the cursor', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const text = '{"id":"x","n":12345678901234567890, "f":1.0}';
    const first = pulling(store);
    expect(first.cursor).toBeNull();
    expect(
      first.page([draft({ id: stixId(1), raw: raw(text) }), draft({ id: stixId(2) })], { after: 'a' }),
    ).toEqual({
      stored: 2,
      generated: 2,
      duplicates: 0,
      changed: 0,
    });
    store.close();
    const again = temporaryStore(dir);
    const second = pulling(again, 'feed', FEED, 1_790_000_000_000);
    expect(second.cursor).toEqual({ after: 'a' });
    expect(second.storedBefore).toBe(2);
    expect(
      second.page([
        draft({ id: stixId(1), raw: raw(text) }),
        draft({ id: stixId(3) }),
        draft({ id: stixId(3) }),
      ]),
    ).toEqual({ stored: 1, generated: 1, duplicates: 2, changed: 0 });
    expect(again.records.get(1)?.raw.toString()).toBe(text);
    expect(again.pulls.feeds('feed')).toEqual([{ feed: FEED, cursor: { after: 'a' }, records: 3 }]);
    expect(again.pulls.sourceTotals()).toEqual([{ source: 'feed', records: 3, staged: 3 }]);
  });

  it('counts the messages of what is new, page by page, also of a pull that never ends', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const pull = pulling(store);
    expect(pull.page([draft({ id: stixId(1), messages: 3 }), draft({ id: stixId(2) })])).toMatchObject({
      stored: 2,
      generated: 4,
    });
    const again = [draft({ id: stixId(1), messages: 3 }), draft({ id: stixId(3), messages: 2 })];
    expect(pull.page(again)).toMatchObject({ stored: 1, generated: 2 });
    store.close();
    expect(temporaryStore(dir).pulls.get(pull.pullingId)).toMatchObject({
      stored: 3,
      generated: 6,
      feeds: [{ stored: 3, generated: 6 }],
    });
  });

  it('answers what a feed holds page by page, and counts rows that the source compared itself', () => {
    const store = temporaryStore();
    const feed = pulling(store);
    feed.page([draft({ id: 'A', version: '1.a' }), draft({ id: 'B', version: '1.b' })]);
    pulling(store, 'other').page([draft({ id: 'C', version: '1.c' })]);
    const gone = draft({ id: 'A', version: '2.gone', revoked: true, raw: raw('{"cve":"A"}') });
    const page = { records: [gone], cursor: null, unchanged: 7, made: 1 };
    expect(store.pulls.storePage(feed.pullingId, feed.feedId, page, 5)).toEqual({
      stored: 1,
      generated: 1,
      duplicates: 7,
      changed: 0,
    });
    expect([...store.pulls.held(feed.feedId)]).toEqual([
      [
        { key: 1, id: 'A', version: '1.a', revoked: false },
        { key: 2, id: 'B', version: '1.b', revoked: false },
      ],
      [{ key: 4, id: 'A', version: '2.gone', revoked: true }],
    ]);
    expect(Buffer.from(store.pulls.text(4)).toString()).toBe('{"cve":"A"}');
    expect(store.pulls.get(feed.pullingId)).toMatchObject({ received: 9, stored: 3, duplicates: 7 });
  });

  it('keeps texts of every size apart', () => {
    const store = temporaryStore();
    const sizes = [0, 1, 70_000, 65_536, 3, 300_000, 65_535, 2];
    const texts = sizes.map((n, i) => Buffer.alloc(n, 97 + i));
    pulling(store).page(texts.map((t, i) => draft({ id: stixId(i), raw: t })));
    for (const [i, t] of texts.entries()) expect(store.records.get(i + 1)?.raw.equals(t)).toBe(true);
    const read = [...store.records.iterate({ filter: {} }, { raw: true })];
    expect(read.map((r) => r.raw?.length)).toEqual(sizes);
  });

  it('tells feeds apart: the same id and version in another collection or kind is another record', () => {
    const store = temporaryStore();
    expect(pulling(store).page([draft({ id: stixId(1) })]).stored).toBe(1);
    expect(
      pulling(store, 'feed', { ...FEED, kind: 'manifest' }).page([draft({ id: stixId(1) })]).stored,
    ).toBe(1);
    expect(pulling(store, 'other').page([draft({ id: stixId(1) })]).stored).toBe(1);
  });

  it('replaces the text of a record nobody has looked at, with a problem', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([draft({ id: stixId(1), name: 'old words' }), draft({ id: stixId(2), name: 'other' })]);
    indexAll(store);
    expect(pull.page([draft({ id: stixId(1), name: 'new words', type: 'malware' })])).toEqual({
      stored: 1,
      generated: 1,
      duplicates: 0,
      changed: 1,
    });
    const detail = store.records.get(1);
    expect(detail?.raw.toString()).toContain('new words');
    expect(detail?.row).toMatchObject({ name: 'new words', type: 'malware', problems: 1 });
    expect(detail?.problems[0]?.code).toBe('store.changed');
    expect(store.records.lastKey()).toBe(2);
    expect(store.records.count({ text: 'old' })).toBe(0);
    expect(store.records.count({ text: 'new words' })).toBe(1);
    const byName = store.records.page({ filter: {}, sort: { by: 'name', dir: 'asc' }, limit: 9 });
    expect(byName.rows.map((r) => r.name)).toEqual(['new words', 'other']);
    // The same later text again is a duplicate.
    expect(pull.page([draft({ id: stixId(1), name: 'new words', type: 'malware' })]).duplicates).toBe(1);
  });

  it('never touches what was decided: the later content becomes a record of its own', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([draft({ id: stixId(1), name: 'one' })]);
    store.decisions.decide({ keys: [1] }, 'approved', null, 1);
    expect(pull.page([draft({ id: stixId(1), name: 'two' })])).toMatchObject({ stored: 1, changed: 1 });
    expect(store.records.get(1)?.row).toMatchObject({ name: 'one', decision: 'approved', problems: 0 });
    expect(store.records.get(2)?.row).toMatchObject({ name: 'two', decision: 'staged', problems: 1 });
    expect(store.records.get(2)?.versions.map((v) => v.key)).toEqual([1]);
  });

  it('lets the last of several contents in one page win', () => {
    const store = temporaryStore();
    const page = [draft({ id: stixId(1), name: 'a' }), draft({ id: stixId(1), name: 'b' })];
    expect(pulling(store).page(page)).toMatchObject({ stored: 2, changed: 1 });
    expect(store.records.count({})).toBe(1);
    expect(store.records.get(1)?.raw.toString()).toContain('"b"');
  });

  it('moves the cursor with an empty page and leaves it with null', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([], { at: 1 });
    pull.page([draft({ id: stixId(1) })], null);
    expect(store.pulls.feeds('feed')[0]?.cursor).toEqual({ at: 1 });
  });

  it('holds ids with any characters', () => {
    const store = temporaryStore();
    const ids = [
      '',
      'no-uuid',
      'quote"--x',
      'ünï cödé',
      "'; DROP TABLE record; --",
      '__proto__',
      'a'.repeat(5000),
    ];
    pulling(store).page(ids.map((id) => draft({ id, type: '__proto__' })));
    indexAll(store);
    for (const id of ids.slice(1)) expect(store.records.byObjectIds([id], 10).map((r) => r.id)).toEqual([id]);
    expect(store.records.facets({}).type).toEqual([{ value: '__proto__', label: '__proto__', count: 7 }]);
  });
});

describe('pull history', () => {
  it('gives increasing ids whatever the clock does', () => {
    const store = temporaryStore();
    const ids = [2_000_000_000_000, 2_000_000_000_000, 1_000_000_000_000].map(
      (at) => store.pulls.begin('a', at).pullingId,
    );
    expect(ids).toEqual(['2000000000000', '2000000000001', '2000000000002']);
  });

  it('remembers runs with their feeds and finds a pull by its id', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([draft({ id: stixId(1) })]);
    expect(store.pulls.get(pull.pullingId)).toMatchObject({ state: 'running', received: 1, stored: 1 });
    store.pulls.endFeed(pull.pullingId, pull.feedId, {
      pages: 1,
      requests: 2,
      received: 1,
      stored: 1,
      generated: 3,
      duplicates: 0,
      announced: 1,
      completeness: { complete: 'yes', reason: 'all' },
      failure: null,
    });
    store.pulls.end(pull.pullingId, { endedAt: 9, state: 'done', requests: 4, failure: null });
    expect(store.pulls.get(pull.pullingId)).toMatchObject({
      state: 'done',
      endedAt: 9,
      requests: 4,
      generated: 3,
      feeds: [{ feed: FEED, requests: 2, announced: 1, completeness: { complete: 'yes', reason: 'all' } }],
    });
    const later = pulling(store, 'other');
    expect(store.pulls.list({ limit: 5 }).map((p) => p.pullingId)).toEqual([later.pullingId, pull.pullingId]);
    expect(store.pulls.list({ limit: 5, source: 'feed' }).map((p) => p.pullingId)).toEqual([pull.pullingId]);
    expect(store.pulls.list({ limit: 5, before: later.pullingId }).map((p) => p.pullingId)).toEqual([
      pull.pullingId,
    ]);
    expect(store.records.count({ pullingId: pull.pullingId })).toBe(1);
    expect(store.pulls.get('17')).toBeNull();
  });

  it('keeps a source state of its own', () => {
    const store = temporaryStore();
    expect(store.pulls.getState('a')).toBeNull();
    store.pulls.setState('a', { historic: '2026' });
    expect(store.pulls.getState('a')).toEqual({ historic: '2026' });
  });
});

describe('logs, saved filters, locks', () => {
  it('keeps bounded log lines and pages both ways', () => {
    const store = temporaryStore();
    const line = (n: number) => ({
      at: n,
      level: n % 2 ? 'INFO' : 'ERROR',
      process: 'P',
      thread: 'T',
      message: `line ${n} 100%`,
    });
    store.logs.append([1, 2, 3, 4, 5].map(line));
    expect(store.logs.page({ limit: 2 }).map((l) => l.at)).toEqual([4, 5]);
    expect(store.logs.page({ limit: 2, before: 4 }).map((l) => l.at)).toEqual([2, 3]);
    expect(store.logs.page({ limit: 2, after: 1 }).map((l) => l.at)).toEqual([2, 3]);
    expect(store.logs.page({ limit: 9, level: 'ERROR', text: 'LINE 4 100%' }).map((l) => l.at)).toEqual([4]);
    store.logs.prune(2);
    expect(store.logs.page({ limit: 9 }).map((l) => l.at)).toEqual([4, 5]);
  });

  it('keeps filters by name', () => {
    const store = temporaryStore();
    store.saved.save('b', { type: ['malware'] });
    store.saved.save('a', {});
    store.saved.save('b', { text: 'x' });
    expect(store.saved.list()).toEqual([
      { name: 'a', filter: {} },
      { name: 'b', filter: { text: 'x' } },
    ]);
    store.saved.remove('a');
    expect(store.saved.list()).toHaveLength(1);
  });

  it('lets one have a lock at a time', () => {
    const store = temporaryStore();
    const lock = store.locks.acquire('pull/feed');
    store.locks.acquire('forward').release();
    expect(() => store.locks.acquire('pull/feed')).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: 'store.busy',
          details: expect.objectContaining({ pid: process.pid }),
        }),
      }),
    );
    lock.release();
    lock.release();
    store.locks.acquire('pull/feed');
  });

  it('gives back locks when closed', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir, fixedClock());
    store.locks.acquire('forward');
    store.close();
    temporaryStore(dir).locks.acquire('forward');
  });
});

describe('pages', () => {
  it('refuses a position that is not one of the store', () => {
    const store = temporaryStore();
    expect(() => store.records.page({ filter: {}, sort: ARRIVAL, after: 'x', limit: 1 })).toThrow(/position/);
  });

  it('show what a decision, an arrival or a replacement has changed since they were looked at', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([1, 2, 3].map((n) => draft({ id: stixId(n), name: `n${n}` })));
    const filter = { decision: ['staged' as const] };
    const keys = (by: 'arrival' | 'name') =>
      store.records.pageAt({ filter, sort: { by, dir: 'asc' }, index: 0, limit: 9 }).rows.map((r) => r.key);
    expect([keys('arrival'), keys('name')]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    store.decisions.decide({ keys: [2] }, 'held', null, 1);
    expect([keys('arrival'), keys('name')]).toEqual([
      [1, 3],
      [1, 3],
    ]);
    pull.page([draft({ id: stixId(4), name: 'a' })]);
    expect([keys('arrival'), keys('name')]).toEqual([
      [1, 3, 4],
      [4, 1, 3],
    ]);
    pull.page([draft({ id: stixId(1), name: 'z' })]);
    expect(keys('name')).toEqual([4, 3, 1]);
  });

  it('does not show later arrivals to a view as of a key', () => {
    const store = temporaryStore();
    const pull = pulling(store);
    pull.page([draft({ id: stixId(1), name: 'b' })]);
    const asOf = store.records.lastKey();
    pull.page([draft({ id: stixId(2), name: 'a' })]);
    for (const by of ['arrival', 'name', 'modified', 'type'] as const) {
      const page = store.records.page({ filter: { asOf }, sort: { by, dir: 'desc' }, limit: 9 });
      expect(page.rows.map((r) => r.key)).toEqual([1]);
    }
    expect(store.records.count({ asOf })).toBe(1);
  });
});

describe('relations and search', () => {
  it('finds records by what they refer to', () => {
    const store = temporaryStore();
    const [malware, actor, rel] = [
      stixId(1, 'malware'),
      stixId(2, 'threat-actor'),
      stixId(3, 'relationship'),
    ];
    const text = JSON.stringify({ type: 'relationship', id: rel, source_ref: actor, target_ref: malware });
    const report = JSON.stringify({ type: 'report', id: stixId(4, 'report'), object_refs: [malware, rel] });
    pulling(store).page([
      draft({ id: malware }),
      draft({ id: actor }),
      draft({ id: rel, raw: raw(text) }),
      draft({ id: stixId(4, 'report'), raw: raw(report) }),
    ]);
    indexAll(store);
    expect(store.records.mentioning(malware, 10).map((r) => r.key)).toEqual([3, 4]);
    expect(store.records.mentioning(malware, 1).map((r) => r.key)).toEqual([3]);
    expect(store.records.mentioning(actor, 10).map((r) => r.key)).toEqual([3]);
    expect(store.records.mentioning('nothing--at-all"', 10)).toEqual([]);
    expect(store.records.byObjectIds([malware, rel], 10).map((r) => r.key)).toEqual([1, 3]);
  });

  it('finds ids in full, by their UUID and by its beginning; takes query syntax as text', () => {
    const store = temporaryStore();
    const id = 'malware--91c57ed3-7c32-4c68-b388-7db00cb8dac6';
    pulling(store).page([
      draft({ id, name: 'NightClub AND "C++" (v2)' }),
      draft({ id: stixId(9), name: 'near NOT far' }),
    ]);
    indexAll(store);
    for (const text of [
      id,
      id.toUpperCase(),
      id.slice(9),
      id.slice(9, 21),
      'night',
      'nightclub v',
      '"c++"',
      '(v2)',
      'AND night',
      'NEAR(',
    ]) {
      expect(store.records.count({ text }), text).toBe(1);
    }
    for (const text of ['*', '"', 'text:night', '^x', '-', 'night OR near', '\0', "'"]) {
      expect(store.records.count({ text }), text).toBe(0);
    }
    expect(store.records.count({ text: '  ' })).toBe(2);
  });

  it('survives text that nests without end and text that is no JSON', () => {
    const store = temporaryStore();
    pulling(store).page([
      draft({ id: stixId(1), raw: raw(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`) }),
      draft({ id: stixId(2), name: 'broken', raw: Buffer.from([0x7b, 0xff, 0xfe]) }),
    ]);
    indexAll(store);
    expect(store.unindexed()).toBe(0);
    expect(store.records.count({ text: 'broken' })).toBe(1);
  });
});
