import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { CewlShelf, type CewlTurn } from './cewl-shelf.ts';
import { closeNow, listen } from './loopback-server.ts';
import type { CewlSampleRow } from './sample-cewl.ts';

/** How the next answer is given. Reference 5.2: what CTCI documents, and what goes wrong on any network. */
export type CtciMood =
  | { kind: 'well' }
  /** A bare array, as the API's description has it. */
  | { kind: 'array' }
  /** The list as JSON text in `data`. */
  | { kind: 'text' }
  /** Other names and spellings for the same rows. */
  | { kind: 'swapped' }
  /** So many rows a page, with a `next`. */
  | { kind: 'paged'; rows: number }
  /** So many bytes every ten milliseconds. */
  | { kind: 'slow'; bytes: number }
  /** A row whose brackets do not balance, one that is no JSON, one without a cve and one that is no object among the others. */
  | { kind: 'broken' }
  /** Ends after so many bytes: the connection breaks, or the body just ends. */
  | { kind: 'cut'; bytes: number; quietly: boolean }
  | { kind: 'problem'; status: number; title: string; detail: string }
  /** A 5xx without a body. */
  | { kind: 'down'; status: number }
  | { kind: 'limited'; retryAfter: string }
  /** Any body. */
  | { kind: 'says'; status?: number; type?: string; location?: string; body: string };

export interface CtciServerOptions {
  rows: Iterable<CewlSampleRow>;
  /** The token of a subscription. */
  token: string;
  /** A token that gets the sample instead of the list. */
  unsubscribedToken?: string;
  /** 0 or absent: any free port. */
  port?: number;
}

export interface CtciServer {
  /** The base URL, without a trailing slash. */
  url: string;
  /** What was asked for: path with query, and which header brought the token. */
  readonly asked: { path: string; header: 'x-api-key' | 'bearer' | null }[];
  /** Answers that were sent whole. */
  answered(): number;
  /** How the next `times` answers are given; afterwards well. */
  mood(mood: CtciMood, times?: number): void;
  /** Changes three rows, adds two and removes one. */
  turn(): CewlTurn;
  shelf: CewlShelf;
  close(): Promise<void>;
}

const PATH = '/api/v1/cewl';
const GZIP_FROM = 1400;

/** A stand-in for CTCI on 127.0.0.1, for the demo and for tests. Read only. */
export async function startCtciServer(options: CtciServerOptions): Promise<CtciServer> {
  const shelf = new CewlShelf(options.rows);
  const moods: CtciMood[] = [];
  const asked: CtciServer['asked'] = [];
  let answered = 0;
  const server = createServer((request, response) => {
    const token = tokenOf(request);
    response.once('finish', () => answered++);
    asked.push({ path: request.url ?? '', header: token.header });
    void answer(request, response, { options, shelf, token: token.value, moods }).catch(() =>
      response.destroy(),
    );
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answered: () => answered,
    mood: (mood, times = 1) => {
      for (let i = 0; i < times; i++) moods.push(mood);
    },
    turn: () => shelf.turn(Date.now()),
    shelf,
    close: () => closeNow(server),
  };
}

interface Given {
  options: CtciServerOptions;
  shelf: CewlShelf;
  token: string;
  moods: CtciMood[];
}

async function answer(request: IncomingMessage, response: ServerResponse, given: Given): Promise<void> {
  const { options, shelf, token } = given;
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const mood: CtciMood = given.moods.shift() ?? { kind: 'well' };
  if (mood.kind === 'problem') return problem(response, mood.status, mood.title, mood.detail, url.pathname);
  if (mood.kind === 'down') return void response.writeHead(mood.status).end();
  if (mood.kind === 'limited')
    return problem(response, 429, 'Too Many Requests', 'Slow down.', url.pathname, {
      'retry-after': mood.retryAfter,
    });
  if (token !== options.token && (token === '' || token !== options.unsubscribedToken))
    return problem(response, 401, 'Unauthorized', 'The token is not known or not enabled.', url.pathname);
  if (url.pathname !== PATH)
    return problem(response, 404, 'Not Found', `There is no ${url.pathname}.`, url.pathname);
  if (mood.kind === 'says') {
    response
      .writeHead(mood.status ?? 200, {
        'content-type': mood.type ?? 'application/json',
        ...(mood.location === undefined ? {} : { location: mood.location }),
      })
      .end(mood.body);
    return;
  }
  const held = token === options.token ? shelf.rows : shelf.sample;
  const year = url.searchParams.get('year');
  const rows = year === null ? held : held.filter((row) => String(row.year) === year);
  await send(request, response, mood, bodyOf(mood, rows, url));
}

function bodyOf(mood: CtciMood, rows: readonly CewlSampleRow[], url: URL): string {
  const texts = (mood.kind === 'swapped' ? rows.map(CewlShelf.swapped) : rows).map((row) =>
    JSON.stringify(row),
  );
  if (mood.kind === 'broken') {
    texts.splice(1, 0, '{"cve":"CVE-2099-00001","x":[1}');
    texts.splice(3, 0, '{"cve":"CVE-2099-00002","base_score":NaN}');
    texts.splice(5, 0, '{"vendor":"nobody"}', '"text"');
  }
  if (mood.kind === 'paged') {
    const from = Number(url.searchParams.get('from') ?? 0);
    const next = from + mood.rows < texts.length ? `"${PATH}?from=${from + mood.rows}"` : 'null';
    return `{"data":[${texts.slice(from, from + mood.rows).join(',')}],"next":${next}}`;
  }
  const list = `[${texts.join(',')}]`;
  if (mood.kind === 'array' || mood.kind === 'swapped') return list;
  return `{"data":${mood.kind === 'text' ? JSON.stringify(list) : list}}`;
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  mood: CtciMood,
  text: string,
): Promise<void> {
  const plain = Buffer.from(text, 'utf8');
  if (mood.kind === 'cut') {
    const part = plain.subarray(0, mood.bytes);
    // Without a length and with a closed connection a short body looks like a whole one.
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(mood.quietly ? { connection: 'close' } : { 'content-length': plain.length }),
    });
    if (mood.quietly) response.end(part);
    else response.write(part, () => setTimeout(() => response.destroy(), 20));
    return;
  }
  if (mood.kind === 'slow') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': plain.length });
    for (let at = 0; at < plain.length && !response.destroyed; at += mood.bytes) {
      response.write(plain.subarray(at, at + mood.bytes));
      await pause(10);
    }
    response.end();
    return;
  }
  const zip = plain.length >= GZIP_FROM && /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''));
  const body = zip ? gzipSync(plain, { level: 1 }) : plain;
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(body);
}

/** CTCI's problem JSON. Reference 5.2. */
function problem(
  response: ServerResponse,
  status: number,
  title: string,
  detail: string,
  instance: string,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify({ status, title, detail, type: 'about:blank', instance, parameter: null });
  response.writeHead(status, { 'content-type': 'application/problem+json', ...headers }).end(body);
}

function tokenOf(request: IncomingMessage): { value: string; header: 'x-api-key' | 'bearer' | null } {
  const key = request.headers['x-api-key'];
  if (typeof key === 'string') return { value: key, header: 'x-api-key' };
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return bearer === undefined ? { value: '', header: null } : { value: bearer, header: 'bearer' };
}
