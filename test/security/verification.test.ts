import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mayUseStored } from '../../main/engine/config/stored-secrets.ts';
import { createHttpClient, type HttpOptions } from '../../main/engine/sources/http.ts';
import { unverifiedServer } from '../../main/engine/sources/http-unverified.ts';
import { startThreatqServer, type ThreatqServer } from '../../main/node/demo/threatq-server.ts';
import { threatqSettings } from '../../shared/settings-threatq.ts';
import { impatientClock, MemorySink, pullContext } from '../servers/memory-sink.ts';
import { probe } from '../servers/taxii-pulling.ts';
import { certificate } from '../servers/test-certificates.ts';
import { PASSWORD, pullEventsInto, threatqSource, USERNAME } from '../servers/threatq-pulling.ts';

/** Nothing but `verify_host_ssl_cert: false` of a ThreatQuotient source gives up checking a certificate, for that source's own server only. */

let server: ThreatqServer;
let other: ThreatqServer;
beforeAll(async () => {
  const { cert, key } = certificate({ name: 'not trusted by anyone' });
  const options = { username: USERNAME, password: PASSWORD, tls: { cert, key } };
  server = await startThreatqServer(options);
  other = await startThreatqServer(options);
});
afterAll(async () => {
  await Promise.all([server.close(), other.close()]);
});

const WARNING = 'verify_host_ssl_cert is false: the certificate of';
const settingsOf = (apiBaseUrl: string, verifyHostSslCert: boolean) =>
  threatqSettings.parse({
    kind: 'threatq',
    name: 'tq',
    id: '1',
    apiBaseUrl,
    username: USERNAME,
    verifyHostSslCert,
  });

function client(more: Partial<HttpOptions>) {
  return createHttpClient({
    clock: impatientClock(),
    tls: { caFile: null, certFile: null, keyFile: null, pfxFile: null },
    baseDir: '/',
    keyPassphrase: async () => null,
    proxy: { mode: 'none' },
    proxyPassword: async () => null,
    resolveProxy: null,
    trustedOrigins: new Set(),
    credentials: async () => ({}),
    requestsPerSecond: null,
    maxAttempts: 1,
    connectMs: 5000,
    idleMs: 5000,
    totalMs: 5000,
    ...more,
  });
}

const get = (http: ReturnType<typeof client>, url: string) =>
  http.get({
    url,
    headers: {},
    maxBytes: 1_000_000,
    signal: AbortSignal.timeout(10_000),
    retry: 'any',
    onRequest: () => {},
    onWait: () => {},
  });

describe('verification', () => {
  test('is on: a certificate nobody vouches for ends the pull before anything is sent', async () => {
    const { summary, lines } = await pullEventsInto(new MemorySink(), threatqSource(server.url));
    expect(summary.failure).toMatchObject({ code: 'tls.self-signed' });
    expect(server.requests).toEqual([]);
    expect(lines.join('\n')).not.toContain(WARNING);
  });

  test('off is said loudly at each pull and in the probe', async () => {
    const own = { verifyHostSslCert: false };
    const { summary, lines } = await pullEventsInto(new MemorySink(), threatqSource(server.url, own));
    expect(summary.failure).toBeNull();
    expect(
      lines.filter((line) => line.startsWith(`WARNING ${WARNING} ${server.url} is not checked.`)),
    ).toHaveLength(1);
    const source = threatqSource(server.url, own);
    const { context, log } = pullContext(new MemorySink());
    const report = await source.probe(context);
    await source.close();
    expect(report).toMatchObject({
      ok: true,
      line: expect.stringContaining('its certificate is NOT checked'),
    });
    expect(log.lines.join('\n')).toContain(WARNING);
  });

  test('off counts for the one server only, also after a redirect', async () => {
    const http = client({ unverified: unverifiedServer(settingsOf(server.url, false)) });
    expect((await get(http, `${server.url}/assets/js/config.js`)).status).toBe(200);
    await expect(get(http, `${other.url}/assets/js/config.js`)).rejects.toMatchObject({
      failure: { code: 'tls.self-signed' },
    });
    server.behaviour.before = () => ({
      status: 302,
      body: '',
      headers: { location: `${other.url}/assets/js/config.js` },
    });
    await expect(get(http, `${server.url}/x`)).rejects.toMatchObject({
      failure: { code: 'tls.self-signed' },
    });
    server.behaviour.before = () => null;
    await http.close();
  });

  test.each<[string, unknown]>([
    ['an object of the same shape', { origin: '' }],
    ['true', true],
    ['what verified settings make', null],
  ])('stays on for %s', async (_, value) => {
    const forged = value === null ? unverifiedServer(settingsOf(server.url, true)) : value;
    if (typeof forged === 'object' && forged !== null) Object.assign(forged, { origin: server.url });
    const http = client({ unverified: forged as never });
    await expect(get(http, `${server.url}/assets/js/config.js`)).rejects.toMatchObject({
      failure: { code: 'tls.self-signed' },
    });
    await http.close();
  });

  test('stays on for the other sources, whatever their settings are made to hold', async () => {
    const report = await probe(`${server.url}/taxii2/`, {}).catch((error: unknown) => error);
    expect(report).toMatchObject({ failure: { code: 'tls.self-signed' } });
    await expect(probe(`${server.url}/taxii2/`, { verifyHostSslCert: false } as never)).rejects.toThrow(
      /verifyHostSslCert/,
    );
  });

  test('a stored password does not go along when verification is given up', () => {
    const verified = settingsOf('https://tq.example', true);
    const unverified = settingsOf('https://tq.example', false);
    expect(mayUseStored(verified, unverified)).toBe(false);
    expect(mayUseStored(unverified, verified)).toBe(true);
    expect(mayUseStored(unverified, unverified)).toBe(true);
  });

  test('no other line of the program touches it', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const touching = ['main', 'renderer', 'shared', 'build'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .flatMap((file) =>
          readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) =>
              /rejectUnauthorized|NODE_TLS_REJECT|checkServerIdentity|certificate-error|setCertificateVerifyProc/.test(
                line,
              ),
            )
            .filter((line) => !/rejectUnauthorized: true,/.test(line))
            .map((line) => `${file.slice(root.length)}: ${line.trim()}`),
        ),
    );
    expect(touching).toEqual(['main/engine/sources/http.ts: rejectUnauthorized: !unverified,']);
  });
});
