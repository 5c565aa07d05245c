import { type FailureInput, SluiceError } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { DevoHttpSettings } from '../../../shared/settings.ts';
import type { Clock, ResolveProxy } from '../ports.ts';
import type {
  Destination,
  Handover,
  Measure,
  OutboundMessage,
  OutboundRecord,
  PreflightReport,
} from './destination.ts';
import { Encoder, type SendPlanOf } from './encoder.ts';
import { hostField } from './framing.ts';
import { DevoHttpClient, retryAfter } from './http-client.ts';
import { HttpHandover, REQUEST_BYTES } from './http-handover.ts';
import { preflightConnection } from './preflight.ts';
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
  readonly table = null;
  readonly #options: HttpOptions;
  readonly #encoder: Encoder;
  readonly #client: DevoHttpClient;
  #requestBytes = REQUEST_BYTES;

  constructor(options: HttpOptions) {
    const { settings } = options;
    this.name = settings.name;
    this.#options = options;
    this.#client = new DevoHttpClient({
      base: settings.endpoint,
      proxy: settings.proxy,
      caFile: settings.caFile,
      baseDir: options.baseDir,
      resolveProxy: options.resolveProxy,
      timeouts: options.timeouts,
    });
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

  measure(record: OutboundRecord): Measure {
    return this.#encoder.measure(record);
  }

  messages(record: OutboundRecord): OutboundMessage[] {
    return this.#encoder.messages(record);
  }

  whyNotSendable(record: OutboundRecord): string | null {
    return this.#encoder.whyNotSendable(record);
  }

  /** Reaches the endpoint without sending an event: whether the token is right only an event can show. */
  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    const { host, plain } = this.#client;
    return await preflightConnection({
      name: this.name,
      peer: host,
      what: `HTTP connection to ${host}`,
      warnings: plain ? ['The endpoint is plain HTTP: events and token are not encrypted.'] : [],
      connect: async () => {
        await this.#token();
        const { statusCode, body } = await this.#client.request({
          method: 'GET',
          path: '/',
          body: null,
          headers: {},
          timeout: this.#options.timeouts.connect,
          signal,
        });
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
        const answer = await this.#client.request({
          method: 'POST',
          path,
          body,
          headers,
          timeout: this.#options.timeouts.request,
          signal,
        });
        await answer.body.dump();
        if (answer.statusCode >= 200 && answer.statusCode < 300) return;
        if (answer.statusCode === 413) {
          this.#requestBytes = Math.max(SMALLEST_REQUEST, Math.floor(this.#requestBytes / 2));
        }
        throw new SluiceError(
          statusFailure(
            answer.statusCode,
            this.#client.host,
            retryAfter(answer.headers['retry-after'], this.#options.clock.now()),
          ),
        );
      },
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
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
