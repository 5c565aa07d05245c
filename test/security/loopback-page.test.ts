import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EngineSupervisor } from '../../main/engine/supervise.ts';
import { type LoopbackPage, openLoopbackPage } from '../../main/node/web.ts';
import { MAX_CALL_BYTES } from '../../shared/contract.ts';

/** What another page, another user or another machine may try against the page on 127.0.0.1. Each test is one exploit. */

let dir: string;
let page: LoopbackPage;
const asked: string[] = [];
const tell: ((event: unknown) => void)[] = [];

/** Only what the page needs of an engine: the gate behind it has its own tests. */
const engine = {
  call: async (name: string) => {
    asked.push(name);
    return { ok: true, value: { ok: true } };
  },
  onEvent: (listener: (event: unknown) => void) => {
    tell.push(listener);
    return () => tell.splice(tell.indexOf(listener), 1);
  },
  onState: () => () => {},
} as unknown as EngineSupervisor;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-security-'));
  mkdirSync(join(dir, 'renderer/assets'), { recursive: true });
  mkdirSync(join(dir, 'renderer-private'));
  writeFileSync(
    join(dir, 'renderer/index.html'),
    '<meta name="csp-nonce" content="__CSP_NONCE__"><p>page</p>',
  );
  writeFileSync(join(dir, 'renderer/assets/app.js'), 'export {};');
  writeFileSync(join(dir, 'outside.txt'), 'not for the page');
  writeFileSync(join(dir, 'renderer-private/secret.txt'), 'not for the page');
});
beforeEach(async () => {
  asked.length = 0;
  page = await openLoopbackPage(engine, { port: 0, rendererDir: join(dir, 'renderer') });
  return () => page.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request as it stands: no client mends the path or the Host. */
function send(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: page.port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end();
  });
}

const tokenPath = (): string => new URL(page.url).pathname + new URL(page.url).search;

async function signIn(): Promise<string> {
  const answer = await send(tokenPath());
  return (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

/** How a WebSocket ends: open, or refused with a status. */
function upgrade(headers: Record<string, string>, path = '/bridge'): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${page.port}${path}`, { headers });
    ws.once('open', () => resolve(ws));
    ws.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    ws.once('error', () => resolve(0));
  });
}

const closed = (ws: WebSocket): Promise<number> => new Promise((resolve) => ws.once('close', resolve));

async function signedSocket(): Promise<WebSocket> {
  const ws = await upgrade({ cookie: await signIn(), origin: `http://127.0.0.1:${page.port}` });
  if (typeof ws === 'number') throw new Error(`refused with ${ws}`);
  return ws;
}

describe('the token', () => {
  test('no token, no page', async () => {
    for (const path of ['/', '/index.html', '/assets/app.js', '/bridge']) {
      const answer = await send(path);
      expect(answer.status, path).toBe(403);
      expect(answer.body).not.toContain('page</p>');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test.each(['', 'x', 'A'.repeat(32), '../', '%00'])(
    'a wrong token (%j) gets nothing and does not use up the right one',
    async (token) => {
      const answer = await send(`/?token=${token}`);
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect((await send(tokenPath())).status).toBe(303);
    },
  );

  test('a token works once', async () => {
    expect((await send(tokenPath())).status).toBe(303);
    const again = await send(tokenPath());
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('the link again in the same browser leads to the page, without a new session', async () => {
    const cookie = await signIn();
    const again = await send(tokenPath(), { cookie });
    expect(again).toMatchObject({ status: 303 });
    expect(again.headers.location).toBe('/');
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('the token is long and different each time', async () => {
    const other = await openLoopbackPage(engine, { port: 0, rendererDir: join(dir, 'renderer') });
    const tokens = [page, other].map((p) => new URL(p.url).searchParams.get('token') ?? '');
    await other.close();
    expect(tokens[0]?.length).toBeGreaterThanOrEqual(32);
    expect(tokens[0]).not.toBe(tokens[1]);
  });

  test('a token is not taken at another path or in a header', async () => {
    const { search } = new URL(page.url);
    expect((await send(`/index.html${search}`)).status).toBe(403);
    expect((await send('/', { authorization: `Bearer ${search.slice(7)}` })).status).toBe(403);
  });
});

describe('the cookie', () => {
  test('is HttpOnly, SameSite=Strict, for this port, and not the token', async () => {
    const answer = await send(tokenPath());
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(new RegExp(`^sluice-${page.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    expect(cookie).not.toContain(new URL(page.url).searchParams.get('token') ?? '-');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test.each(['sluice-PORT=', 'sluice-PORT=x', `sluice-PORT=${'A'.repeat(43)}`, 'sluice=x', 'xsluice-PORT=x'])(
    '%s lets no one in',
    async (cookie) => {
      const forged = cookie.replace('PORT', String(page.port));
      expect((await send('/', { cookie: forged })).status).toBe(403);
      expect(await upgrade({ cookie: forged, origin: `http://127.0.0.1:${page.port}` })).toBe(403);
    },
  );

  test('of one Sluice does not open another', async () => {
    const other = await openLoopbackPage(engine, { port: 0, rendererDir: join(dir, 'renderer') });
    const cookie = (await signIn()).replace(String(page.port), String(other.port));
    const origin = `http://127.0.0.1:${other.port}`;
    const answer = await fetch(`${origin}/`, { headers: { cookie } });
    expect(answer.status).toBe(403);
    await other.close();
  });
});

describe('the WebSocket', () => {
  test('opens for the page', async () => {
    const ws = await signedSocket();
    ws.send('{"id":1,"name":"app.info","input":{}}');
    const answer = await new Promise<string>((resolve) =>
      ws.once('message', (data) => resolve(String(data))),
    );
    expect(JSON.parse(answer)).toEqual({ id: 1, ok: true, value: { ok: true } });
    ws.terminate();
  });

  test('no cookie', async () => {
    expect(await upgrade({ origin: `http://127.0.0.1:${page.port}` })).toBe(403);
  });

  test.each<[string, (port: number) => string | null]>([
    ['foreign', () => 'https://evil.example'],
    ['null', () => 'null'],
    ['absent', () => null],
    ['other port', (port) => `http://127.0.0.1:${port + 1}`],
    ['https of the same host', (port) => `https://127.0.0.1:${port}`],
    ['localhost instead of 127.0.0.1', (port) => `http://localhost:${port}`],
    ['a longer name', (port) => `http://127.0.0.1:${port}.evil.example`],
  ])('Origin: %s', async (_, origin) => {
    const cookie = await signIn();
    const value = origin(page.port);
    expect(await upgrade({ cookie, ...(value === null ? {} : { origin: value }) })).toBe(403);
  });

  test.each(['/', '/bridge/', '/bridge?x=1', '//bridge', '/assets/app.js'])(
    'at %s there is none',
    async (path) => {
      expect(await upgrade({ cookie: await signIn(), origin: `http://127.0.0.1:${page.port}` }, path)).toBe(
        403,
      );
    },
  );

  test('a frame larger than a call may be ends the connection, unread', async () => {
    const ws = await signedSocket();
    ws.send(`{"id":1,"name":"records.page","input":"${'x'.repeat(MAX_CALL_BYTES + 10_000)}"}`);
    expect(await closed(ws)).toBe(1009);
    expect(asked).toEqual([]);
  });

  test('a binary frame ends the connection', async () => {
    const ws = await signedSocket();
    ws.send(Buffer.from('{"id":1,"name":"app.info","input":{}}'), { binary: true });
    expect(await closed(ws)).toBe(1008);
    expect(asked).toEqual([]);
  });

  test.each(['', 'null', '[]', '1', '{', '{"id":"1","name":"app.info"}', '{"id":1}', '{"id":1,"name":7}'])(
    '%j is no call',
    async (text) => {
      const ws = await signedSocket();
      ws.send(text);
      expect(await closed(ws)).toBe(1008);
      expect(asked).toEqual([]);
    },
  );

  test('events reach only pages that are signed in', async () => {
    const ws = await signedSocket();
    expect(await upgrade({ origin: `http://127.0.0.1:${page.port}` })).toBe(403);
    const heard = new Promise<string>((resolve) => ws.once('message', (data) => resolve(String(data))));
    for (const listener of tell) listener({ seq: 1, name: 'log', data: { seq: 1 } });
    expect(JSON.parse(await heard)).toEqual({ event: { seq: 1, name: 'log', data: { seq: 1 } } });
    ws.terminate();
  });
});

describe('the Host (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]:PORT',
    '0.0.0.0:PORT',
    '127.0.0.1.nip.example:PORT',
    'LOCALHOST.evil.example:PORT',
  ])('%s', async (name) => {
    const host = name.replace('PORT', String(page.port));
    const cookie = await signIn();
    expect((await send('/', { host, cookie })).status).toBe(421);
    expect(await upgrade({ host, cookie, origin: `http://${host}` })).toBe(403);
  });

  test('a foreign Host does not use up the token', async () => {
    expect((await send(tokenPath(), { host: 'evil.example' })).status).toBe(421);
    expect((await send(tokenPath())).status).toBe(303);
  });
});

describe('files', () => {
  test.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/%2e%2e%2foutside.txt',
    '/%252e%252e%252foutside.txt',
    '/..%5coutside.txt',
    '/..\\outside.txt',
    '/assets/..%5c..%5coutside.txt',
    '/../renderer-private/secret.txt',
    '/..%2frenderer-private%2fsecret.txt',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/assets/app.js%00.html',
    '/%00',
    '/%',
    '/%ff%fe',
    '/assets',
    '/assets/',
    'http://evil.example/../outside.txt',
  ])('%s gives nothing away', async (path) => {
    const answer = await send(path, { cookie: await signIn() });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('not for the page');
    expect(answer.body).not.toContain(dir);
  });

  test('its own files are served with their type and nothing to sniff', async () => {
    const cookie = await signIn();
    const script = await send('/assets/app.js', { cookie });
    expect(script).toMatchObject({ status: 200, body: 'export {};' });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['x-content-type-options']).toBe('nosniff');
    expect(script.headers['cross-origin-resource-policy']).toBe('same-origin');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    '%s is not answered',
    async (method) => {
      const cookie = await signIn();
      const answer = await send('/', { cookie, origin: 'https://evil.example' }, method);
      expect(answer.status).toBe(405);
      expect(answer.body).not.toContain('page</p>');
    },
  );

  test('HEAD gives headers and no body', async () => {
    expect(await send('/', { cookie: await signIn() }, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  test('a malformed request does not end the server', async () => {
    for (const text of [
      'GET / HTTP/1.1\r\n\r\n',
      'GARBAGE\r\n\r\n',
      'GET //// HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(page.port, '127.0.0.1', () => socket.end(text));
        socket.on('data', () => {});
        socket.on('error', () => resolve());
        socket.on('close', () => resolve());
      });
    }
    expect((await send('/', { cookie: await signIn() })).status).toBe(200);
  });
});

describe('headers of the page', () => {
  test('the policy is strict, with a fresh nonce in it and in the page each time', async () => {
    const cookie = await signIn();
    const nonces = [];
    for (let i = 0; i < 3; i++) {
      const { headers, body } = await send('/', { cookie });
      const policy = String(headers['content-security-policy']);
      const directives = new Map(
        policy.split('; ').map((d) => [d.split(' ')[0], d.split(' ').slice(1).join(' ')]),
      );
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      nonces.push(nonce);
      expect(Buffer.from(nonce, 'base64').length).toBeGreaterThanOrEqual(16);
      expect(body).toContain(`content="${nonce}"`);
      expect(directives.get('default-src')).toBe("'none'");
      expect(directives.get('script-src')).toBe("'self'");
      expect(directives.get('connect-src')).toBe("'self'");
      expect(directives.get('frame-ancestors')).toBe("'none'");
      expect(directives.get('base-uri')).toBe("'none'");
      expect(directives.get('form-action')).toBe("'none'");
      expect(directives.get('object-src')).toBe("'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['cache-control']).toBe('no-store');
    }
    expect(new Set(nonces).size).toBe(3);
  });

  test('nothing is shared with other origins', async () => {
    const cookie = await signIn();
    for (const path of ['/', '/assets/app.js', '/nothing', '/?token=x']) {
      const { headers } = await send(path, { cookie, origin: 'https://evil.example' });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

test('listens on 127.0.0.1 only', async () => {
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((one) => one.address)
    .filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'));
  for (const host of [...new Set([...others, '127.0.0.2', '::1'])]) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect({ port: page.port, host, timeout: 1000 }, () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('timeout', () => resolve(false));
    });
    expect(reached, host).toBe(false);
  }
});
