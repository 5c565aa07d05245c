import { afterEach, describe, expect, it } from 'vitest';
import { MemorySink } from '../../servers/memory-sink.ts';
import { type FixtureObject, generated } from '../../servers/stix-fixture.ts';
import { attack20, medallion20 } from '../../servers/taxii-personalities.ts';
import { pullInto, pullOnce, testSource } from '../../servers/taxii-pulling.ts';
import {
  type Exchange,
  type Reply,
  type ScriptedServer,
  STIX20,
  site,
  startScripted,
  TAXII20,
} from '../../servers/taxii-scripted.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const all35 = generated(35);
const OBJECTS = '/root/collections/c/objects/';

async function serve(script: (e: Exchange) => Reply | Promise<Reply>): Promise<string> {
  server = await startScripted(script);
  return `${server.origin}/taxii/`;
}

const bundle = (objects: readonly FixtureObject[], rest: Partial<Reply> = {}): Reply => ({
  type: STIX20,
  body: `{"type":"bundle","id":"bundle--1","objects":[${objects.map((o) => o.text).join(',')}]}`,
  ...rest,
});
const range = (e: Exchange): [number, number] => {
  const m = /^items[= ](\d+)-(\d+)$/.exec(e.headers.range ?? '');
  return m === null ? [0, Number.POSITIVE_INFINITY] : [Number(m[1]), Number(m[2])];
};
/** A range server whose Content-Range is written by `say`. */
const ranges = (
  objects: readonly FixtureObject[],
  say: (first: number, last: number, total: number) => string | null,
  take: (e: Exchange, page: FixtureObject[]) => FixtureObject[] = (_e, page) => page,
) =>
  site({
    version: '2.0',
    data: (e) => {
      const [from, to] = range(e);
      if (from >= objects.length) {
        return {
          status: 416,
          type: TAXII20,
          body: '',
          headers: { 'content-range': `items */${objects.length}` },
        };
      }
      const page = take(e, objects.slice(from, to + 1));
      const said = say(from, from + page.length - 1, objects.length);
      return bundle(page, { status: 206, headers: said === null ? {} : { 'content-range': said } });
    },
  });

async function pulled(url: string, settings: Parameters<typeof pullOnce>[1] = {}) {
  const outcome = await pullOnce(url, { taxiiVersion: '2.0', ...settings });
  return { ...outcome, feed: outcome.sink.feed('c', 'object') };
}

describe('TAXII 2.0 ranges', () => {
  it('gets everything from a server whose pages are one short and which takes `=` only', async () => {
    const url = await serve(medallion20(all35));
    const { feed, sink } = await pulled(url, { manifests: true });
    expect(feed.records.size).toBe(35);
    expect(sink.feed('c', 'manifest').records.size).toBe(35);
    expect(feed.result).toMatchObject({ announced: 35, completeness: { complete: 'yes' }, failure: null });
  });

  it.each([1, 11, 21, 31])(
    'never asks for a range of one, which comes back empty (%i objects)',
    async (count) => {
      const url = await serve(medallion20(generated(count)));
      const { feed } = await pulled(url);
      expect(feed.records.size).toBe(count);
      for (const e of server.log.filter((e) => e.path === OBJECTS)) {
        const [from, to] = range(e);
        expect(to).toBeGreaterThan(from);
      }
    },
  );

  it('asks for objects in the STIX media type, and in the TAXII one where that is refused', async () => {
    const url = await serve((e) =>
      e.path === OBJECTS && e.headers.accept?.includes('stix')
        ? { status: 406, type: 'application/json', body: {} }
        : ranges(all35, (a, b, n) => `items ${a}-${b}/${n}`)(e),
    );
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(35);
    expect(server.log.filter((e) => e.headers.accept?.includes('stix')).length).toBe(1);
  });

  it('tries the specification’s spelling where `=` is refused, and remembers it', async () => {
    const script = ranges(all35, (a, b, n) => `items ${a}-${b}/${n}`);
    const url = await serve((e) =>
      e.headers.range?.includes('=') ? { status: 400, type: TAXII20, body: { title: 'Range' } } : script(e),
    );
    const sink = new MemorySink();
    await pullInto(sink, testSource(url));
    expect(sink.feed('c', 'object').records.size).toBe(35);
    expect(sink.feed('c', 'object').cursor).toMatchObject({ rangeStyle: 'space' });
    server.log.length = 0;
    await pullInto(sink, testSource(url));
    expect(server.log.some((e) => e.headers.range?.includes('='))).toBe(false);
  });

  it('goes by what came when the server caps pages below what was asked', async () => {
    const url = await serve(
      ranges(
        all35,
        (a, b, n) => `items ${a}-${b}/${n}`,
        (_e, page) => page.slice(0, 4),
      ),
    );
    const { feed } = await pulled(url, { pageSize: 20 });
    expect(feed.records.size).toBe(35);
    expect(feed.result?.completeness.complete).toBe('yes');
  });

  it.each([
    ['an unknown total', (a: number, b: number) => `items ${a}-${b}/*`],
    ['an equals sign', (a: number, b: number, n: number) => `items=${a}-${b}/${n}`],
    ['nothing', () => null],
  ])('reads a Content-Range with %s', async (_name, say) => {
    const url = await serve(ranges(all35, say));
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(35);
    expect(feed.result?.completeness.complete).toBe('yes');
  });

  it('takes everything at once from a server that ignores Range', async () => {
    const url = await serve(site({ version: '2.0', data: () => bundle(all35) }));
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(35);
    expect(feed.result?.completeness.complete).toBe('yes');
    expect(server.log.filter((e) => e.path === OBJECTS).length).toBe(1);
  });

  it('ends when a server ignores Range and has exactly as many as were asked for', async () => {
    const url = await serve(site({ version: '2.0', data: () => bundle(all35.slice(0, 10)) }));
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(10);
    expect(feed.result?.completeness.complete).toBe('yes');
  });

  it('ends with a doubt when every range brings the same page', async () => {
    const url = await serve(
      site({ version: '2.0', data: () => bundle(all35.slice(0, 10), { status: 206 }) }),
    );
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(10);
    expect(feed.result?.completeness.complete).toBe('unknown');
  });

  it.each([
    ['a bundle without objects', { type: STIX20, body: { type: 'bundle', id: 'bundle--1' } }],
    ['an empty list', { type: STIX20, body: { type: 'bundle', id: 'bundle--1', objects: [] } }],
    ['416', { status: 416, type: TAXII20, body: '', headers: { 'content-range': 'items */0' } }],
  ])('takes %s for an empty collection', async (_name, reply) => {
    const url = await serve(site({ version: '2.0', data: () => reply }));
    const { feed } = await pulled(url);
    expect(feed.result).toMatchObject({ received: 0, failure: null, completeness: { complete: 'yes' } });
  });

  it('leaves open whether 404 means empty or gone', async () => {
    const url = await serve(site({ version: '2.0', data: () => ({ status: 404, type: TAXII20, body: {} }) }));
    const { feed } = await pulled(url);
    expect(feed.result).toMatchObject({ failure: null, completeness: { complete: 'unknown' } });
  });

  it.each([1, 10, 20, 35])(
    'takes 404 past the end for the end where no total is given, and a bare list for a manifest (%i objects)',
    async (count) => {
      const url = await serve(attack20(generated(count)));
      const { feed, sink } = await pulled(url, { manifests: true });
      expect(feed.records.size).toBe(count);
      expect(feed.result?.completeness.reason).toBe(`The manifest lists ${count}; all are here.`);
      expect(sink.feed('c', 'manifest').records.size).toBe(count);
      await pullInto(sink, testSource(url, { manifests: true }));
      expect(feed.records.size).toBe(count);
      expect(feed.result).toMatchObject({ failure: null, completeness: { complete: 'yes' } });
    },
  );

  it('goes on where an interrupted pull had stopped, to an end that only a status tells, without beginning again', async () => {
    const script = attack20(all35);
    let failing = true;
    const url = await serve((e) =>
      failing && (range(e)[0] ?? 0) >= 20 ? { status: 500, type: TAXII20, body: {} } : script(e),
    );
    const sink = new MemorySink();
    const settings = { manifests: true, maxAttempts: 1 };
    await pullInto(sink, testSource(url, settings));
    failing = false;
    server.log.length = 0;
    await pullInto(sink, testSource(url, settings));
    for (const kind of ['object', 'manifest'] as const) {
      expect(sink.feed('c', kind).records.size).toBe(35);
      expect(sink.feed('c', kind).result).toMatchObject({ failure: null, completeness: { complete: 'yes' } });
    }
    const asked = server.log.filter((e) => e.headers.range !== undefined);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.some((e) => range(e)[0] === 0)).toBe(false);
  });

  it('leaves open whether a collection ended or went away when 404 comes for what had come, too', async () => {
    const script = attack20(all35);
    const url = await serve((e) =>
      e.path === OBJECTS && e.beforeHere > 1 ? { status: 404, type: TAXII20, body: {} } : script(e),
    );
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(20);
    expect(feed.result).toMatchObject({ failure: null, completeness: { complete: 'unknown' } });
    expect(feed.cursor).toMatchObject({ addedAfter: null });
  });

  it('asks for everything where the server fails on added_after, and remembers it until the server can', async () => {
    const script = attack20(all35);
    let fails = true;
    const url = await serve((e) =>
      fails && e.query.has('added_after')
        ? { status: 500, type: TAXII20, body: { title: 'Internal' } }
        : script(e),
    );
    const sink = new MemorySink();
    const settings = { manifests: true, objects: false };
    await pullInto(sink, testSource(url, settings));
    server.log.length = 0;
    const { lines } = await pullInto(sink, testSource(url, settings));
    const feed = sink.feed('c', 'manifest');
    expect(feed.result).toMatchObject({ received: 35, failure: null, completeness: { complete: 'yes' } });
    expect(server.log.filter((e) => e.query.has('added_after')).length).toBe(5);
    expect(lines.some((l) => JSON.stringify(l).includes('asking for everything'))).toBe(true);
    expect(feed.records.size).toBe(35);
    const filtered = async (): Promise<boolean[]> => {
      server.log.length = 0;
      await pullInto(sink, testSource(url, settings));
      expect(feed.result).toMatchObject({ failure: null, completeness: { complete: 'yes' } });
      return server.log.filter((e) => e.headers.range !== undefined).map((e) => e.query.has('added_after'));
    };
    // Asked once each time, so that it shows when the server has learnt it.
    const [first, ...others] = await filtered();
    expect([first, others.includes(true)]).toEqual([true, false]);
    fails = false;
    expect(await filtered()).not.toContain(false);
    expect(feed.cursor).toMatchObject({ filterFails: false });
  });

  it('says no when the server announces more than it gives', async () => {
    const url = await serve(
      site({
        version: '2.0',
        data: (e) => {
          const [from, to] = range(e);
          const page = all35.slice(0, 20).slice(from, to + 1);
          return bundle(page, {
            status: 206,
            headers: { 'content-range': `items ${from}-${from + page.length - 1}/35` },
          });
        },
      }),
    );
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(20);
    expect(feed.result).toMatchObject({ announced: 35, completeness: { complete: 'no' } });
    expect(feed.cursor).toMatchObject({ addedAfter: null });
  });

  it('loses nothing when the collection shrinks or grows meanwhile', async () => {
    const url = await serve((e) => {
      // The first five go after the first page; five come at the end.
      const now =
        e.beforeHere === 0 ? all35 : [...all35.slice(5), ...(e.beforeHere > 2 ? generated(5, 35) : [])];
      return ranges(now, (a, b, n) => `items ${a}-${b}/${n}`)(e);
    });
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(40);
  });

  it('repeats a failed range, smaller', async () => {
    let failures = 0;
    const script = ranges(all35, (a, b, n) => `items ${a}-${b}/${n}`);
    const url = await serve((e) =>
      e.path === OBJECTS && e.beforeHere === 2 && failures++ === 0
        ? { status: 503, type: TAXII20, body: {} }
        : script(e),
    );
    const { feed } = await pulled(url);
    expect(feed.records.size).toBe(35);
    expect(feed.cursor).toMatchObject({ pageSize: 5 });
  });

  it('keeps a manifest row for each new version of an object', async () => {
    const rows = { current: ['2024-01-01T00:00:00.000Z'] };
    const id = 'malware--00000000-0000-4000-8000-000000000001';
    const url = await serve(
      site({
        version: '2.0',
        data: (_e, kind) =>
          kind === 'manifest'
            ? {
                type: TAXII20,
                body: { objects: [{ id, date_added: '2024-01-01T00:00:00Z', versions: rows.current }] },
              }
            : bundle([]),
      }),
    );
    const sink = new MemorySink();
    const settings = { manifests: true, objects: false };
    await pullInto(sink, testSource(url, settings));
    rows.current = ['2024-01-01T00:00:00.000Z', '2024-02-01T00:00:00.000Z'];
    await pullInto(sink, testSource(url, settings));
    expect([...sink.feed('c', 'manifest').records.values()].map((r) => r.version)).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-02-01T00:00:00.000Z (2 versions)',
    ]);
  });
});
