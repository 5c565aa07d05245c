import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { closeNow, listen } from './loopback-server.ts';
import { type StoredEvent, ThreatqShelf } from './threatq-shelf.ts';

/** Event types by id, as a new ThreatQ has them. Reference 6. */
export const THREATQ_TYPES: Readonly<Record<number, string>> = {
  1: 'Spearphish',
  2: 'Watering Hole',
  3: 'SQL Injection Attack',
  4: 'DoS Attack',
  5: 'Malware',
  6: 'Watchlist',
  7: 'Command and Control',
  8: 'Anonymization',
  9: 'Exfiltration',
  10: 'Login Compromise',
};

/** How the stand-in behaves; everything left out is a usual server. */
export interface ThreatqBehaviour {
  /** Login bodies it takes. */
  login: 'form' | 'json' | 'both';
  /** Event calls it has. */
  dialect: 'query' | 'list' | 'both';
  /** How long a token lives, seconds. */
  tokenSeconds: number;
  /** Text of /assets/js/config.js. */
  configJs: string;
  /** Says `total`. */
  total: boolean;
  /** Events carry their type's name besides its id. */
  typeNames: boolean;
  /** false: the filter, the order, offset and limit are ignored. */
  filters: boolean;
  sorts: boolean;
  pages: boolean;
  /** Most events a page holds whatever is asked. */
  pageCap: number;
  /** Epoch ms; the server's clock. */
  now: () => number;
  /** Called before each answer; what it returns is the answer instead. Events may be moved here. */
  before: (path: string, method: string) => ThreatqAnswer | null;
}

export interface ThreatqAnswer {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>>;
}

export interface ThreatqServerOptions extends Partial<ThreatqBehaviour> {
  username: string;
  password: string;
  clientId?: string;
  port?: number;
  tls?: { key: string; cert: string };
}

export interface ThreatqServer {
  /** The base URL, without a slash at the end. */
  url: string;
  shelf: ThreatqShelf;
  /** May be changed while it runs. */
  behaviour: ThreatqBehaviour;
  /** `METHOD path` of every request so far, without queries. */
  requests: string[];
  /** Forgets every token, as a restarted server does. */
  revokeTokens(): void;
  close(): Promise<void>;
}

export const DEMO_CLIENT_ID = 'mzq1njdmndy2ntbhztq4mdc3zt';
const LONGEST_BODY = 1_000_000;

/** A ThreatQuotient server on 127.0.0.1 for the demo and for tests: login page configuration, tokens, events, event types. Read only. */
export async function startThreatqServer(options: ThreatqServerOptions): Promise<ThreatqServer> {
  const { username, password, clientId = DEMO_CLIENT_ID, port = 0, tls, ...own } = options;
  const behaviour: ThreatqBehaviour = {
    login: 'both',
    dialect: 'query',
    tokenSeconds: 3599,
    configJs: `window.ThreatQ = window.ThreatQ || {};\nThreatQ.config = {\n  api: '/api',\n  client_id: '${clientId}',\n};\n`,
    total: true,
    typeNames: false,
    filters: true,
    sorts: true,
    pages: true,
    pageCap: Number.POSITIVE_INFINITY,
    now: () => Date.now(),
    before: () => null,
    ...own,
  };
  const shelf = new ThreatqShelf();
  const requests: string[] = [];
  /** Token to the time it expires. */
  const tokens = new Map<string, number>();

  function answer(request: IncomingMessage, body: string): ThreatqAnswer {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method ?? 'GET';
    requests.push(`${method} ${url.pathname}`);
    const instead = behaviour.before(url.pathname, method);
    if (instead !== null) return instead;
    if (url.pathname === '/assets/js/config.js')
      return { status: 200, body: behaviour.configJs, headers: { 'content-type': 'application/javascript' } };
    if (url.pathname === '/api/token' && method === 'POST') return token(request, body);
    if (!url.pathname.startsWith('/api/')) return { status: 404, body: '<html><h1>Not Found</h1></html>' };
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if ((tokens.get(bearer) ?? 0) <= behaviour.now()) return errors(401, 'Token is not valid.');
    return resource(url, method, body);
  }

  function token(request: IncomingMessage, body: string): ThreatqAnswer {
    const type = request.headers['content-type'] ?? '';
    const style = type.includes('json') ? 'json' : 'form';
    if (behaviour.login !== 'both' && behaviour.login !== style)
      return errors(behaviour.login === 'json' ? 415 : 400, 'The body is not in the expected format.');
    const fields = style === 'json' ? fromJson(body) : Object.fromEntries(new URLSearchParams(body));
    const right =
      fields.grant_type === 'password' &&
      fields.email === username &&
      fields.password === password &&
      fields.client_id === clientId;
    if (!right) return errors(400, 'The user credentials were incorrect.');
    const text = randomBytes(24).toString('base64url');
    tokens.set(text, behaviour.now() + behaviour.tokenSeconds * 1000);
    return json(200, { token_type: 'Bearer', access_token: text, expires_in: behaviour.tokenSeconds });
  }

  function resource(url: URL, method: string, body: string): ThreatqAnswer {
    const { dialect } = behaviour;
    if (url.pathname === '/api/events/query' && dialect !== 'list') {
      if (method !== 'POST') return errors(405, 'The method is not allowed.');
      const filters = fromJson(body).filters as { updated_at?: { '+gte'?: string } } | undefined;
      return list(url, filters?.updated_at?.['+gte'] ?? null);
    }
    if (url.pathname === '/api/events' && method === 'GET' && dialect !== 'query') return list(url, null);
    const type = /^\/api\/event\/types\/(\d+)$/.exec(url.pathname)?.[1];
    const name = type === undefined ? undefined : THREATQ_TYPES[Number(type)];
    if (name !== undefined) return json(200, { data: { id: Number(type), name } });
    return errors(404, 'Not found.');
  }

  function list(url: URL, from: string | null): ThreatqAnswer {
    const number = (name: string, otherwise: number): number =>
      Number(url.searchParams.get(name) ?? otherwise);
    const all = shelf.list(
      behaviour.filters ? from : null,
      behaviour.sorts && url.searchParams.get('sort') === 'updated_at',
    );
    const offset = behaviour.pages ? number('offset', 0) : 0;
    const limit = behaviour.pages ? Math.min(number('limit', all.length), behaviour.pageCap) : all.length;
    const data = all.slice(offset, offset + limit).map((event) => text(event, behaviour.typeNames));
    return {
      status: 200,
      body: `{${behaviour.total ? `"total":${all.length},` : ''}"data":[${data.join(',')}]}`,
      headers: { 'content-type': 'application/json' },
    };
  }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    readBody(request).then(
      (body) => {
        const { status, body: said, headers } = answer(request, body);
        response.writeHead(status, { date: new Date(behaviour.now()).toUTCString(), ...headers });
        response.end(said);
      },
      () => response.destroy(),
    );
  };
  const server: Server = tls === undefined ? createServer(onRequest) : createTlsServer(tls, onRequest);
  const at = await listen(server, port);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${at}`,
    shelf,
    behaviour,
    requests,
    revokeTokens: () => tokens.clear(),
    close: () => closeNow(server),
  };
}

function text({ updatedAt, fields }: StoredEvent, typeNames: boolean): string {
  const type = typeNames ? { type: { name: THREATQ_TYPES[Number(fields.type_id)] ?? '' } } : {};
  return JSON.stringify({ ...fields, ...type, updated_at: updatedAt });
}

function json(status: number, value: unknown): ThreatqAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}

function errors(status: number, message: string): ThreatqAnswer {
  return json(status, { errors: [message] });
}

function fromJson(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new Error('too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
