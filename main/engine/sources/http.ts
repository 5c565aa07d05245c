import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { SluiceError, toFailure } from '../../../shared/errors.ts';
import type { ProxySettings } from '../../../shared/settings-common.ts';
import type { Clock, ResolveProxy } from '../ports.ts';
import { decodeBody } from './http-body.ts';
import { abortReason, dispatch } from './http-dispatch.ts';
import { bareUrl, networkError, proxyRefused, wasNeverSent } from './http-errors.ts';
import { type ChosenProxy, chooseProxy } from './http-proxy.ts';
import { backoffMs, LONGEST_WAIT_MS, mayPass, retryAfterMs } from './http-retry.ts';
import { type BodyTaker, StreamedBody } from './http-stream.ts';
import { secureContext, type TlsFiles } from './http-tls.ts';
import { isUnverified, type UnverifiedServer } from './http-unverified.ts';

export interface HttpOptions {
  clock: Clock;
  tls: TlsFiles;
  /** What relative certificate paths are relative to. */
  baseDir: string;
  keyPassphrase: () => Promise<string | null>;
  proxy: ProxySettings;
  proxyPassword: () => Promise<string | null>;
  resolveProxy: ResolveProxy | null;
  env?: Readonly<Record<string, string | undefined>>;
  /** Origins that may see the credentials: `https://host:port`. */
  trustedOrigins: ReadonlySet<string>;
  /** Headers that carry the credentials; asked for once a request. */
  credentials: () => Promise<Record<string, string>>;
  requestsPerSecond: number | null;
  maxAttempts: number;
  connectMs: number;
  idleMs: number;
  totalMs: number;
  /** The server whose certificate is not checked, because its source says so; left out, all are. */
  unverified?: UnverifiedServer | null;
}

export interface HttpGet {
  url: string;
  headers: Record<string, string>;
  maxBytes: number;
  signal: AbortSignal;
  /**
   * `any`: 408, 429, 5xx and network failures are tried again here. `unsent`: only what the server cannot have acted on
   * (429, refused, no name): for requests that must not be repeated blindly, or that are repeated smaller.
   */
  retry: 'any' | 'unsent';
  /** Called before each request that goes out, repeats and redirects included. */
  onRequest: () => void;
  /** What is waited for, until when (epoch ms); null when the wait is over. */
  onWait: (until: number | null, note: string | null) => void;
  /**
   * Makes what takes the body of a 2xx answer while it arrives; the answer's own body is then empty. Called for each attempt: a body that
   * broke off comes again from its beginning.
   */
  stream?: (answer: Omit<HttpAnswer, 'body'>) => BodyTaker;
}

/** A redirect is not followed: a body may hold a password. The status is the answer. */
export interface HttpPost extends HttpGet {
  /** As text, with its `content-type` among the headers. */
  body: string;
}

export interface HttpAnswer {
  status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  headers: ReadonlyMap<string, string>;
  /** Decoded. */
  body: Buffer;
  /** Where the answer came from in the end. */
  url: string;
  redirected: boolean;
}

/** The only way to a source's servers. One per source: rate limit and connections are shared by everything it asks. */
export interface HttpClient {
  /** Resolves for every status once retries are used up; rejects with SluiceError for network, TLS, time-outs, size; with the abort reason when aborted. */
  get(request: HttpGet): Promise<HttpAnswer>;
  /** The same with a body. Repeated like a GET: only for requests that change nothing on the server. */
  post(request: HttpPost): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createHttpClient(options: HttpOptions): HttpClient {
  const agents = new Map<string, Dispatcher>();
  const { clock } = options;
  let nextSlot = 0;
  let closed = false;

  async function agentFor(url: string, trusted: boolean): Promise<Dispatcher> {
    const proxy = await chooseProxy(
      url,
      options.proxy,
      await options.proxyPassword(),
      options.resolveProxy,
      options.env ?? process.env,
    );
    const secure = url.startsWith('https:');
    const unverified = isUnverified(options.unverified, url);
    const key = `${unverified ? 'unverified ' : ''}${secure ? (trusted ? 'identified' : 'anonymous') : 'plain'} ${proxy?.url ?? 'direct'}`;
    const found = agents.get(key);
    if (found !== undefined) return found;
    const tls = secure
      ? {
          secureContext: secureContext(options.tls, options.baseDir, await options.keyPassphrase(), trusted),
          rejectUnauthorized: !unverified,
        }
      : {};
    const agent = newAgent(proxy, { ...tls, timeout: options.connectMs, allowH2: false });
    const raced = agents.get(key);
    if (raced !== undefined) {
      void agent.destroy();
      return raced;
    }
    agents.set(key, agent);
    return agent;
  }

  function newAgent(proxy: ChosenProxy | null, connect: { timeout: number; allowH2: boolean }): Dispatcher {
    const common = { connect, allowH2: false };
    if (proxy === null) return new Agent(common);
    return new ProxyAgent({
      ...common,
      connectTimeout: options.connectMs,
      uri: proxy.url,
      requestTls: connect,
      proxyTls: { timeout: options.connectMs, allowH2: false },
      ...(proxy.authorization === null ? {} : { token: proxy.authorization }),
    });
  }

  /** Waits for this source's turn. Slots are given out in order, so that parallel collections share one rate. */
  async function takeSlot(request: HttpGet): Promise<void> {
    if (options.requestsPerSecond === null) return;
    const now = clock.now();
    const slot = Math.max(now, nextSlot);
    nextSlot = slot + 1000 / options.requestsPerSecond;
    if (slot > now) await wait(request, slot - now, 'rate limit');
  }

  async function wait(request: HttpGet, ms: number, note: string): Promise<void> {
    // Short pauses are not worth telling.
    const tell = ms >= 500;
    if (tell) request.onWait(clock.now() + ms, note);
    try {
      await clock.sleep(ms, request.signal);
    } finally {
      if (tell) request.onWait(null, null);
    }
  }

  async function once(request: HttpGet & Partial<HttpPost>): Promise<HttpAnswer> {
    let url = request.url;
    for (let hop = 0; ; hop++) {
      const trusted = options.trustedOrigins.has(new URL(url).origin);
      await takeSlot(request);
      if (request.signal.aborted) throw abortReason(request.signal);
      const agent = await agentFor(url, trusted);
      request.onRequest();
      const about = (status: number, from: IncomingHttpHeaders): Omit<HttpAnswer, 'body'> => ({
        status,
        headers: flatten(from),
        url,
        redirected: hop > 0,
      });
      const { stream } = request;
      const streamed =
        stream === undefined ? null : new StreamedBody((...head) => stream(about(...head)), request.maxBytes);
      const asked = dispatch(agent, {
        url,
        headers: {
          'accept-encoding': 'gzip, deflate',
          'user-agent': 'Sluice',
          ...request.headers,
          ...(trusted ? await options.credentials() : {}),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        maxBytes: request.maxBytes,
        idleMs: options.idleMs,
        totalMs: options.totalMs,
        signal: request.signal,
        ...(streamed === null ? {} : { divert: streamed.divert }),
      });
      const raw = streamed === null ? await asked : await streamed.follow(asked);
      const headers = flatten(raw.headers);
      const location = headers.get('location');
      if (request.body === undefined && REDIRECTS.has(raw.status) && location !== undefined) {
        if (hop >= MAX_REDIRECTS) throw redirectError('The server redirects in circles.', request.url);
        url = redirectTarget(url, location);
        continue;
      }
      if (raw.status === 407) throw new SluiceError({ ...proxyRefused(), details: { url: bareUrl(url) } });
      const body = await decodeBody(raw.body, headers.get('content-encoding'), request.maxBytes);
      return { ...about(raw.status, raw.headers), body };
    }
  }

  async function ask(request: HttpGet & Partial<HttpPost>): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= options.maxAttempts;
      let delay: number;
      let note: string;
      try {
        const answer = await once(request);
        const again = answer.status === 429 || (request.retry === 'any' && mayPass(answer.status));
        if (!again || last) return answer;
        const asked = retryAfterMs(
          answer.headers.get('retry-after'),
          answer.headers.get('date'),
          clock.now(),
        );
        if (asked !== null && asked > LONGEST_WAIT_MS) return answer;
        delay = asked === null ? backoffMs(attempt) : asked + Math.random() * 250;
        note = answer.status === 429 ? 'server limits requests (429)' : `server answered ${answer.status}`;
      } catch (thrown) {
        if (request.signal.aborted) throw abortReason(request.signal);
        const error = networkError(thrown, request.url);
        const again =
          error instanceof SluiceError &&
          error.failure.retryable &&
          (request.retry === 'any' || wasNeverSent(error));
        if (!again || last || closed) throw error;
        delay = backoffMs(attempt);
        note = toFailure(error).message;
      }
      await wait(request, delay, note);
    }
  }

  return {
    get: ask,
    post: ask,
    async close() {
      closed = true;
      const all = [...agents.values()];
      agents.clear();
      await Promise.all(all.map((a) => a.destroy().catch(() => undefined)));
    },
  };
}

function redirectTarget(from: string, location: string): string {
  let target: URL;
  try {
    target = new URL(location, from);
  } catch {
    throw redirectError('The server redirects to something that is not a URL.', from);
  }
  const source = new URL(from);
  if (target.protocol !== 'https:' && target.protocol !== 'http:') {
    throw redirectError('The server redirects to something that is not a web address.', from);
  }
  if (source.protocol === 'https:' && target.protocol === 'http:') {
    throw redirectError('The server redirects from https to http, which is not followed.', from);
  }
  // A redirect that only mends the path often forgets the question.
  if (target.search === '' && source.search !== '' && sameButSlash(target, source))
    target.search = source.search;
  target.hash = '';
  target.username = '';
  target.password = '';
  return target.href;
}

function sameButSlash(a: URL, b: URL): boolean {
  return a.pathname.replace(/\/+$/, '') === b.pathname.replace(/\/+$/, '');
}

function redirectError(message: string, url: string): SluiceError {
  return new SluiceError({
    code: 'http.redirect',
    message,
    remedy: 'Enter the address the server really has.',
    details: { url: bareUrl(url) },
  });
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}
