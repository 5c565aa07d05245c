import type { Dispatcher } from 'undici';
import { type FailureInput, SluiceError } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { DevoHttpSettings } from '../../../shared/settings.ts';
import type { Clock, ResolveProxy } from '../ports.ts';
import { chooseProxy } from '../sources/http-proxy.ts';
import { secureContext } from '../sources/http-tls.ts';
import { seconds } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import type {
  Destination,
  Handover,
  OutboundMessage,
  OutboundRecord,
  PreflightReport,
} from './destination.ts';
import { Encoder, type SendPlanOf } from './encoder.ts';
import { hostField } from './framing.ts';
import { HttpHandover, REQUEST_BYTES } from './http-handover.ts';
import { preflightConnection } from './preflight.ts';
import { privateLookup, refusePublicLiteral } from './private-address.ts';
import type { Timeouts } from './timeouts.ts';

/** A body is never made smaller than this after a 413. */
const SMALLEST_REQUEST = 64_000;

export interface HttpOptions {
  settings: DevoHttpSettings;
  token: () => Promise<string | null>;
  baseDir: string;
  resolveProxy: ResolveProxy | null;
  planOf: SendPlanOf;
  hostname: string;
  clock: Clock;
  timeouts: Timeouts;
}

/** HTTP ingestion, mode `stream`: for networks that let no direct TCP out. Reference 1.8. */
export class HttpDestination implements Destination {
  readonly kind = 'devo-http';
  readonly name: string;
  readonly #options: HttpOptions;
  readonly #encoder: Encoder;
  readonly #endpoint: URL;
  #dispatcher: Dispatcher | null = null;
  #requestBytes = REQUEST_BYTES;

  constructor(options: HttpOptions) {
    const { settings } = options;
    this.name = settings.name;
    this.#options = options;
    this.#endpoint = new URL(settings.endpoint);
    this.#encoder = new Encoder(options.planOf, {
      shape: 'line',
      date: 'none',
      newlines: 'space',
      host: hostField(options.hostname),
    });
  }

  encode(record: OutboundRecord): Buffer {
    return this.#encoder.encode(record);
  }

  tagOf(source: string, kind: RecordKind, type: string): string | null {
    return this.#options.planOf(source, kind, type)?.tag ?? null;
  }

  message(record: OutboundRecord): OutboundMessage {
    return this.#encoder.message(record);
  }

  whyNotSendable(record: OutboundRecord): string | null {
    return this.#encoder.whyNotSendable(record);
  }

  /** Reaches the endpoint without sending an event: whether the token is right only an event can show. */
  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    return await preflightConnection({
      name: this.name,
      peer: this.#endpoint.host,
      what: `HTTP connection to ${this.#endpoint.host}`,
      warnings: this.#plain ? ['The endpoint is plain HTTP: events and token are not encrypted.'] : [],
      connect: async () => {
        await this.#token();
        const { statusCode, body } = await this.#request('GET', '/', null, {}, signal);
        await body.dump();
        return `The endpoint answers (HTTP ${statusCode}). Whether the token is accepted shows with a test event.`;
      },
    });
  }

  async open(signal: AbortSignal): Promise<Handover> {
    const token = await this.#token();
    const { settings } = this.#options;
    const host = encodeURIComponent(hostField(this.#options.hostname));
    return new HttpHandover({
      encoder: this.#encoder,
      gzip: settings.gzip,
      requestBytes: this.#requestBytes,
      post: async (tag, body, encoding) => {
        const path = `/stream/${encodeURIComponent(settings.domain)}/token!${encodeURIComponent(token)}/${host}/${encodeURIComponent(tag)}`;
        const headers: Record<string, string> = { 'content-type': 'text/plain; charset=utf-8' };
        if (encoding !== null) headers['content-encoding'] = encoding;
        const answer = await this.#request('POST', path, body, headers, signal);
        await answer.body.dump();
        if (answer.statusCode >= 200 && answer.statusCode < 300) return;
        if (answer.statusCode === 413) {
          this.#requestBytes = Math.max(SMALLEST_REQUEST, Math.floor(this.#requestBytes / 2));
        }
        throw new SluiceError(
          statusFailure(
            answer.statusCode,
            this.#endpoint.host,
            retryAfter(answer.headers['retry-after'], this.#options.clock.now()),
          ),
        );
      },
    });
  }

  async close(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = null;
    await dispatcher?.destroy();
  }

  get #plain(): boolean {
    return this.#endpoint.protocol === 'http:';
  }

  async #token(): Promise<string> {
    const token = await this.#options.token();
    if (token !== null && token !== '') return token;
    throw new SluiceError({
      code: 'devo.token-missing',
      message: `The destination ${this.name} has no token.`,
      remedy:
        'Create a token of type HTTP ingestion in Devo (Administration → Credentials → Authentication tokens) and set it.',
    });
  }

  /** The path holds the token: it is in no error and no log. */
  async #request(
    method: 'GET' | 'POST',
    path: string,
    body: Buffer | null,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const { timeouts } = this.#options;
    const late = AbortSignal.timeout(method === 'GET' ? timeouts.connect : timeouts.request);
    const base = this.#endpoint.href.replace(/\/+$/, '');
    // Loaded when needed: most destinations are syslog and need no HTTP client in memory.
    const { request } = await import('undici');
    try {
      this.#dispatcher ??= await this.#connectWith();
      return await request(base + path, {
        method,
        body,
        headers,
        dispatcher: this.#dispatcher,
        signal: AbortSignal.any([signal, late]),
      });
    } catch (thrown) {
      if (signal.aborted)
        throw new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true });
      if (late.aborted) {
        throw new SluiceError({
          code: 'devo.http-timeout',
          message: `${this.#endpoint.host} did not answer within ${seconds(method === 'GET' ? timeouts.connect : timeouts.request)}.`,
          retryable: true,
        });
      }
      throw withoutPath(explainUndici(thrown, this.#endpoint.host));
    }
  }

  async #connectWith(): Promise<Dispatcher> {
    const { settings, baseDir, resolveProxy, timeouts } = this.#options;
    const { Agent, ProxyAgent } = await import('undici');
    const limits = { headersTimeout: timeouts.request, bodyTimeout: timeouts.stall, connections: 2 };
    if (this.#plain) {
      // Without TLS the token would be readable on the way: this computer and private networks only, and no proxy in between.
      refusePublicLiteral(this.#endpoint.hostname.replace(/^\[|\]$/g, ''));
      return new Agent({ ...limits, connect: { timeout: timeouts.connect, lookup: privateLookup() } });
    }
    const files = { caFile: settings.caFile, certFile: null, keyFile: null, pfxFile: null };
    const tls = { secureContext: secureContext(files, baseDir, null, false), timeout: timeouts.connect };
    const proxy = await chooseProxy(settings.endpoint, settings.proxy, null, resolveProxy, process.env);
    if (proxy === null) return new Agent({ ...limits, connect: tls });
    return new ProxyAgent({
      ...limits,
      uri: proxy.url,
      requestTls: tls,
      ...(proxy.authorization === null ? {} : { token: proxy.authorization }),
    });
  }
}

function explainUndici(thrown: unknown, peer: string): SluiceError {
  const code = (thrown as { code?: string } | null)?.code ?? '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new SluiceError({
      code: 'devo.connect-timeout',
      message: `${peer} does not answer.`,
      retryable: true,
      details: { taken: false },
    });
  }
  const explained = explainConnectionError(thrown, peer);
  const neverConnected =
    /^devo\.(dns|refused|unreachable|unknown-ca|wrong-name|not-tls|relay-not-private)/.test(
      explained.failure.code,
    );
  if (!neverConnected) return explained;
  const { failure } = explained;
  return new SluiceError({ ...failure, details: { ...failure.details, taken: false } });
}

/** Drops the cause: what a library puts there may quote the request line. */
function withoutPath(error: SluiceError): SluiceError {
  return new SluiceError(error.failure);
}

function statusFailure(status: number, peer: string, retryAfterMs: number | null): FailureInput {
  const details = { status, taken: status >= 500 ? null : false, retryAfterMs };
  switch (status) {
    case 401:
    case 403:
      return {
        code: 'devo.token-refused',
        message: `${peer} refuses the token (HTTP ${status}).`,
        cause: 'The token has expired, is disabled, belongs to another domain, or does not cover the table.',
        remedy:
          'Check the token and its target tables in Devo (Administration → Credentials → Authentication tokens).',
        details,
      };
    case 413:
      return {
        code: 'devo.http-too-large',
        message: `${peer} finds the request too large (HTTP 413); the next one is half as large.`,
        retryable: true,
        details,
      };
    case 429:
      return {
        code: 'devo.http-throttled',
        message: `${peer} asks to send less (HTTP 429).`,
        retryable: true,
        details,
      };
    default:
      return {
        code: 'devo.http-status',
        message: `${peer} did not take the events (HTTP ${status}).`,
        remedy: status < 500 ? 'Check endpoint, domain and tag.' : null,
        retryable: status >= 500 || status === 408,
        details,
      };
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), as ms from now. */
function retryAfter(header: string | string[] | undefined, now: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
