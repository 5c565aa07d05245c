import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_CALL_BYTES } from '../../shared/contract.ts';
import { failure } from '../../shared/errors.ts';
import type { EngineSupervisor } from '../engine/supervise.ts';
import { serveRenderer } from './renderer-files.ts';

/** Frames waiting for a page that does not read are dropped with the page beyond this. */
const MOST_BUFFERED = 16_000_000;

export interface LoopbackPage {
  /** The one URL to open: its token works once. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * The interface on 127.0.0.1 for one person: a one-time token becomes a cookie that the page keeps; Host and Origin are checked on
 * every request, nothing is shared across origins. QUALITY, "no one let in".
 */
export async function openLoopbackPage(
  engine: EngineSupervisor,
  options: { port: number; rendererDir: string },
): Promise<LoopbackPage> {
  const session = randomBytes(32).toString('base64url');
  let token: string | null = randomBytes(24).toString('base64url');
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_CALL_BYTES + 4096,
    perMessageDeflate: false,
  });
  const files = serveRenderer(options.rendererDir);

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    if (url === null) return refuse(response, 400, 'This is no address.');
    if (!hostAllowed(request)) return refuse(response, 421, 'This page answers only at 127.0.0.1.');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Only GET is answered here.');
    const given = url.searchParams.get('token');
    if (url.pathname === '/' && given !== null) {
      if (token === null || !same(given, token)) {
        if (hasSession(request)) return redirectHome(response);
        return refuse(
          response,
          403,
          'This link has been used or is not valid. Start Sluice again to get a new one.',
        );
      }
      token = null;
      response.setHeader('Set-Cookie', `${cookieName()}=${session}; HttpOnly; SameSite=Strict; Path=/`);
      return redirectHome(response);
    }
    if (!hasSession(request))
      return refuse(response, 403, 'Open the link that Sluice printed when it started.');
    files(url.pathname, response);
  });

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const allowed =
      hostAllowed(request) &&
      request.headers.origin === `http://${request.headers.host}` &&
      hasSession(request) &&
      request.url === '/bridge';
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => attach(ws));
  });

  const stopEvents = engine.onEvent((event) => {
    const frame = JSON.stringify({ event });
    for (const ws of sockets.clients) push(ws, frame);
  });
  const stopStates = engine.onState((state) => {
    for (const ws of sockets.clients) push(ws, JSON.stringify({ engine: state }));
  });

  function attach(ws: WebSocket): void {
    ws.on('error', () => ws.terminate());
    ws.on('message', (data, binary) => {
      const text = binary ? null : String(data);
      const frame = text === null ? null : parseFrame(text);
      if (frame === null) return ws.close(1008, 'not a call');
      void engine
        .call(frame.name, frame.input)
        .then((result) => push(ws, JSON.stringify({ id: frame.id, ...result })));
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const cookieName = (): string => `sluice-${port}`;

  function hostAllowed(request: IncomingMessage): boolean {
    return request.headers.host === `127.0.0.1:${port}` || request.headers.host === `localhost:${port}`;
  }
  function hasSession(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/);
    return cookies.some(
      (c) => c.startsWith(`${cookieName()}=`) && same(c.slice(cookieName().length + 1), session),
    );
  }

  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    port,
    close: async () => {
      stopEvents();
      stopStates();
      for (const ws of sockets.clients) ws.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function push(ws: WebSocket, frame: string): void {
  if (ws.readyState !== WebSocket.OPEN) return;
  if (ws.bufferedAmount > MOST_BUFFERED) ws.terminate();
  else ws.send(frame);
}

function parseFrame(text: string): { id: number; name: string; input: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { id, name, input } = value as Record<string, unknown>;
    return typeof id === 'number' && typeof name === 'string' ? { id, name, input } : null;
  } catch {
    return null;
  }
}

function same(given: string, wanted: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(wanted);
  return a.length === b.length && timingSafeEqual(a, b);
}

function redirectHome(response: ServerResponse): void {
  response
    .writeHead(303, { Location: '/', 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' })
    .end();
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response
    .writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    })
    .end(`${failure({ code: 'page.refused', message: sentence }).message}\n`);
}
