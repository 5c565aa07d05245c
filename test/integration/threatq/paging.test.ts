import { afterEach, describe, expect, it } from 'vitest';
import type { ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import { threatqTime } from '../../../main/node/demo/threatq-shelf.ts';
import { MemorySink, pullContext } from '../../servers/memory-sink.ts';
import {
  held,
  pullEventsInto,
  pullEventsOnce,
  START,
  startServer,
  threatqSource,
} from '../../servers/threatq-pulling.ts';

let server: ThreatqServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(
  count: number,
  at: (i: number) => number,
  options: Parameters<typeof startServer>[0] = {},
) {
  server = await startServer(options);
  for (let i = 0; i < count; i++)
    server.shelf.add({ type_id: (i % 6) + 1, title: `Event ${i}`, sources: [] }, at(i));
  return server;
}

/** What a pull must have brought: every event in its state at the end, at least. */
function latest(s: ThreatqServer): string[] {
  return s.shelf
    .list(null, true)
    .map((e) => `${e.id} at ${e.updatedAt}`)
    .sort();
}

describe('following events by update time', () => {
  it.each([
    ['one a second', (i: number) => START + i * 1000],
    ['seven a second', (i: number) => START + Math.floor(i / 7) * 1000],
    ['all at once', () => START],
  ])('brings each once: %s', async (_, at) => {
    const s = await serve(500, at);
    const { sink, feed, summary } = await pullEventsOnce(s, { eventFetchLimitInItems: 20 });
    expect(summary.failure).toBeNull();
    expect(feed?.result).toMatchObject({
      failure: null,
      received: 500,
      announced: 500,
      completeness: { complete: 'yes' },
    });
    expect(held(sink)).toEqual(latest(s));
    expect(feed?.duplicates).toBe(0);
  });

  it('brings 100,000 events with one update time', async () => {
    const s = await serve(100_000, () => START);
    const { sink, feed } = await pullEventsOnce(s, { eventFetchLimitInItems: 1000 });
    expect(feed?.result).toMatchObject({
      failure: null,
      received: 100_000,
      completeness: { complete: 'yes' },
    });
    expect(held(sink)).toEqual(latest(s));
  }, 120_000);

  it.each([20, 2, 3])(
    'loses nothing that is updated or deleted while it is read, %i a page',
    async (limit) => {
      const s = await serve(400, () => START);
      let asked = 0;
      let changed = 0;
      s.behaviour.before = (path) => {
        if (path !== '/api/events/query') return null;
        // Those at the front of what is being read leave it: everything behind them moves up.
        if (++asked > 1 && changed < 100) {
          for (const e of s.shelf.list(null, true).slice(0, 5)) {
            changed++;
            if (changed % 10 === 0) s.shelf.delete(e.id);
            else s.shelf.update(e.id, { title: `Changed ${changed}` }, Date.now() - 1000);
          }
        }
        return null;
      };
      const sink = new MemorySink();
      await pullEventsInto(sink, threatqSource(s.url, { eventFetchLimitInItems: limit }));
      expect(changed).toBe(100);
      const now = new Set(held(sink));
      expect(latest(s).filter((event) => !now.has(event))).toEqual([]);
      // Each version once: the sink keeps one of each, and the server has made no others.
      expect(sink.feeds.get('events event')?.result?.completeness.complete).not.toBe('no');
    },
  );

  it('loses nothing when more than a page leaves one second at once', async () => {
    const s = await serve(300, () => START);
    let asked = 0;
    s.behaviour.before = (path) => {
      if (path === '/api/events/query' && ++asked === 6)
        for (const e of s.shelf.list(null, true).slice(0, 70)) s.shelf.update(e.id, {}, START + 5000);
      return null;
    };
    const { sink } = await pullEventsOnce(s, { eventFetchLimitInItems: 20 });
    const now = new Set(held(sink));
    expect(latest(s).filter((event) => !now.has(event))).toEqual([]);
  });

  it('asks the last second again with the next pull, and brings what came into it', async () => {
    const s = await serve(10, (i) => START + i * 1000);
    const sink = new MemorySink();
    await pullEventsInto(sink, threatqSource(s.url));
    s.shelf.add({ type_id: 1, title: 'In the same second' }, START + 9000);
    s.shelf.update(3, { title: 'Again' }, START + 10_000);
    const second = await pullEventsInto(sink, threatqSource(s.url));
    expect(second.feed?.result?.failure).toBeNull();
    expect(new Set(held(sink))).toEqual(new Set([...latest(s), `3 at ${threatqTime(START + 2000)}`]));
    expect(second.feed?.records.size).toBe(12);
    expect(second.feed?.cursor).toMatchObject({ all_events_ids: [3] });
  });

  it.each([
    ['gives everything whatever is asked', { pages: false }],
    ['pages', { pages: true }],
  ])('filters a plain list itself: a server that %s', async (_, behaviour) => {
    const s = await serve(90, (i) => START - 7_200_000 + i * 100_000, { dialect: 'list', ...behaviour });
    const sink = new MemorySink();
    const { feed } = await pullEventsInto(sink, threatqSource(s.url, { eventFetchLimitInItems: 20 }));
    const from = threatqTime(START - 3_600_000);
    expect(held(sink)).toEqual(
      s.shelf
        .list(from, true)
        .map((e) => `${e.id} at ${e.updatedAt}`)
        .sort(),
    );
    expect(feed?.cursor).toMatchObject({ dialect: 'list' });
    // Remembered: the next pull asks the list at once.
    const before = s.requests.length;
    await pullEventsInto(sink, threatqSource(s.url));
    expect(s.requests.slice(before)).not.toContain('POST /api/events/query');
  });

  it.each([
    ['ignores the filter', { filters: false }],
    ['ignores the order', { sorts: false }],
    ['ignores both', { filters: false, sorts: false }],
    ['gives at most seven a page', { pageCap: 7 }],
    ['does not say how many there are', { total: false }],
  ])('brings everything from a server that %s', async (_, behaviour) => {
    const s = await serve(120, (i) => START + ((i * 37) % 120) * 1000, behaviour);
    const { sink, feed } = await pullEventsOnce(s, { eventFetchLimitInItems: 20 });
    expect(held(sink)).toEqual(latest(s));
    expect(feed?.result).toMatchObject({ failure: null, completeness: { complete: 'yes' } });
  });

  it('says when a server gives the same page for ever', async () => {
    const s = await serve(50, () => START);
    const { list } = s.shelf;
    s.shelf.list = (from, order) => list.call(s.shelf, from, order).slice(0, 20);
    s.behaviour.pages = false;
    s.behaviour.total = false;
    const { feed } = await pullEventsOnce(s, { eventFetchLimitInItems: 20 });
    expect(feed?.result?.completeness).toEqual({
      complete: 'no',
      reason: expect.stringContaining('The server gives the same 20 events'),
    });
  });

  it('asks once more when the server announced more than it gave, then takes it for its state', async () => {
    const s = await serve(30, (i) => START + i * 1000);
    const { list } = s.shelf;
    // Two are counted and never shown.
    s.shelf.list = (from, order) => {
      const all = [...list.call(s.shelf, from, order)];
      const slice = all.slice.bind(all);
      all.slice = (a, b) => slice(a, b).filter((e) => e.id !== 5 && e.id !== 6);
      return all;
    };
    const sink = new MemorySink();
    const { feed, lines } = await pullEventsInto(sink, threatqSource(s.url));
    expect(feed?.result?.completeness).toMatchObject({
      complete: 'unknown',
      reason: 'The server announced 30 events; 2 of them did not come.',
    });
    expect(lines.filter((line) => line.endsWith('Asking again.'))).toHaveLength(1);
    expect(feed?.cursor?.position).not.toBeNull();
    // The next pull does not ask for them again.
    const again = await pullEventsInto(sink, threatqSource(s.url));
    expect(again.lines.filter((line) => line.endsWith('Asking again.'))).toEqual([]);
  });

  it('brings everything from a server that orders events of one time anew at every request', async () => {
    const s = await serve(300, () => START);
    const { list } = s.shelf;
    s.shelf.list = (from, order) => {
      const all = [...list.call(s.shelf, from, order)];
      for (let i = all.length - 1; i > 0; i--) {
        const j = Math.floor(Math.random() * (i + 1));
        [all[i], all[j]] = [all[j] as (typeof all)[0], all[i] as (typeof all)[0]];
      }
      return all;
    };
    const sink = new MemorySink();
    for (let pull = 0; pull < 8; pull++)
      await pullEventsInto(sink, threatqSource(s.url, { eventFetchLimitInItems: 60 }));
    expect(held(sink)).toEqual(latest(s));
  });

  it('goes on where a pull was stopped, and loses nothing', async () => {
    const s = await serve(200, (i) => START + i * 1000);
    const sink = new MemorySink();
    const stop = new AbortController();
    let asked = 0;
    s.behaviour.before = (path) => {
      if (path === '/api/events/query' && ++asked === 6) stop.abort(new Error('stopped'));
      return null;
    };
    const first = threatqSource(s.url, { eventFetchLimitInItems: 20 });
    await expect(first.pull({ ...pullContext(sink).context, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
    await first.close();
    const half = held(sink).length;
    expect(half).toBeGreaterThan(50);
    expect(half).toBeLessThan(150);
    const { feed } = await pullEventsInto(sink, threatqSource(s.url, { eventFetchLimitInItems: 20 }));
    expect(held(sink)).toEqual(latest(s));
    // Not from the beginning.
    expect(feed?.result?.received).toBeLessThan(200 - half + 20);
  });

  it('100,000 events of one time, updates while it runs, a token that expires on the way: each version once', async () => {
    const s = await serve(100_000, () => START, { tokenSeconds: 3 });
    const shown = new Set<string>();
    let asked = 0;
    let changes = 0;
    s.behaviour.before = (path) => {
      if (path !== '/api/events/query') return null;
      if (++asked % 4 === 0 && changes < 400) {
        for (const e of s.shelf.list(null, true).slice(0, 40)) {
          changes++;
          s.shelf.update(e.id, { title: `Changed ${changes}` }, Date.now() - 2000);
        }
      }
      if (asked === 30) s.revokeTokens();
      return null;
    };
    const sink = new MemorySink();
    const stored: string[] = [];
    sink.beforeStore = (page) => {
      for (const r of page.records) stored.push(`${r.id} at ${r.version}`);
    };
    const { feed, summary } = await pullEventsInto(
      sink,
      threatqSource(s.url, { eventFetchLimitInItems: 2000 }),
    );
    expect(summary.failure).toBeNull();
    expect(feed?.result?.failure).toBeNull();
    expect(changes).toBe(400);
    expect(s.requests.filter((r) => r === 'POST /api/token').length).toBeGreaterThan(1);
    const now = new Set(held(sink));
    for (const event of latest(s)) expect(now.has(event)).toBe(true);
    // Handed to the store once each, but for what overlaps.
    for (const one of stored) shown.add(one);
    expect(shown.size).toBe(now.size);
    expect(stored.length - shown.size).toBeLessThan(10_000);
  }, 120_000);
});
