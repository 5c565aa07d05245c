import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Destination } from '../../../main/engine/devo/destination.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { makeDomain, outbound, testDestination } from '../../servers/devo-client.ts';

const TOKEN = 'a5370g9e8f7d7edf9da5370g9e8f7d7e';
const domain = makeDomain();
const never = new AbortController().signal;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo();
});
afterAll(() => domain.remove());

const http = (endpoint: string, over = {}, options = {}) => {
  const made = testDestination(
    { kind: 'devo-http', endpoint, domain: 'acme', ...over },
    { secrets: async () => TOKEN, timeouts: { connect: 2000, request: 10_000 }, ...options },
  );
  cleanup.push(() => made.close());
  return made;
};
const endpoint = async (options = {}) => {
  const started = await DevoEndpoint.start({
    certificates: domain.certificates,
    token: TOKEN,
    keep: 100_000,
    ...options,
  });
  cleanup.push(() => started.close());
  return started;
};

interface Seen {
  url: string;
  method: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}
/** A server that answers these statuses in turn (the last one from then on) and keeps what it was sent. */
async function scripted(
  ...answers: { status: number; headers?: Record<string, string> }[]
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({
      url: request.url ?? '',
      method: request.method ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
    });
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    if (answer === undefined || answer.status === 0) return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function send(to: Destination, texts: string[]) {
  const handover = await to.open(never);
  try {
    for (const text of texts) await handover.write(outbound(text));
    return { failure: null, ...(await handover.confirm()) };
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    expect(JSON.stringify(thrown.failure) + String(thrown.stack) + String(thrown.cause)).not.toContain(TOKEN);
    return { failure: thrown.failure, ...handover.abort() };
  }
}

describe('HTTP stream', () => {
  it.each([true, false])(
    'posts an event a line under domain, token, host and tag (gzip %s)',
    async (gzip) => {
      const server = await scripted({ status: 200 });
      const to = http(`${server.url}/`, { gzip });
      const texts = ['{"a":1.0}', '{\n"b":"é"\n}', '{}'];
      expect(await send(to, texts)).toMatchObject({ failure: null, messages: 3 });
      const [request] = server.seen;
      expect(server.seen).toHaveLength(1);
      expect(request).toMatchObject({
        method: 'POST',
        url: `/stream/acme/token!${TOKEN}/testhost/my.app.taxii.objects`,
      });
      expect(request?.headers['content-encoding']).toBe(gzip ? 'gzip' : undefined);
      const body = gzip ? gunzipSync(request?.body ?? '') : request?.body;
      expect(body?.toString()).toBe(texts.map((text) => to.encode(outbound(text)).toString()).join(''));
      expect(body?.toString().split('\n')[1]).toBe('{ "b":"é" ,"@devo_pulling_id":"1669727732252"}');
    },
  );

  it('has a request for each tag', async () => {
    const devo = await endpoint();
    const to = http(`http://127.0.0.1:${devo.ports.http}`);
    const handover = await to.open(never);
    for (let n = 0; n < 10; n++)
      await handover.write(outbound(`{"n":${n}}`, { kind: n % 2 === 0 ? 'object' : 'manifest' }));
    expect(await handover.confirm()).toMatchObject({ messages: 10 });
    expect(Object.fromEntries(devo.counts)).toEqual({
      'my.app.taxii.objects': 5,
      'my.app.taxii.manifests': 5,
    });
  });

  it('splits what is too large for one request, and halves requests after a 413', async () => {
    const server = await scripted({ status: 200 });
    const texts = Array.from({ length: 20 }, (_, n) => `{"n":${n},"pad":"${'x'.repeat(1_000_000)}"}`);
    expect(await send(http(server.url, { gzip: false }), texts)).toMatchObject({
      failure: null,
      messages: 20,
    });
    expect(server.seen.map((s) => s.body.length <= 8_000_000)).toEqual([true, true, true]);

    const strict = await scripted({ status: 413 }, { status: 200 });
    const to = http(strict.url, { gzip: false });
    expect(await send(to, texts)).toMatchObject({
      failure: { code: 'devo.http-too-large', retryable: true },
      maybeTaken: false,
    });
    expect(await send(to, texts)).toMatchObject({ failure: null });
    expect(Math.max(...strict.seen.slice(1).map((s) => s.body.length))).toBeLessThanOrEqual(4_000_000);
  });

  it.each([
    [401, 'devo.token-refused', false, false],
    [403, 'devo.token-refused', false, false],
    [404, 'devo.http-status', false, false],
    [302, 'devo.http-status', false, false],
    [429, 'devo.http-throttled', true, false],
    [500, 'devo.http-status', true, true],
    [503, 'devo.http-status', true, true],
    [0, 'devo.connection-lost', true, true],
  ])('status %s is %s', async (status, code, retryable, maybeTaken) => {
    const server = await scripted({
      status,
      headers: { 'retry-after': '7', location: 'http://127.0.0.1:9/' },
    });
    const result = await send(http(server.url), ['{}']);
    expect(result).toMatchObject({ failure: { code, retryable }, maybeTaken });
    if (status === 429) expect(result.failure?.details.retryAfterMs).toBe(7000);
    expect(server.seen).toHaveLength(1);
  });

  it('is marked as maybe taken when a later request fails', async () => {
    const server = await scripted({ status: 200 }, { status: 403 });
    const handover = await http(server.url).open(never);
    await handover.write(outbound('{}'));
    await handover.write(outbound('{}', { kind: 'manifest' }));
    await expect(handover.confirm()).rejects.toThrow('refuses the token');
    expect(handover.abort()).toEqual({ maybeTaken: true });
  });

  it('verifies the server over HTTPS, with an extra CA where one is set', async () => {
    const devo = await endpoint({ https: true });
    const url = `https://localhost:${devo.ports.http}`;
    expect(await send(http(url), ['{}'])).toMatchObject({
      failure: { code: 'devo.unknown-ca' },
      maybeTaken: false,
    });
    const caFile = join(domain.dir, 'ca.pem');
    writeFileSync(caFile, domain.certificates.chain);
    expect(await send(http(url, { caFile }), ['{}'])).toMatchObject({ failure: null, messages: 1 });
  });

  it('goes through a proxy, and the proxy sees no token', async () => {
    const devo = await endpoint({ https: true });
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client) => {
      asked.push(request.url ?? '');
      const upstream = connectTcp(devo.ports.http, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      client.on('error', () => upstream.destroy());
      upstream.on('error', () => client.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => proxy.close());
    const caFile = join(domain.dir, 'ca.pem');
    writeFileSync(caFile, domain.certificates.chain);
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const to = http(`https://localhost:${devo.ports.http}`, { caFile, proxy: { mode: 'manual', url } });
    expect(await send(to, ['{}'])).toMatchObject({ failure: null });
    expect(asked).toEqual([`localhost:${devo.ports.http}`]);
    expect(devo.total).toBe(1);
  });

  it('sends no token in the clear to a public address', async () => {
    expect(await send(http('http://203.0.113.5:8080'), ['{}'])).toMatchObject({
      failure: { code: 'devo.relay-not-private' },
    });
  });

  it('needs a token, and the pre-flight sends no event', async () => {
    const devo = await endpoint();
    const url = `http://127.0.0.1:${devo.ports.http}`;
    await expect(http(url, {}, { secrets: async () => null }).open(never)).rejects.toThrow('has no token');
    const report = await http(url).preflight(never);
    expect(report).toMatchObject({ ok: true, failure: null });
    expect(report.line).not.toContain(TOKEN);
    expect(devo.total).toBe(0);
    const gone = await http('http://127.0.0.1:1').preflight(never);
    expect(gone).toMatchObject({ ok: false, failure: { code: 'devo.refused' } });
  });
});

describe('a relay', () => {
  const relay = (address: string, port: number) => testDestination({ kind: 'devo-relay', address, port });

  it('gets the frames over plain TCP, with a warning', async () => {
    const devo = await endpoint();
    const to = relay('localhost', devo.ports.relay);
    const report = await to.preflight(never);
    expect(report.ok).toBe(true);
    expect(report.line).toContain('not encrypted');
    expect(await send(to, ['{"a":1}', '{\n}'])).toMatchObject({ failure: null, messages: 2 });
    expect(devo.total).toBe(2);
    expect(devo.last[0]?.frame.equals(to.encode(outbound('{"a":1}')))).toBe(true);
  });

  it('is refused outside of private networks, before anything is sent', async () => {
    for (const address of ['203.0.113.9', '2001:db8::9', '169.254.169.254']) {
      await expect(relay(address, 9).open(never)).rejects.toMatchObject({
        failure: { code: 'devo.relay-not-private' },
      });
    }
  });
});
