import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { SluiceError } from '../../../shared/errors.ts';
import type { ProxySettings } from '../../../shared/settings-common.ts';
import type { ResolveProxy } from '../ports.ts';
import { chooseProxy } from '../sources/http-proxy.ts';
import { secureContext } from '../sources/http-tls.ts';
import { seconds } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import { privateLookup, refusePublicLiteral } from './private-address.ts';
import type { Timeouts } from './timeouts.ts';

export interface DevoHttpClientOptions {
  /** `http` is for loopback and private networks only. */
  base: string;
  proxy: ProxySettings;
  caFile: string | null;
  baseDir: string;
  resolveProxy: ResolveProxy | null;
  timeouts: Timeouts;
}

export interface DevoHttpRequest {
  method: 'GET' | 'POST' | 'PUT';
  /** Below the base, percent-encoded. */
  path: string;
  body: Buffer | Readable | null;
  headers: Record<string, string>;
  /** From the first byte to the status, ms. */
  timeout: number;
  signal: AbortSignal;
}

/**
 * Requests to one of Devo's HTTP endpoints, verified, through the proxy where one is set. Path and headers may hold a token: they are in no
 * error and no log. `details.taken` of an error is false where the server cannot have got the request.
 */
export class DevoHttpClient {
  readonly #options: DevoHttpClientOptions;
  readonly #base: URL;
  #dispatcher: Dispatcher | null = null;

  constructor(options: DevoHttpClientOptions) {
    this.#options = options;
    this.#base = new URL(options.base);
  }

  get host(): string {
    return this.#base.host;
  }

  /** Nothing is encrypted on the way. */
  get plain(): boolean {
    return this.#base.protocol === 'http:';
  }

  /** Answers whatever status comes. Rejects with a SluiceError when none does. */
  async request({
    method,
    path,
    body,
    headers,
    timeout,
    signal,
  }: DevoHttpRequest): Promise<Dispatcher.ResponseData> {
    const late = AbortSignal.timeout(timeout);
    const base = this.#base.href.replace(/\/+$/, '');
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
          message: `${this.host} did not answer within ${seconds(timeout)}.`,
          retryable: true,
        });
      }
      throw withoutPath(explainUndici(thrown, this.host));
    }
  }

  async close(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = null;
    await dispatcher?.destroy();
  }

  async #connectWith(): Promise<Dispatcher> {
    const { caFile, proxy: settings, baseDir, resolveProxy, timeouts } = this.#options;
    const { Agent, ProxyAgent } = await import('undici');
    const limits = { headersTimeout: timeouts.request, bodyTimeout: timeouts.stall, connections: 2 };
    if (this.plain) {
      // Without TLS the token would be readable on the way: this computer and private networks only, and no proxy in between.
      refusePublicLiteral(this.#base.hostname.replace(/^\[|\]$/g, ''));
      return new Agent({ ...limits, connect: { timeout: timeouts.connect, lookup: privateLookup() } });
    }
    const files = { caFile, certFile: null, keyFile: null, pfxFile: null };
    const tls = { secureContext: secureContext(files, baseDir, null, false), timeout: timeouts.connect };
    const proxy = await chooseProxy(this.#options.base, settings, null, resolveProxy, process.env);
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

/** `Retry-After` in seconds or as a date (RFC 9110 10.2.3), as ms from now. */
export function retryAfter(header: string | string[] | undefined, now: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
