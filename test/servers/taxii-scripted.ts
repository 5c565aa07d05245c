import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';

/** One request as a scripted server sees it. */
export interface Exchange {
  url: URL;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** How many requests came before on any path, and on this path. */
  before: number;
  beforeHere: number;
}

export interface Reply {
  status?: number;
  type?: string | null;
  /** Objects become JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** `reset`: the socket is destroyed; `half`: half of the body, then destroyed; `stall`: headers, half, then nothing. */
  fate?: 'reset' | 'half' | 'stall';
}

export interface ScriptedServer {
  origin: string;
  /** Everything that was asked, in order. */
  log: Exchange[];
  /** The queries of one path, as objects. */
  asked(path: string): Record<string, string>[];
  close(): Promise<void>;
}

/** An HTTP server that answers whatever the script says. */
export async function startScripted(
  respond: (e: Exchange) => Reply | Promise<Reply>,
  tls?: TlsOptions,
): Promise<ScriptedServer> {
  const log: Exchange[] = [];
  const listener = async (
    req: { url?: string | undefined; headers: IncomingHttpHeaders },
    res: ServerResponse,
  ): Promise<void> => {
    const url = new URL(req.url ?? '/', 'http://scripted');
    const exchange: Exchange = {
      url,
      path: url.pathname,
      query: url.searchParams,
      headers: req.headers,
      before: log.length,
      beforeHere: log.filter((e) => e.path === url.pathname).length,
    };
    log.push(exchange);
    send(res, await respond(exchange));
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    log,
    asked: (path) => log.filter((e) => e.path === path).map((e) => Object.fromEntries(e.query)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(res: ServerResponse, reply: Reply): void {
  const { body = '', fate } = reply;
  if (fate === 'reset') {
    res.destroy();
    return;
  }
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = reply.type === undefined ? TAXII21 : reply.type;
  res.writeHead(reply.status ?? 200, {
    ...(type === null ? {} : { 'content-type': type }),
    'content-length': bytes.length,
    ...reply.headers,
  });
  if (fate === undefined) {
    res.end(bytes);
    return;
  }
  res.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  if (fate === 'half') setTimeout(() => res.destroy(), 20);
}

export const TAXII21 = 'application/taxii+json;version=2.1';
export const TAXII20 = 'application/vnd.oasis.taxii+json; version=2.0';
export const STIX20 = 'application/vnd.oasis.stix+json; version=2.0';

/** Discovery at `/taxii2/` or `/taxii/`, one root `/root/`, collections, and the script for their data. */
export function site(options: {
  version?: '2.0' | '2.1';
  collections?: unknown[];
  data: (e: Exchange, kind: 'objects' | 'manifest', collection: string) => Reply | Promise<Reply>;
  /** First say on every request; null passes on. */
  first?: (e: Exchange) => Reply | null;
}): (e: Exchange) => Reply | Promise<Reply> {
  const v21 = options.version !== '2.0';
  const type = v21 ? TAXII21 : TAXII20;
  return (e) => {
    const early = options.first?.(e) ?? null;
    if (early !== null) return early;
    const accept = e.headers.accept ?? '';
    if (v21 ? accept.includes('vnd.oasis') : accept.includes('taxii+json;version=2.1')) {
      return { status: 406, type, body: { title: 'Not acceptable' } };
    }
    if (e.path === (v21 ? '/taxii2/' : '/taxii/')) {
      return { type, body: { title: 'Scripted', api_roots: ['/root/'] } };
    }
    if (e.path === '/root/')
      return { type, body: { title: 'Root', versions: [type], max_content_length: 9999 } };
    if (e.path === '/root/collections/') {
      return {
        type,
        body: { collections: options.collections ?? [{ id: 'c', title: 'C', can_read: true }] },
      };
    }
    const m = /^\/root\/collections\/([^/]+)\/(objects|manifest)\/$/.exec(e.path);
    if (m === null) return { status: 404, type, body: { title: 'Not found' } };
    return options.data(e, m[2] === 'objects' ? 'objects' : 'manifest', decodeURIComponent(m[1] ?? ''));
  };
}
