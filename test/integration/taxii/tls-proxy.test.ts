import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SourceSecret } from '../../../main/engine/sources/taxii/credentials.ts';
import { createTaxiiSource } from '../../../main/engine/sources/taxii/taxii-source.ts';
import { taxiiSettings } from '../../../shared/settings.ts';
import { MemorySink, pullContext } from '../../servers/memory-sink.ts';
import { generated } from '../../servers/stix-fixture.ts';
import { medallion21 } from '../../servers/taxii-personalities.ts';
import { type ScriptedServer, startScripted } from '../../servers/taxii-scripted.ts';
import { certificate, encryptedKey, pkcs12, type TestCertificate } from '../../servers/test-certificates.ts';

let dir: string;
let ca: TestCertificate;
let good: TestCertificate;
let client: TestCertificate;
const servers: ScriptedServer[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  ca = certificate({ name: 'Test CA', ca: true });
  good = certificate({ name: 'server', issuer: ca });
  client = certificate({ name: 'client', issuer: ca });
  const files: Record<string, string | Buffer> = {
    'ca.pem': ca.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'locked.key': encryptedKey(client, 'open sesame'),
    'client.p12': pkcs12(client, 'open sesame'),
    'other.key': good.key,
    'rubbish.pem': 'rubbish',
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
});
afterAll(() => rmSync(dir, { recursive: true }));
afterEach(async () => {
  await Promise.all(servers.splice(0).map((s) => s.close()));
});

async function serve(tls?: TlsOptions): Promise<ScriptedServer> {
  const server = await startScripted(medallion21(generated(5)), tls);
  servers.push(server);
  return server;
}

async function pulled(
  origin: string,
  settings: Record<string, unknown> = {},
  secrets: Partial<Record<SourceSecret, string>> = {},
) {
  const source = createTaxiiSource({
    settings: taxiiSettings.parse({
      kind: 'taxii',
      name: 'tls',
      id: '1',
      discoveryUrl: `${origin}/taxii2/`,
      manifests: false,
      maxAttempts: 1,
      proxy: { mode: 'none' },
      ...settings,
    }),
    secrets: async (field) => secrets[field] ?? null,
    baseDir: dir,
  });
  const sink = new MemorySink();
  const { failure } = await source.pull(pullContext(sink).context);
  await source.close();
  return { failure, size: failure === null ? sink.feed('c', 'object').records.size : 0 };
}

describe('TLS towards a source', () => {
  it('trusts a private authority that is given, and only then', async () => {
    const { origin } = await serve({ cert: good.cert, key: good.key });
    expect((await pulled(origin)).failure).toMatchObject({ code: 'tls.unknown-ca' });
    expect((await pulled(origin, { tls: { caFile: 'ca.pem' } })).size).toBe(5);
  });

  it('names what is wrong with a certificate', async () => {
    const self = certificate({ name: 'self' });
    const expired = certificate({ name: 'old', issuer: ca, from: -10, to: -1 });
    const future = certificate({ name: 'new', issuer: ca, from: 5, to: 10 });
    const elsewhere = certificate({ name: 'elsewhere', issuer: ca, ips: ['10.9.8.7'] });
    for (const [identity, code] of [
      [self, 'tls.self-signed'],
      [expired, 'tls.expired'],
      [future, 'tls.not-yet-valid'],
      [elsewhere, 'tls.wrong-name'],
    ] as const) {
      const { origin } = await serve({ cert: identity.cert, key: identity.key });
      expect((await pulled(origin, { tls: { caFile: 'ca.pem' } })).failure).toMatchObject({
        code,
        retryable: false,
      });
    }
  });

  it('says when the port does not speak TLS', async () => {
    const { origin } = await serve();
    expect((await pulled(origin.replace('http:', 'https:'))).failure?.code).toBe('tls.not-tls');
  });

  it('never follows a redirect from https to http', async () => {
    const plain = await serve();
    const server = await startScripted(
      (e) => ({ status: 302, body: '', headers: { location: `${plain.origin}${e.path}` } }),
      { cert: good.cert, key: good.key },
    );
    servers.push(server);
    expect((await pulled(server.origin, { tls: { caFile: 'ca.pem' } })).failure?.code).toBe('http.redirect');
    expect(plain.log.length).toBe(0);
  });

  it('presents a client certificate: PEM pair, locked key, PKCS#12', async () => {
    const { origin } = await serve({
      cert: good.cert,
      key: good.key,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const passphrase = { keyPassphrase: 'open sesame' };
    const pem = { caFile: 'ca.pem', certFile: 'client.pem', keyFile: 'client.key' };
    expect((await pulled(origin, { tls: pem })).size).toBe(5);
    expect((await pulled(origin, { tls: { ...pem, keyFile: 'locked.key' } }, passphrase)).size).toBe(5);
    expect(
      (await pulled(origin, { tls: { caFile: 'ca.pem', pfxFile: 'client.p12' } }, passphrase)).size,
    ).toBe(5);
    const { failure } = await pulled(origin, { tls: { caFile: 'ca.pem' } });
    expect(`${failure?.message} ${failure?.cause}`).toContain('client certificate');
  });

  it.each([
    [
      'a missing file',
      { certFile: 'none.pem', keyFile: 'client.key' },
      {},
      'tls.file-unreadable',
      'none.pem',
    ],
    [
      'a rubbish certificate',
      { certFile: 'rubbish.pem', keyFile: 'client.key' },
      {},
      'tls.certificate-invalid',
      'rubbish.pem',
    ],
    ['a rubbish authority', { caFile: 'rubbish.pem' }, {}, 'tls.certificate-invalid', 'rubbish.pem'],
    [
      'a key of another certificate',
      { certFile: 'client.pem', keyFile: 'other.key' },
      {},
      'tls.key-mismatch',
      'other.key',
    ],
    [
      'a locked key without passphrase',
      { certFile: 'client.pem', keyFile: 'locked.key' },
      {},
      'tls.passphrase',
      'locked.key',
    ],
    [
      'a wrong passphrase',
      { pfxFile: 'client.p12' },
      { keyPassphrase: 'no' },
      'tls.passphrase',
      'client.p12',
    ],
    ['a certificate without key', { certFile: 'client.pem' }, {}, 'tls.identity-incomplete', 'private key'],
  ])('names the file at fault: %s', async (_name, tls, secrets, code, named) => {
    const { origin } = await serve({ cert: good.cert, key: good.key });
    const { failure } = await pulled(origin, { tls: { caFile: 'ca.pem', ...tls } }, secrets);
    expect(failure?.code).toBe(code);
    expect(failure?.message).toContain(named);
  });
});

describe('a proxy', () => {
  interface Proxy {
    url: string;
    seen: string[];
    close(): void;
  }
  /** CONNECT and absolute-form GET, with user and password when asked for. */
  async function startProxy(credentials: string | null): Promise<Proxy> {
    const seen: string[] = [];
    const sockets = new Set<Socket>();
    const allowed = (req: IncomingMessage): boolean =>
      credentials === null ||
      req.headers['proxy-authorization'] === `Basic ${Buffer.from(credentials).toString('base64')}`;
    const server = createServer(async (req, res) => {
      seen.push(`GET ${req.url}`);
      if (!allowed(req)) {
        res.writeHead(407).end();
        return;
      }
      const { host: _, ...headers } = req.headers;
      const answer = await fetch(req.url ?? '', { headers: headers as Record<string, string> });
      res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      res.end(Buffer.from(await answer.arrayBuffer()));
    });
    server.on('connection', (s) => sockets.add(s));
    server.on('connect', (req, socket, head) => {
      seen.push(`CONNECT ${req.url}`);
      if (!allowed(req)) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const [host, port] = (req.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      seen,
      close: () => {
        server.close();
        for (const s of sockets) s.destroy();
      },
    };
  }

  it('is gone through with user and password, for https and http', async () => {
    const proxy = await startProxy('me:s3cret');
    try {
      const secure = await serve({ cert: good.cert, key: good.key });
      const plain = await serve();
      const url = proxy.url.replace('://', '://me@');
      const settings = { proxy: { mode: 'manual', url }, tls: { caFile: 'ca.pem' } };
      const secrets = { proxyPassword: 's3cret' };
      expect((await pulled(secure.origin, settings, secrets)).size).toBe(5);
      expect((await pulled(plain.origin, settings, secrets)).size).toBe(5);
      expect(proxy.seen.some((s) => s.startsWith('CONNECT'))).toBe(true);
      expect(proxy.seen.some((s) => s.startsWith('GET http://'))).toBe(true);
      expect(secure.log.every((e) => e.headers['proxy-authorization'] === undefined)).toBe(true);
    } finally {
      proxy.close();
    }
  });

  it('that refuses says so', async () => {
    const proxy = await startProxy('me:s3cret');
    try {
      const secure = await serve({ cert: good.cert, key: good.key });
      const plain = await serve();
      for (const { origin } of [secure, plain]) {
        const { failure } = await pulled(origin, {
          proxy: { mode: 'manual', url: proxy.url },
          tls: { caFile: 'ca.pem' },
        });
        expect(failure?.code).toBe('http.proxy-auth');
      }
    } finally {
      proxy.close();
    }
  });
});
