import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient, type HttpClient, type HttpGet } from '../../../main/engine/sources/http.ts';
import type { BodyTaker } from '../../../main/engine/sources/http-stream.ts';
import { impatientClock } from '../../servers/memory-sink.ts';

/** Bodies that are taken while they arrive. */

let server: Server | null = null;
let client: HttpClient | null = null;
afterEach(async () => {
  await client?.close();
  server?.closeAllConnections();
  server?.close();
});

async function serve(
  answer: RequestListener,
  over: { idleMs?: number; maxAttempts?: number } = {},
): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  client = createHttpClient({
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
    maxAttempts: over.maxAttempts ?? 1,
    connectMs: 1_000,
    idleMs: over.idleMs ?? 1_000,
    totalMs: 20_000,
  });
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

interface Taken {
  body: string;
  attempts: number;
  ended: boolean;
}

async function take(url: string, more: Partial<BodyTaker> & Partial<HttpGet> = {}) {
  const { take: onTake, end: onEnd, ...request } = more;
  const taken: Taken = { body: '', attempts: 0, ended: false };
  const answer = client?.get({
    url,
    headers: {},
    maxBytes: 100_000_000,
    signal: new AbortController().signal,
    retry: 'any',
    onRequest: () => {},
    onWait: () => {},
    stream: () => {
      taken.attempts++;
      taken.body = '';
      return {
        take: async (piece) => {
          await onTake?.(piece);
          taken.body += piece.toString('latin1');
        },
        end: async () => {
          await onEnd?.();
          taken.ended = true;
        },
      };
    },
    ...request,
  });
  const result = await Promise.allSettled([answer]);
  const [settled] = result;
  return { taken, error: settled.status === 'rejected' ? settled.reason : null, answer: settled };
}

const BODY = 'a row of the list, '.repeat(20_000);

describe('a body that is taken while it arrives', () => {
  it.each<[string, string | null, (text: string) => Buffer]>([
    ['plain', null, (text) => Buffer.from(text)],
    ['gzip', 'gzip', (text) => gzipSync(text)],
    ['gzip that is not said', null, (text) => gzipSync(text)],
    ['deflate', 'deflate', (text) => deflateSync(text)],
    ['raw deflate', 'deflate', (text) => deflateRawSync(text)],
    ['gzip that is none', 'gzip', (text) => Buffer.from(text)],
  ])('comes whole: %s', async (_name, encoding, pack) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, encoding === null ? {} : { 'content-encoding': encoding }).end(pack(BODY));
    });
    const { taken, error } = await take(url);
    expect(error).toBeNull();
    expect(taken).toEqual({ body: BODY, attempts: 1, ended: true });
  });

  it('makes the server wait for a slow taker, and does not call that idle', async () => {
    const piece = Buffer.alloc(1_000_000, 32);
    let sent = 0;
    const url = await serve(
      (_request, response) => {
        const more = (): void => {
          while (sent < 60) {
            sent++;
            if (!response.write(piece)) return void response.once('drain', more);
          }
          response.end();
        };
        more();
      },
      { idleMs: 150 },
    );
    let seenWhileWaiting = 0;
    const { error } = await take(url, {
      take: async () => {
        if (seenWhileWaiting > 0) return;
        await pause(500);
        seenWhileWaiting = sent;
      },
    });
    expect(error).toBeNull();
    expect(sent).toBe(60);
    expect(seenWhileWaiting).toBeLessThan(20);
  });

  it('is still idle when the server sends nothing', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('['), { idleMs: 80 });
    const { error, taken } = await take(url);
    expect(error).toHaveProperty('failure.code', 'http.idle-timeout');
    expect(taken.ended).toBe(false);
  });

  it('comes again from its beginning when it broke off', async () => {
    let asked = 0;
    const url = await serve(
      (_request, response) => {
        response.writeHead(200, { 'content-length': BODY.length });
        if (++asked < 3) response.write(BODY.slice(0, 1_000), () => setTimeout(() => response.destroy(), 10));
        else response.end(BODY);
      },
      { maxAttempts: 5 },
    );
    const { taken, error } = await take(url);
    expect(error).toBeNull();
    expect(taken).toEqual({ body: BODY, attempts: 3, ended: true });
  });

  it('is never ended when it came cut or cannot be unpacked', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(BODY).subarray(0, 200));
    });
    const { taken, error } = await take(url);
    expect(error).toHaveProperty('failure.code', 'http.encoding');
    expect(taken.ended).toBe(false);
  });

  it('ends with what the taker throws, at once and without another attempt', async () => {
    const url = await serve((_request, response) => void response.end(BODY), { maxAttempts: 5 });
    const { taken, error } = await take(url, {
      take: async () => {
        throw new TypeError('a mistake');
      },
    });
    expect(error).toHaveProperty('failure.code', 'internal');
    expect(taken).toMatchObject({ attempts: 1, ended: false });
  });

  it('is bounded by what it unpacks to', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000)));
    });
    const { error } = await take(url, { maxBytes: 1_000_000 });
    expect(error).toHaveProperty('failure.code', 'http.too-large');
  });

  it('is left when the request is aborted', async () => {
    const controller = new AbortController();
    const url = await serve((_request, response) => void response.writeHead(200).write(BODY));
    setTimeout(() => controller.abort(new Error('enough')), 50);
    const { error, taken } = await take(url, { signal: controller.signal });
    expect(error).toHaveProperty('message', 'enough');
    expect(taken.ended).toBe(false);
  });

  it('of an answer that is no 2xx is the answer’s, and an empty one is ended', async () => {
    const url = await serve((request, response) => {
      response.writeHead(request.url === '/empty' ? 200 : 418).end(request.url === '/empty' ? '' : 'short');
    });
    const refused = await take(url);
    expect(refused.taken.attempts).toBe(0);
    expect(refused.answer).toMatchObject({ value: { status: 418, body: Buffer.from('short') } });
    expect((await take(`${url}empty`)).taken).toEqual({ body: '', attempts: 1, ended: true });
  });
});
