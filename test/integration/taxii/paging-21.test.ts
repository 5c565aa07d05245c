import { afterEach, describe, expect, it } from 'vitest';
import { MemorySink } from '../../servers/memory-sink.ts';
import { type FixtureObject, generated } from '../../servers/stix-fixture.ts';
import { medallion21, opentaxii } from '../../servers/taxii-personalities.ts';
import { pullInto, pullOnce, testSource } from '../../servers/taxii-pulling.ts';
import {
  type Exchange,
  type Reply,
  type ScriptedServer,
  site,
  startScripted,
} from '../../servers/taxii-scripted.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const OBJECTS = '/root/collections/c/objects/';
const MANIFEST = '/root/collections/c/manifest/';
const all35 = generated(35);

async function serve(script: (e: Exchange) => Reply | Promise<Reply>): Promise<string> {
  server = await startScripted(script);
  return `${server.origin}/taxii2/`;
}

const envelope = (objects: readonly FixtureObject[], rest: Record<string, unknown>, dated = true): Reply => ({
  body: `${JSON.stringify({ ...rest }).slice(0, -1)}${Object.keys(rest).length > 0 ? ',' : ''}"objects":[${objects.map((o) => o.text).join(',')}]}`,
  headers: dated && objects.length > 0 ? dates(objects) : {},
});
const dates = (objects: readonly FixtureObject[]) => ({
  'x-taxii-date-added-first': objects[0]?.added ?? '',
  'x-taxii-date-added-last': objects.at(-1)?.added ?? '',
});

describe('TAXII 2.1 paging', () => {
  it('sends limit and the same filters with every page, and follows a next that never changes', async () => {
    const url = await serve(medallion21(all35));
    const { sink } = await pullOnce(url, {
      types: ['indicator'],
      allVersions: true,
      historicDateUtc: '2023-01-01T00:00:00Z',
    });
    const asked = server.asked(OBJECTS);
    expect(asked.length).toBe(3);
    for (const q of asked) {
      expect(q).toMatchObject({
        limit: '10',
        added_after: '2023-01-01T00:00:00.000000Z',
        'match[type]': 'indicator',
        'match[version]': 'all',
      });
    }
    expect(new Set(asked.slice(1).map((q) => q.next)).size).toBe(1);
    expect(sink.feed('c', 'object').records.size).toBe(all35.filter((o) => o.type === 'indicator').length);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('yes');
    expect(server.log.some((e) => e.url.search.includes('match%5Btype%5D'))).toBe(true);
  });

  it('percent-encodes an opaque next and takes numbers as the server wrote them', async () => {
    const cursors: unknown[] = ['a+b/c=d%20&e', 12345678901234567890n, 1];
    const seen: (string | null)[] = [];
    const url = await serve(
      site({
        data: (e) => {
          seen.push(e.query.get('next'));
          const n = seen.length - 1;
          const next = cursors[n];
          const text = typeof next === 'bigint' ? String(next) : JSON.stringify(next);
          const page = all35.slice(n * 5, n * 5 + 5).map((o) => o.text);
          return { body: `{"more":${n < 3}${n < 3 ? `,"next":${text}` : ''},"objects":[${page.join(',')}]}` };
        },
      }),
    );
    const { sink } = await pullOnce(url);
    expect(seen).toEqual([null, 'a+b/c=d%20&e', '12345678901234567890', '1']);
    expect(sink.feed('c', 'object').records.size).toBe(20);
  });

  it('takes `more` as the end of a page, not a short page; absent means false', async () => {
    const url = await serve(
      site({
        data: (e) =>
          e.beforeHere === 0
            ? envelope(all35.slice(0, 2), { more: true, next: 'x' })
            : envelope(all35.slice(2, 12), {}),
      }),
    );
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(12);
    expect(server.asked(OBJECTS).length).toBe(2);
  });

  it('goes on by date when there is more but no next, asking from just before the last date', async () => {
    const url = await serve(opentaxii(all35));
    const { sink } = await pullOnce(url, { manifests: true });
    expect(sink.feed('c', 'manifest').records.size).toBe(35);
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(sink.feed('c', 'object').result).toMatchObject({
      announced: 35,
      completeness: { complete: 'yes' },
    });
    expect(server.asked(MANIFEST)[1]?.added_after).toBe('2024-01-01T00:00:08.999000Z');
  });

  it('goes on after an empty page with more', async () => {
    const url = await serve(
      site({
        data: (e) =>
          e.beforeHere < 2
            ? { body: { more: true, next: `n${e.beforeHere}` } }
            : envelope(all35.slice(0, 3), { more: false }),
      }),
    );
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(3);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('yes');
  });

  it('ends with a doubt when the same cursor brings nothing new for ever', async () => {
    const url = await serve(site({ data: () => envelope(all35.slice(0, 10), { more: true, next: 'same' }) }));
    const { sink } = await pullOnce(url);
    const { result, cursor, records } = sink.feed('c', 'object');
    expect(records.size).toBe(10);
    expect(result?.completeness.complete).toBe('unknown');
    expect(server.asked(OBJECTS).length).toBeLessThan(8);
    expect(cursor).toMatchObject({ addedAfter: null });
  });

  it('ends when cursors change for ever but pages go round in circles', async () => {
    const url = await serve(
      site({
        data: (e) =>
          envelope(all35.slice((e.beforeHere % 3) * 10, (e.beforeHere % 3) * 10 + 10), {
            more: true,
            next: `n${e.beforeHere}`,
          }),
      }),
    );
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(30);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('unknown');
  });

  it('ends when empty pages with more never end', async () => {
    const url = await serve(site({ data: () => ({ body: { more: true, next: 'n' } }) }));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('unknown');
  });

  it('ends with a doubt when there is more but neither next nor date', async () => {
    const url = await serve(site({ data: () => envelope(all35.slice(0, 10), { more: true }, false) }));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').result?.completeness).toMatchObject({ complete: 'unknown' });
  });

  it.each([
    ['an empty object', {}],
    ['objects null', { objects: null }],
    ['an empty list', { objects: [] }],
  ])('takes %s for an empty collection', async (_name, body) => {
    const url = await serve(site({ data: () => ({ body }) }));
    const { sink, summary } = await pullOnce(url);
    expect(summary.failure).toBeNull();
    expect(sink.feed('c', 'object').result).toMatchObject({
      received: 0,
      completeness: { complete: 'yes' },
      failure: null,
    });
  });

  it('does not take some other JSON for an empty collection', async () => {
    const url = await serve(site({ data: () => ({ body: { status: 'ok', data: [] } }) }));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').result?.failure).toMatchObject({ type: 'PullError', id: 303 });
  });
});

describe('TAXII 2.1 cursors that perish', () => {
  it('starts again from the last safe date when a session dies, and loses nothing', async () => {
    const url = await serve(medallion21(all35, { maxPagesPerSession: 2 }));
    const { sink } = await pullOnce(url, { overlapSeconds: 0 });
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(sink.feed('c', 'object').result?.failure).toBeNull();
  });

  it('counts the whole manifest when part of it came after a session had died', async () => {
    const manifest = medallion21(all35, { maxPagesPerSession: 2 });
    const objects = medallion21(all35.slice(0, 27));
    const url = await serve((e) => (e.path === MANIFEST ? manifest(e) : objects(e)));
    const { sink } = await pullOnce(url, { manifests: true, overlapSeconds: 0 });
    expect(sink.feed('c', 'manifest').records.size).toBe(35);
    expect(sink.feed('c', 'object').result).toMatchObject({
      announced: 35,
      completeness: { complete: 'no', reason: 'The manifest lists 35; 8 of them did not come.' },
    });
  });

  it.each(['reset', 'half'] as const)('never asks the same next again after a %s answer', async (fate) => {
    const script = medallion21(all35);
    let broken = 0;
    const url = await serve(async (e) => {
      const reply = await script(e);
      // The page is taken from the session before the answer breaks.
      return e.query.has('next') && broken++ === 1 ? { ...reply, fate } : reply;
    });
    const { sink, slept } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(slept.length).toBeGreaterThan(0);
    const asked = server.asked(OBJECTS);
    const at = asked.findIndex((q, i) => i > 0 && q.next === undefined);
    expect(at).toBeGreaterThan(0);
    expect(asked[at]?.added_after).toBeDefined();
  });

  it('starts from the beginning when dates do not ascend', async () => {
    const shuffled = [...all35.slice(20), ...all35.slice(0, 20)];
    const script = medallion21(shuffled);
    let requests = 0;
    const url = await serve((e) => (e.query.has('next') && requests++ === 1 ? { fate: 'reset' } : script(e)));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(
      server
        .asked(OBJECTS)
        .filter((q) => q.next === undefined)
        .every((q) => q.added_after === undefined),
    ).toBe(true);
    // The latest that the headers told; anything at or below the true maximum is safe.
    expect(sink.feed('c', 'object').cursor).toMatchObject({
      addedAfter: '2024-01-01T00:00:29.000000Z',
      series: null,
    });
  });

  it('gives up with the cause when the same page fails every time, and keeps what came', async () => {
    const url = await serve(
      site({
        data: (e) =>
          e.query.has('next')
            ? { status: 500, body: { title: 'Broken' } }
            : envelope(all35.slice(0, 10), { more: true, next: 'x' }),
      }),
    );
    const { sink } = await pullOnce(url, { maxAttempts: 3 });
    const { records, result, cursor } = sink.feed('c', 'object');
    expect(records.size).toBe(10);
    expect(result?.failure).toMatchObject({ type: 'PullError', id: 304, details: { serverTitle: 'Broken' } });
    expect(cursor).toMatchObject({ addedAfter: null });
  });

  it('halves the page on 413, 5xx and time-out, down to what the server bears, and remembers it', async () => {
    const url = await serve(
      medallion21(all35, {
        first: (e) => (Number(e.query.get('limit') ?? 0) > 5 ? { status: 413, body: {} } : null),
      }),
    );
    const { sink } = await pullOnce(url, { pageSize: 40 });
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(
      server
        .asked(OBJECTS)
        .map((q) => q.limit)
        .slice(0, 4),
    ).toEqual(['40', '20', '10', '5']);
    expect(sink.feed('c', 'object').cursor).toMatchObject({ pageSize: 5 });
  });

  it('asks for less when a page is larger than the cap', async () => {
    const big = generated(8).map((o) => ({
      ...o,
      text: o.text.replace('{', `{"x_pad":"${'p'.repeat(300_000)}",`),
    }));
    const url = await serve(medallion21(big));
    const { sink } = await pullOnce(url, { pageSize: 8, maxPageBytes: 1_000_000 });
    expect(sink.feed('c', 'object').records.size).toBe(8);
    expect(server.asked(OBJECTS).map((q) => q.limit)).toContain('2');
  });

  it('asks for less when the server stalls', async () => {
    const script = medallion21(all35);
    const url = await serve(async (e) =>
      Number(e.query.get('limit') ?? 0) > 10 ? { ...(await script(e)), fate: 'stall' } : script(e),
    );
    const { sink } = await pullOnce(url, { pageSize: 20, idleTimeoutSeconds: 0.2 });
    expect(sink.feed('c', 'object').records.size).toBe(35);
  });
});

describe('TAXII 2.1 instants shared by many', () => {
  const burst = (count: number, at: string): FixtureObject[] =>
    generated(count).map((o) => ({ ...o, added: at }));
  const T = '2025-10-21T15:10:28.402Z';

  /** No `next` at all: `added_after` only. */
  const byDateOnly = (objects: readonly FixtureObject[], cap: number, filters = true) =>
    site({
      data: (e) => {
        const from = Date.parse(e.query.get('added_after') ?? '1970-01-01T00:00:00Z');
        const types = filters ? e.query.get('match[type]')?.split(',') : undefined;
        const list = objects.filter(
          (o) => Date.parse(o.added) > from && (types === undefined || types.includes(o.type)),
        );
        const page = list.slice(0, Math.min(cap, Number(e.query.get('limit'))));
        return page.length === 0 ? { body: {} } : envelope(page, { more: page.length < list.length });
      },
    });

  it('loses nothing of a batch that a page border splits', async () => {
    const objects = [
      ...generated(5),
      ...burst(10, T).map((o) => ({ ...o, id: `${o.id}b`, text: o.text.replaceAll('--0', '--b') })),
    ];
    const url = await serve(byDateOnly(objects, 1000));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(15);
  });

  it('raises the limit when a whole page is one instant', async () => {
    const url = await serve(byDateOnly(burst(35, T), 1000));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('yes');
  });

  it('asks type by type when the server caps the page below the instant', async () => {
    const url = await serve(byDateOnly(burst(35, T), 25));
    const { sink } = await pullOnce(url, { pageSize: 25 });
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(sink.feed('c', 'object').result?.completeness.complete).toBe('unknown');
  });

  it('counts the whole manifest when it was asked for type by type', async () => {
    const listed = burst(35, T);
    const manifest = site({
      data: (e) => {
        const from = Date.parse(e.query.get('added_after') ?? '1970-01-01T00:00:00Z');
        const types = e.query.get('match[type]')?.split(',') ?? [];
        const list = listed.filter((o) => Date.parse(o.added) > from && types.includes(o.type));
        const page = list.slice(0, 25);
        const rows = page.map((o) => `{"id":"${o.id}","date_added":"${o.added}","version":"${o.version}"}`);
        return { body: `{"more":${page.length < list.length},"objects":[${rows.join(',')}]}` };
      },
    });
    const objects = medallion21(listed.slice(0, 27));
    const url = await serve((e) => (e.path === MANIFEST ? manifest(e) : objects(e)));
    const { sink } = await pullOnce(url, {
      manifests: true,
      pageSize: 25,
      types: ['indicator', 'relationship'],
    });
    expect(sink.feed('c', 'manifest').records.size).toBe(35);
    expect(sink.feed('c', 'object').result).toMatchObject({
      announced: 35,
      completeness: { complete: 'no' },
    });
  });

  it('reports what cannot be had, and goes on with what comes after', async () => {
    const later = generated(3, 100).map((o) => ({ ...o, added: '2025-10-22T00:00:00.000Z' }));
    const url = await serve(byDateOnly([...burst(35, T), ...later], 10, false));
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(13);
    expect(sink.feed('c', 'object').result?.completeness).toMatchObject({ complete: 'no' });
    expect(sink.feed('c', 'object').cursor).toMatchObject({ addedAfter: null });
  });

  it('ends with a server that takes added_after as inclusive', async () => {
    const url = await serve(
      site({
        data: (e) => {
          const from = Date.parse(e.query.get('added_after') ?? '1970-01-01T00:00:00Z');
          const list = all35.filter((o) => Date.parse(o.added) >= from);
          return envelope(list.slice(0, 10), { more: list.length > 10 });
        },
      }),
    );
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').records.size).toBe(35);
  });
});

describe('TAXII 2.1 increments', () => {
  it('asks from the last date added less the overlap, with six digits, and takes only what is new', async () => {
    const objects = generated(30);
    const script = { current: medallion21(objects) };
    server = await startScripted((e) => script.current(e));
    const url = `${server.origin}/taxii2/`;
    const sink = new MemorySink();
    await pullInto(sink, testSource(url));
    script.current = medallion21([...objects, ...generated(5, 30)]);
    server.log.length = 0;
    await pullInto(sink, testSource(url));
    expect(server.asked(OBJECTS)[0]?.added_after).toBe('2024-01-01T00:00:24.000000Z');
    const { records, duplicates, result } = sink.feed('c', 'object');
    expect(records.size).toBe(35);
    expect(duplicates).toBe(5);
    expect(result?.completeness.complete).toBe('yes');
  });

  it.each([
    ['a JavaScript date', 'Mon Jan 01 2024 00:00:34 GMT+0000 (Coordinated Universal Time)'],
    ['an offset', '2024-01-01T01:00:34.000+01:00'],
    ['milliseconds', '2024-01-01T00:00:34.000Z'],
  ])('reads X-TAXII-Date-Added-Last written as %s', async (_name, last) => {
    const url = await serve(
      site({
        data: () => ({ ...envelope(all35, { more: false }), headers: { 'x-taxii-date-added-last': last } }),
      }),
    );
    const { sink } = await pullOnce(url);
    expect(sink.feed('c', 'object').cursor).toMatchObject({ addedAfter: '2024-01-01T00:00:34.000000Z' });
  });

  it('takes the manifest’s dates where the objects’ answers have none', async () => {
    const script = opentaxii(all35);
    const url = await serve(async (e) => {
      const { headers: _, ...reply } = await script(e);
      return reply;
    });
    const { sink } = await pullOnce(url, { manifests: true, pageSize: 100 });
    expect(sink.feed('c', 'object').cursor).toMatchObject({ addedAfter: '2024-01-01T00:00:34.000000Z' });
  });

  it('asks for everything again where no date is to be had', async () => {
    const url = await serve(site({ data: () => envelope(all35, { more: false }, false) }));
    const sink = new MemorySink();
    await pullInto(sink, testSource(url));
    await pullInto(sink, testSource(url));
    expect(server.asked(OBJECTS).every((q) => q.added_after === undefined)).toBe(true);
    expect(sink.feed('c', 'object')).toMatchObject({ duplicates: 35 });
  });

  it('does not follow a date added in the future past the server’s own clock', async () => {
    const url = await serve(
      site({
        data: () => ({
          ...envelope(all35, { more: false }),
          headers: { 'x-taxii-date-added-last': '2999-01-01T00:00:00.000Z' },
        }),
      }),
    );
    const { sink } = await pullOnce(url);
    const cursor = sink.feed('c', 'object').cursor as { addedAfter: string };
    expect(cursor.addedAfter < '2100').toBe(true);
  });

  it('starts over when the historic date or the filters change', async () => {
    const url = await serve(medallion21(all35));
    const sink = new MemorySink();
    await pullInto(sink, testSource(url));
    server.log.length = 0;
    await pullInto(sink, testSource(url, { historicDateUtc: '2020-01-01T00:00:00Z' }));
    expect(server.asked(OBJECTS)[0]?.added_after).toBe('2020-01-01T00:00:00.000000Z');
  });

  it('checks the type filter itself when the server ignores it', async () => {
    const url = await serve(site({ data: () => envelope(all35, { more: false }) }));
    const { sink, lines } = await pullOnce(url, { types: ['relationship'] });
    const types = new Set([...sink.feed('c', 'object').records.values()].map((r) => r.type));
    expect([...types]).toEqual(['relationship']);
    expect(lines.some((l) => l.includes('ignored a filter'))).toBe(true);
  });
});

describe('TAXII 2.1 completeness', () => {
  const versions = generated(4).flatMap((o) => [
    o,
    {
      ...o,
      version: '2024-06-01T00:00:00.000Z',
      added: '2024-06-01T00:00:00.000Z',
      text: o.text.replace(/"modified":"[^"]*"/, '"modified":"2024-06-01T00:00:00.000Z"'),
    },
  ]);

  it('counts latest versions against latest versions', async () => {
    const url = await serve(
      site({
        data: (_e, kind) =>
          kind === 'objects'
            ? envelope(
                versions.filter((_, i) => i % 2 === 1),
                { more: false },
              )
            : {
                body: {
                  more: false,
                  objects: versions.map((o) => ({ id: o.id, date_added: o.added, version: o.version })),
                },
              },
      }),
    );
    const { sink } = await pullOnce(url, { manifests: true });
    expect(sink.feed('c', 'object').result).toMatchObject({
      announced: 4,
      completeness: { complete: 'yes' },
    });
  });

  it('says no, and asks for everything again, when the manifest lists what did not come', async () => {
    const entries = all35.map((o) => ({ id: o.id, date_added: o.added, version: o.version }));
    const url = await serve(
      site({
        data: (_e, kind) =>
          kind === 'objects'
            ? envelope(all35.slice(0, 30), { more: false })
            : { body: { more: false, objects: entries } },
      }),
    );
    const sink = new MemorySink();
    await pullInto(sink, testSource(url, { manifests: true, pageSize: 100 }));
    expect(sink.feed('c', 'object').result).toMatchObject({
      announced: 35,
      completeness: { complete: 'no' },
    });
    expect(sink.feed('c', 'object').cursor).toMatchObject({ addedAfter: null, short: 5 });
  });
});
