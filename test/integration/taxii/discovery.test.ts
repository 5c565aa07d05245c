import { afterEach, describe, expect, it } from 'vitest';
import { generated } from '../../servers/stix-fixture.ts';
import { medallion20, medallion21, opentaxii } from '../../servers/taxii-personalities.ts';
import { probe, pullOnce } from '../../servers/taxii-pulling.ts';
import {
  type Exchange,
  type Reply,
  type ScriptedServer,
  site,
  startScripted,
  TAXII20,
  TAXII21,
} from '../../servers/taxii-scripted.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((s) => s.close()));
});

async function serve(script: (e: Exchange) => Reply | Promise<Reply>): Promise<ScriptedServer> {
  const server = await startScripted(script);
  servers.push(server);
  return server;
}

const objects = generated(12);
const empty = () => ({ body: {} });

describe('the URL a user pastes', () => {
  it.each([
    '/taxii2/',
    '/taxii2',
    '/root/',
    '/root',
    '/root/collections/',
    '/root/collections',
    '/root/collections/c/',
    '/root/collections/c/objects',
    '/root/collections/c/objects/?limit=5',
    '/root/collections/c/manifest/',
    '/',
  ])('finds the collection from %s', async (path) => {
    const server = await serve(opentaxii(objects));
    const { sink, summary } = await pullOnce(`${server.origin}${path}`);
    expect(summary.failure).toBeNull();
    expect(sink.feed('c', 'object').records.size).toBe(12);
    expect(server.log.every((e) => e.path.endsWith('/'))).toBe(true);
  });

  it('pulls only the collection that was pasted', async () => {
    const server = await serve(site({ collections: [{ id: 'a' }, { id: 'c' }], data: empty }));
    const { sink } = await pullOnce(`${server.origin}/root/collections/c/`);
    expect([...sink.feeds.keys()]).toEqual(['c object']);
  });

  it('says PullError 303 where there is no TAXII', async () => {
    const html = await serve(() => ({ type: 'text/html', body: '<html>Welcome</html>' }));
    const { summary } = await pullOnce(`${html.origin}/taxii2/`);
    expect(summary.failure).toMatchObject({
      type: 'PullError',
      id: 303,
      message: 'The Discovery URL provided in the config.yaml is incorrect.',
    });
    const other = await serve(() => ({ type: 'application/json', body: { hello: 'world' } }));
    expect((await pullOnce(`${other.origin}/x/`)).summary.failure?.id).toBe(303);
    const text = await serve(() => ({ type: 'text/plain', body: 'hello' }));
    expect((await pullOnce(`${text.origin}/x/`)).summary.failure?.id).toBe(303);
  });
});

describe('TAXII versions', () => {
  it('detects either', async () => {
    const v21 = await serve(medallion21(objects));
    const v20 = await serve(medallion20(objects));
    expect(await probe(`${v21.origin}/taxii2/`)).toMatchObject({
      ok: true,
      version: '2.1',
      serverTitle: 'Scripted',
    });
    expect(await probe(`${v20.origin}/taxii/`)).toMatchObject({ ok: true, version: '2.0' });
    expect((await pullOnce(`${v20.origin}/taxii/`)).sink.feed('c', 'object').records.size).toBe(12);
  });

  it('says which version the server speaks when another is configured', async () => {
    const v20 = await serve(medallion20(objects));
    const { summary } = await pullOnce(`${v20.origin}/taxii/`, { taxiiVersion: '2.1' });
    expect(summary.failure).toMatchObject({
      code: 'taxii.wrong-version',
      message: 'The server does not speak TAXII 2.1; it seems to speak TAXII 2.0.',
    });
    // Also where 406 comes without a word about what there is.
    const mute = await serve((e) => {
      const reply = medallion21(objects)(e);
      return e.headers.accept?.includes('vnd') ? { status: 406, type: null, body: '' } : reply;
    });
    expect((await pullOnce(`${mute.origin}/taxii2/`, { taxiiVersion: '2.0' })).summary.failure?.message).toBe(
      'The server does not speak TAXII 2.0; it seems to speak TAXII 2.1.',
    );
  });

  it.each([
    'APPLICATION/TAXII+JSON; Version="2.1"',
    'application/taxii+json;version=2.1; charset=utf-8',
    'application/taxii+json',
    'application/json',
  ])('takes an answer of type %s', async (type) => {
    const script = medallion21(objects);
    const server = await serve(async (e) => ({ ...(await script(e)), type }));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect(sink.feed('c', 'object').records.size).toBe(12);
  });

  it('takes an answer without a type', async () => {
    const script = medallion21(objects);
    const server = await serve(async (e) => ({ ...(await script(e)), type: null }));
    expect((await pullOnce(`${server.origin}/taxii2/`)).sink.feed('c', 'object').records.size).toBe(12);
  });
});

describe('API roots', () => {
  const roots = (body: unknown, rest: (e: Exchange) => Reply | Promise<Reply>) => (e: Exchange) =>
    e.path === '/taxii2/' ? { body } : rest(e);

  it.each([
    ['relative', { title: 'T', api_roots: ['/root/'] }],
    ['without the closing slash', { title: 'T', api_roots: ['/root'] }],
    ['only a default', { title: 'T', default: '/root/' }],
    ['a default that is listed too', { title: 'T', default: '/root/', api_roots: ['/root/'] }],
  ])('resolves roots: %s', async (_name, body) => {
    const server = await serve(roots(body, site({ data: empty })));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect([...sink.feeds.values()].map((f) => f.feed.apiRoot)).toEqual([`${server.origin}/root/`]);
  });

  it('goes on with the others when one root fails, and shows that it did', async () => {
    const server = await serve(roots({ title: 'T', api_roots: ['/gone/', '/root/'] }, site({ data: empty })));
    const { sink, summary } = await pullOnce(`${server.origin}/taxii2/`);
    expect(summary.failure).toBeNull();
    expect(sink.feed('', 'object').result?.failure).toMatchObject({ id: 303 });
    expect(sink.feed('c', 'object').result?.failure).toBeNull();
  });

  it('does not give credentials to a root on another origin, but does when the settings name it', async () => {
    const other = await serve(site({ data: empty }));
    const server = await serve(
      roots({ title: 'T', api_roots: [`${other.origin}/root/`] }, () => ({ status: 404 })),
    );
    const auth = { method: 'basic' as const, username: 'u' };
    await pullOnce(`${server.origin}/taxii2/`, { auth }, { password: 'secret' });
    expect(server.log[0]?.headers.authorization).toBeDefined();
    expect(other.log.length).toBeGreaterThan(0);
    expect(other.log.every((e) => e.headers.authorization === undefined)).toBe(true);
    await pullOnce(
      `${server.origin}/taxii2/`,
      { auth, apiRoots: [`${other.origin}/root/`] },
      { password: 'secret' },
    );
    expect(other.log.at(-1)?.headers.authorization).toBeDefined();
  });

  it('tries the asked server when a root carries an inner host name', async () => {
    const server = await serve(
      roots({ title: 'T', api_roots: ['http://127.0.0.1:9/root/'] }, site({ data: empty })),
    );
    const { sink } = await pullOnce(`${server.origin}/taxii2/`, { maxAttempts: 1 });
    expect(sink.feed('c', 'object').feed.apiRoot).toBe(`${server.origin}/root/`);
  });

  it('keeps the roots that were chosen', async () => {
    const server = await serve(roots({ title: 'T', api_roots: ['/a/', '/root/'] }, site({ data: empty })));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`, { apiRoots: ['root'] });
    expect([...sink.feeds.values()].map((f) => f.feed.apiRoot)).toEqual([`${server.origin}/root/`]);
    expect(server.log.some((e) => e.path.startsWith('/a/'))).toBe(false);
  });
});

describe('collections', () => {
  it('skips what cannot be read and says so; tries what does not say', async () => {
    const server = await serve(
      site({
        collections: [
          { id: 'no', can_read: false },
          { id: 'null', can_read: null },
          { id: 'missing' },
          { id: 'yes', can_read: true },
        ],
        data: empty,
      }),
    );
    const { sink, lines } = await pullOnce(`${server.origin}/taxii2/`);
    expect([...sink.feeds.keys()]).toEqual(['null object', 'missing object', 'yes object']);
    expect(lines).toContain('INFO Skipping collection no: the server says it cannot be read.');
    expect(lines).toContain('INFO Total number of collections: 3');
  });

  it('says SetupError 100 when nothing can be read', async () => {
    const server = await serve(site({ collections: [{ id: 'no', can_read: false }], data: empty }));
    const { summary } = await pullOnce(`${server.origin}/taxii2/`);
    expect(summary.failure).toMatchObject({
      type: 'SetupError',
      id: 100,
      message:
        'The remote data is not pullable with the given credentials. Check the error traces for details',
    });
  });

  it('takes ids as they are', async () => {
    const asked: string[] = [];
    const server = await serve(
      site({
        collections: [{ id: 107 }, { id: 'a b/ü' }],
        data: (_e, _kind, id) => {
          asked.push(id);
          return empty();
        },
      }),
    );
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect(asked).toEqual(['107', 'a b/ü']);
    expect([...sink.feeds.keys()]).toEqual(['107 object', 'a b/ü object']);
  });

  it('chooses by id, alias or title, and says what is missing', async () => {
    const server = await serve(
      site({
        collections: [{ id: 'a', alias: 'first' }, { id: 'b', title: 'Second' }, { id: 'c' }],
        data: empty,
      }),
    );
    const { sink, lines } = await pullOnce(`${server.origin}/taxii2/`, {
      collections: ['first', 'Second', 'x'],
    });
    expect([...sink.feeds.keys()]).toEqual(['a object', 'b object']);
    expect(lines).toContain('WARNING The server has no collection x.');
    const { summary } = await pullOnce(`${server.origin}/taxii2/`, { collections: ['x'] });
    expect(summary.failure?.code).toBe('taxii.collection-missing');
  });

  it('is content with a server that has none', async () => {
    const server = await serve((e) =>
      e.path === '/root/collections/' ? { body: {} } : site({ data: empty })(e),
    );
    const { summary, lines } = await pullOnce(`${server.origin}/taxii2/`);
    expect(summary.failure).toBeNull();
    expect(lines).toContain('INFO Total number of collections: 0');
  });

  it('reads a 2.0 list that comes in ranges', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => ({ id: `c${i}` }));
    const server = await serve((e) => {
      if (e.path !== '/root/collections/')
        return site({ version: '2.0', data: () => ({ type: TAXII20, body: {} }) })(e);
      const from = Number(/items=(\d+)/.exec(e.headers.range ?? '')?.[1] ?? 0);
      return {
        status: 206,
        type: TAXII20,
        body: { collections: ids.slice(from, from + 2) },
        headers: { 'content-range': `items ${from}-${from + 1}/5` },
      };
    });
    const { sink } = await pullOnce(`${server.origin}/taxii/`);
    expect(sink.feeds.size).toBe(5);
  });

  it('does not stop the others when one fails', async () => {
    const server = await serve(
      site({
        collections: [{ id: 'bad' }, { id: 'gone' }, { id: 'good' }],
        data: (_e, _kind, id) =>
          id === 'bad'
            ? { status: 403 }
            : id === 'gone'
              ? { status: 404 }
              : { body: `{"objects":[${objects[0]?.text}]}` },
      }),
    );
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect(sink.feed('bad', 'object').result?.failure).toMatchObject({ type: 'PullError', id: 302 });
    expect(sink.feed('gone', 'object').result?.failure).toMatchObject({ type: 'PullError', id: 303 });
    expect(sink.feed('good', 'object').records.size).toBe(1);
  });
});

describe('the collectors’ log lines', () => {
  it('are word for word', async () => {
    const server = await serve(
      medallion21(objects, { first: (e) => (e.path === '/x' ? { type: TAXII21 } : null) }),
    );
    const { lines } = await pullOnce(`${server.origin}/taxii2/`, { manifests: true });
    expect(lines.filter((l) => !l.includes('speaks'))).toEqual([
      'INFO Total number of collections: 1',
      'INFO Polling for collection id: c',
      'INFO Fetching manifests data for collection c',
      'INFO Fetched 12 manifests for collection c',
      'INFO Fetching objects data for collection c',
      'INFO Fetched 12 objects for collection c',
    ]);
  });
});
