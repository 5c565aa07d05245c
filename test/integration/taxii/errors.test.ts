import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { MemorySink, pullContext } from '../../servers/memory-sink.ts';
import { generated } from '../../servers/stix-fixture.ts';
import { medallion21 } from '../../servers/taxii-personalities.ts';
import { probe, pullOnce, testSource } from '../../servers/taxii-pulling.ts';
import {
  type Exchange,
  type Reply,
  type ScriptedServer,
  site,
  startScripted,
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
const objects = generated(25);
const text = (...parts: string[]): string => `{"more":false,"objects":[${parts.join(',')}]}`;
const basic = { auth: { method: 'basic' as const, username: 'üser' } };

describe('what a server refuses', () => {
  it.each([
    [
      401,
      { title: 'No' },
      'PullError',
      301,
      'The username or the password provided in the config.yaml is incorrect',
    ],
    [
      403,
      { title: 'No' },
      'PullError',
      302,
      'The credentials does not have required permissions to fetch data from TAXII server',
    ],
    [404, { title: 'No' }, 'PullError', 303, 'The Discovery URL provided in the config.yaml is incorrect.'],
    [500, { title: 'No' }, 'PullError', 304, 'Internal server error from TAXII server.'],
    [503, { title: 'No' }, 'PullError', 304, 'Internal server error from TAXII server.'],
  ])('says %i with the seed’s id and words', async (status, body, type, id, message) => {
    const server = await serve(() => ({ status, body }));
    const { summary } = await pullOnce(`${server.origin}/taxii2/`, { maxAttempts: 2 });
    expect(summary.failure).toMatchObject({
      type,
      id,
      message,
      details: { status, serverTitle: 'No', url: `${server.origin}/taxii2/` },
    });
    expect(summary.failure?.cause).not.toBeNull();
    expect(summary.failure?.remedy).not.toBeNull();
    expect((await probe(`${server.origin}/taxii2/`, { maxAttempts: 1 })).line).toBe(
      `test: ${type} ${id}: ${message}`,
    );
  });

  it.each([400, 401, 403, 404])('never asks again after %i', async (status) => {
    const server = await serve(() => ({ status, body: {} }));
    await pullOnce(`${server.origin}/taxii2/`, { taxiiVersion: '2.1' });
    expect(server.log.length).toBe(1);
  });

  it.each([
    ['HTML', { status: 401, type: 'text/html', body: '<h1>401</h1>' }],
    ['nothing', { status: 401, type: null, body: '' }],
    [
      'another JSON',
      {
        status: 401,
        type: 'application/json',
        body: { code: 401, name: 'Unauthorized', description: 'none' },
      },
    ],
  ])('reads 401 with a body of %s', async (_name, reply) => {
    const server = await serve(() => reply);
    expect((await pullOnce(`${server.origin}/taxii2/`)).summary.failure?.id).toBe(301);
  });

  it('takes a login page after a redirect for wrong credentials, not for an empty feed', async () => {
    const server = await serve((e) =>
      e.path === '/login'
        ? { type: 'text/html', body: '<form>' }
        : { status: 302, body: '', headers: { location: '/login' } },
    );
    const { summary } = await pullOnce(`${server.origin}/taxii2/`);
    expect(summary.failure).toMatchObject({ type: 'PullError', id: 301 });
  });

  it('never repeats a secret that the server echoes', async () => {
    const server = await serve((e) => ({
      status: 401,
      body: { title: `bad ${e.headers.authorization}`, description: 'password p4ssw0rd! refused' },
    }));
    const { summary, lines } = await pullOnce(`${server.origin}/taxii2/`, basic, { password: 'p4ssw0rd!' });
    const said = JSON.stringify(summary) + lines.join();
    expect(said).not.toContain('p4ssw0rd!');
    expect(said).not.toContain(Buffer.from('üser:p4ssw0rd!').toString('base64'));
    expect(said).toContain('***');
  });

  it('fails at once for a historic date in the future', async () => {
    const server = await serve(() => ({}));
    const { summary } = await pullOnce(`${server.origin}/taxii2/`, {
      historicDateUtc: '2999-01-01T00:00:00Z',
    });
    expect(summary.failure).toMatchObject({ type: 'InitVariableError', id: 3 });
    expect(server.log.length).toBe(0);
  });
});

describe('credentials', () => {
  it('sends Basic in UTF-8, with a colon in the password, and with an empty one', async () => {
    const server = await serve(medallion21(objects));
    await pullOnce(`${server.origin}/taxii2/`, basic, { password: 'a:b€' });
    expect(server.log.at(-1)?.headers.authorization).toBe(
      `Basic ${Buffer.from('üser:a:b€').toString('base64')}`,
    );
    await pullOnce(`${server.origin}/taxii2/`, basic);
    expect(server.log.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('üser:').toString('base64')}`);
  });

  it('sends bearer tokens with their scheme, and keys in a header of their own', async () => {
    const server = await serve(medallion21(objects));
    const url = `${server.origin}/taxii2/`;
    await pullOnce(url, { auth: { method: 'bearer', scheme: 'Token' } }, { token: 'abc\n' });
    expect(server.log.at(-1)?.headers.authorization).toBe('Token abc');
    await pullOnce(url, { auth: { method: 'header', header: 'X-Api-Key' } }, { token: 'k' });
    expect(server.log.at(-1)?.headers['x-api-key']).toBe('k');
  });
});

describe('redirects', () => {
  it('keep credentials and the question on the same origin', async () => {
    const script = medallion21(objects);
    const server = await serve((e) =>
      e.path.startsWith('/moved/')
        ? script({ ...e, path: e.path.replace('/moved', '') })
        : { status: 301, body: '', headers: { location: `/moved${e.path}` } },
    );
    const { sink } = await pullOnce(`${server.origin}/taxii2/`, basic, { password: 'x' });
    // The root is relative, so that it too is asked where it was moved from.
    expect(sink.feed('c', 'object').records.size).toBe(25);
    expect(server.log.every((e) => e.headers.authorization !== undefined)).toBe(true);
  });

  it('drop credentials on another origin', async () => {
    const other = await serve(medallion21(objects));
    const server = await serve((e) => ({
      status: 307,
      body: '',
      headers: { location: `${other.origin}${e.path}` },
    }));
    await pullOnce(`${server.origin}/taxii2/`, basic, { password: 'x' });
    expect(other.log.length).toBeGreaterThan(0);
    expect(other.log.every((e) => e.headers.authorization === undefined)).toBe(true);
  });

  it('end after five', async () => {
    const server = await serve((e) => ({ status: 302, body: '', headers: { location: `/r${e.before}/` } }));
    const { summary } = await pullOnce(`${server.origin}/taxii2/`);
    expect(summary.failure?.code).toBe('http.redirect');
    expect(server.log.length).toBe(6);
  });
});

describe('a server that limits requests', () => {
  it.each([
    ['seconds', () => '7', 7_000],
    ['an HTTP date', () => new Date(Date.now() + 30_000).toUTCString(), 30_000],
    ['rubbish', () => 'soon', 1_000],
    ['a negative number', () => '-5', 1_000],
  ])('is waited for: Retry-After as %s', async (_name, value, ms) => {
    const script = medallion21(objects);
    const server = await serve((e) =>
      e.before === 3 ? { status: 429, body: {}, headers: { 'retry-after': value() } } : script(e),
    );
    const { sink, slept } = await pullOnce(`${server.origin}/taxii2/`);
    expect(sink.feed('c', 'object').records.size).toBe(25);
    expect(slept.length).toBe(1);
    expect(slept[0]).toBeGreaterThan(ms * 0.45);
    expect(slept[0]).toBeLessThanOrEqual(ms + 1_500);
  });

  it('asks the same next again after 429: it was not acted on', async () => {
    const script = medallion21(objects);
    let refused = false;
    const server = await serve((e) => {
      if (!e.query.has('next') || refused) return script(e);
      refused = true;
      return { status: 429, body: {}, headers: { 'retry-after': '1' } };
    });
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect(sink.feed('c', 'object')).toMatchObject({ duplicates: 0 });
    expect(sink.feed('c', 'object').records.size).toBe(25);
  });

  it('shows until when it waits, and can be cancelled there', async () => {
    const server = await serve(
      site({ data: () => ({ status: 429, body: {}, headers: { 'retry-after': '600' } }) }),
    );
    const sink = new MemorySink();
    const abort = new AbortController();
    const { context } = pullContext(sink, abort.signal);
    const waits: number[] = [];
    const source = testSource(`${server.origin}/taxii2/`);
    const opened = sink.open.bind(sink);
    const running = source.pull({
      ...context,
      clock: {
        ...context.clock,
        sleep: async (_ms, signal) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          signal?.throwIfAborted();
        },
      },
      sink: {
        cursorOf: () => null,
        open: (feed) => ({
          ...opened(feed),
          progress: (now) => {
            if (now.waitingUntil !== null) {
              waits.push(now.waitingUntil);
              abort.abort();
            }
          },
        }),
      },
    });
    await expect(running).rejects.toThrow();
    await source.close();
    expect((waits[0] ?? 0) - Date.now()).toBeGreaterThan(500_000);
  });

  it('does not wait for hours: says so instead', async () => {
    const server = await serve(() => ({ status: 429, body: {}, headers: { 'retry-after': '86400' } }));
    const { summary, slept } = await pullOnce(`${server.origin}/taxii2/`);
    expect(slept).toEqual([]);
    expect(summary.failure).toMatchObject({ code: 'taxii.rate-limited', retryable: true });
  });

  it('is asked no faster than the settings say, by all collections together', async () => {
    const server = await serve(site({ collections: [{ id: 'a' }, { id: 'b' }], data: () => ({ body: {} }) }));
    const { slept, summary } = await pullOnce(`${server.origin}/taxii2/`, {
      requestsPerSecond: 2,
      concurrency: 2,
    });
    expect(summary.requests).toBe(4);
    expect(slept.length).toBe(3);
    expect(Math.max(...slept)).toBeGreaterThan(1_000);
  });
});

describe('transport', () => {
  const [a = objects[0], b = objects[1]] = objects;
  const one = a?.text ?? '';
  const two = b?.text ?? '';

  it.each<[string, Reply]>([
    ['gzip', { body: gzipSync(text(one, two)), headers: { 'content-encoding': 'gzip' } }],
    ['gzip that is none', { body: text(one, two), headers: { 'content-encoding': 'gzip' } }],
    ['gzip unsaid', { body: gzipSync(text(one, two)) }],
    ['a byte order mark', { body: `\uFEFF${text(one, two)}` }],
    ['spaces everywhere', { body: `\n { "objects" : [ ${one} ,\r\n\t${two} ] } \n` }],
  ])('reads %s', async (_name, reply) => {
    const server = await serve(site({ data: () => reply }));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    const { records } = sink.feed('c', 'object');
    expect([...records.values()].map((r) => Buffer.from(r.raw).toString())).toEqual([one, two]);
  });

  it('asks again when JSON is cut in half, and keeps nothing of the half', async () => {
    let cut = 0;
    const server = await serve(
      site({ data: () => ({ body: cut++ === 0 ? text(one, two).slice(0, -60) : text(one, two) }) }),
    );
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    expect(sink.feed('c', 'object')).toMatchObject({ duplicates: 0 });
    expect(sink.feed('c', 'object').records.size).toBe(2);
  });

  it('fails with a clear cause when it is cut every time', async () => {
    const server = await serve(site({ data: () => ({ body: text(one, two).slice(0, -60) }) }));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`, { maxAttempts: 2 });
    expect(sink.feed('c', 'object').result?.failure?.code).toBe('json.truncated');
  });

  it.each<[string, Buffer | string, string]>([
    ['broken JSON', '{"type":"malware","id":"malware--1",oops}', 'json.malformed'],
    ['crossed brackets', '{"type":"malware","id":"malware--1","x":[1,2}}', 'json.malformed'],
    ['a quote too many', '{"type":"malware","id":"malware--1","name":"a"b"}', 'json.malformed'],
    ['no object', '42', 'json.not-an-object'],
    [
      'deep nesting',
      `{"type":"malware","id":"malware--1","x":${'['.repeat(9000)}${']'.repeat(9000)}}`,
      'json.too-deep',
    ],
    [
      'invalid UTF-8',
      Buffer.from('{"type":"malware","id":"malware--1","name":"\xff\xfe"}', 'latin1'),
      'json.invalid-utf8',
    ],
    ['no id', '{"type":"malware","name":"x"}', 'stix.id-missing'],
    ['no type', '{"id":"malware--1"}', 'stix.type-missing'],
    [
      'a broken time',
      '{"type":"malware","id":"malware--1","modified":"yesterday"}',
      'stix.timestamp-invalid',
    ],
  ])('keeps an object with %s as a record with a problem, and the others', async (_name, broken, code) => {
    const raw = Buffer.isBuffer(broken) ? broken : Buffer.from(broken);
    const body = Buffer.concat([
      Buffer.from(`{"objects":[${one},`),
      raw,
      Buffer.from(`,${two}],"more":false}`),
    ]);
    const server = await serve(site({ data: () => ({ body }) }));
    const { sink } = await pullOnce(`${server.origin}/taxii2/`);
    const { records, result } = sink.feed('c', 'object');
    expect(result?.failure).toBeNull();
    const kept = [...records.values()];
    expect(kept.length).toBe(3);
    expect(Buffer.from(kept[1]?.raw ?? []).equals(raw)).toBe(true);
    expect(kept[1]?.problems.map((p) => p.code)).toEqual([code]);
    expect([kept[0], kept[2]].every((r) => r?.problems.length === 0)).toBe(true);
  });

  it.each([
    ['refused', 'http://127.0.0.1:9/taxii2/', 'http.refused'],
    ['no such name', 'http://no-such-host.invalid/taxii2/', 'http.dns'],
  ])('says it when the connection fails: %s', async (_name, url, code) => {
    const { summary, slept } = await pullOnce(url, { maxAttempts: 3 });
    expect(summary.failure?.code).toBe(code);
    expect(slept.length).toBe(2);
  });

  it('ends a request that stalls, and one that trickles too long', async () => {
    const server = await serve(() => ({ body: 'x'.repeat(1000), fate: 'stall' }));
    const url = `${server.origin}/taxii2/`;
    const idle = await pullOnce(url, { idleTimeoutSeconds: 0.1, maxAttempts: 1 });
    expect(idle.summary.failure?.code).toBe('http.idle-timeout');
    const total = await pullOnce(url, { totalTimeoutSeconds: 0.1, maxAttempts: 1 });
    expect(total.summary.failure?.code).toBe('http.total-timeout');
  });

  it('ends the pull when the store fails, and says that, not a fault of the server', async () => {
    const { SluiceError } = await import('../../../shared/errors.ts');
    const server = await serve(medallion21(objects));
    const sink = new MemorySink();
    sink.beforeStore = () => {
      throw new SluiceError({ code: 'store.full', message: 'The disk is full.' });
    };
    const source = testSource(`${server.origin}/taxii2/`);
    await expect(source.pull(pullContext(sink).context)).rejects.toThrow('The disk is full.');
    await source.close();
  });
});
