import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createServer as createTls } from 'node:tls';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { DevoCertificates } from './certificates.ts';
import { LegacyLookups } from './legacy-lookups.ts';
import { type ReceivedEvent, SyslogParser } from './syslog-parser.ts';

/** Devo's cap on a request body. Reference 1.8. */
const LARGEST_BODY = 32_000_000;
const GZIP = 0x1f;

export interface DevoEndpointOptions {
  certificates: DevoCertificates;
  /** Token that HTTP requests must carry. */
  token?: string;
  /** Events kept to be shown, the newest. */
  keep?: number;
  onEvent?: (event: ReceivedEvent) => void;
  /** HTTPS with the server certificate instead of plain HTTP. */
  https?: boolean;
  /** 0 or left out: any free port. */
  ports?: { syslog?: number; http?: number; relay?: number };
  /** Highest TLS version offered; for tests. */
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/**
 * A Devo endpoint on 127.0.0.1: syslog over TLS that demands a client certificate of the same CA, HTTP `stream`, and a plain relay.
 * Takes everything, keeps counts by tag and the last events. What a client sent has been counted when its connection is ended.
 */
export class DevoEndpoint {
  readonly ports: { syslog: number; http: number; relay: number };
  readonly counts = new Map<string, number>();
  readonly last: ReceivedEvent[] = [];
  /** What became of lookup messages; they count as events too. */
  readonly lookups = new LegacyLookups();
  total = 0;
  bytes = 0;
  connections = 0;
  /** Streams that broke or held something else than syslog. */
  readonly errors: string[] = [];
  readonly #keep: number;
  readonly #onEvent: ((event: ReceivedEvent) => void) | undefined;
  readonly #servers: (Server | HttpServer)[];
  readonly #sockets: Set<Socket>;

  /** Starts the listeners. */
  static async start(options: DevoEndpointOptions): Promise<DevoEndpoint> {
    const { certificates, ports = {} } = options;
    const tls = { key: certificates.server.key, cert: certificates.server.cert };
    let endpoint: DevoEndpoint | null = null;
    const onStream = (socket: Socket) => void endpoint?.receive(socket);
    const onRequest = (request: IncomingMessage, response: ServerResponse) =>
      void endpoint?.answer(request, response, options.token ?? null);
    const servers = {
      syslog: createTls(
        {
          ...tls,
          ca: certificates.chain,
          requestCert: true,
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          ...(options.maxVersion === undefined ? {} : { maxVersion: options.maxVersion }),
          allowHalfOpen: true,
        },
        onStream,
      ),
      http: options.https === true ? createHttps(tls, onRequest) : createHttp(onRequest),
      relay: createTcp({ allowHalfOpen: true }, onStream),
    };
    const sockets = new Set<Socket>();
    for (const server of Object.values(servers)) {
      server.on('connection', (socket: Socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => sockets.delete(socket));
      });
    }
    endpoint = new DevoEndpoint(
      options,
      {
        syslog: await listen(servers.syslog, ports.syslog ?? 0),
        http: await listen(servers.http, ports.http ?? 0),
        relay: await listen(servers.relay, ports.relay ?? 0),
      },
      Object.values(servers),
      sockets,
    );
    return endpoint;
  }

  private constructor(
    options: DevoEndpointOptions,
    ports: DevoEndpoint['ports'],
    servers: (Server | HttpServer)[],
    sockets: Set<Socket>,
  ) {
    this.ports = ports;
    this.#keep = options.keep ?? 1000;
    this.#onEvent = options.onEvent;
    this.#servers = servers;
    this.#sockets = sockets;
  }

  /** Stops listening and cuts what is open. */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  /** Reads one stream to its end, then ends ours: only then has everything been counted. */
  async receive(socket: Socket): Promise<void> {
    this.connections += 1;
    socket.on('error', (error) => this.errors.push(error.message));
    const parser = new SyslogParser((event) => this.#take(event));
    try {
      const first = await firstChunk(socket);
      if (first !== null) {
        const chunks = withFirst(first, socket);
        if (first[0] === GZIP) {
          await pipeline(chunks, createGunzip(), async (plain: AsyncIterable<Buffer>) => {
            for await (const chunk of plain) parser.push(chunk);
          });
        } else for await (const chunk of chunks) parser.push(chunk);
      }
      if (parser.unfinished > 0) this.errors.push(`A frame was cut off after ${parser.unfinished} bytes.`);
      socket.end();
    } catch (thrown) {
      this.errors.push(thrown instanceof Error ? thrown.message : String(thrown));
      socket.destroy();
    }
  }

  /** `POST /stream/<domain>/token!<token>/<host>/<tag>` with an event a line. Reference 1.8. */
  async answer(request: IncomingMessage, response: ServerResponse, token: string | null): Promise<void> {
    const reply = (status: number) => response.writeHead(status).end();
    try {
      const parts = (request.url ?? '').split('?')[0]?.split('/').map(decodeURIComponent) ?? [];
      const [, mode, domain, credential, host, tag] = parts;
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > LARGEST_BODY) return void reply(413);
        chunks.push(chunk);
      }
      if (mode !== 'stream' || domain === undefined || host === undefined || tag === undefined)
        return void reply(404);
      if (request.method !== 'POST') return void reply(405);
      if (token !== null && credential !== `token!${token}`) return void reply(403);
      const sent = Buffer.concat(chunks);
      const body =
        request.headers['content-encoding'] === 'gzip'
          ? gunzipSync(sent, { maxOutputLength: LARGEST_BODY })
          : sent;
      for (let from = 0; from < body.length; ) {
        const lf = body.indexOf(0x0a, from);
        const end = lf < 0 ? body.length : lf;
        if (end > from)
          this.#take({ tag, host, date: '', message: body.subarray(from, end), frame: Buffer.alloc(0) });
        from = end + 1;
      }
      reply(200);
    } catch {
      reply(400);
    }
  }

  #take(event: ReceivedEvent): void {
    this.total += 1;
    this.bytes += event.message.length;
    this.counts.set(event.tag, (this.counts.get(event.tag) ?? 0) + 1);
    this.lookups.take(event);
    this.#onEvent?.(event);
    if (this.#keep === 0) return;
    if (this.last.length >= this.#keep) this.last.splice(0, Math.ceil(this.#keep / 10));
    this.last.push({ ...event, message: Buffer.from(event.message), frame: Buffer.from(event.frame) });
  }
}

async function listen(server: Server | HttpServer, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function firstChunk(socket: Socket): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const onReadable = () => {
      const chunk = socket.read() as Buffer | null;
      if (chunk !== null) done(() => resolve(chunk));
    };
    const onEnd = () => done(() => resolve(null));
    const onError = (error: Error) => done(() => reject(error));
    const done = (settle: () => void) => {
      socket.off('readable', onReadable).off('end', onEnd).off('error', onError);
      settle();
    };
    socket.on('readable', onReadable).on('end', onEnd).on('error', onError);
  });
}

async function* withFirst(first: Buffer, socket: Socket): AsyncGenerator<Buffer> {
  yield first;
  for await (const chunk of socket) yield chunk as Buffer;
}
