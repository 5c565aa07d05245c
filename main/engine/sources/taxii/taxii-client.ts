import { SluiceError } from '../../../../shared/errors.ts';
import type { HttpAnswer, HttpClient, HttpGet } from '../http.ts';
import {
  acceptable,
  isHtml,
  parseMediaType,
  type Resource,
  type TaxiiVersion,
  versionOf,
} from './media-type.ts';
import { statusError, wrongVersion } from './taxii-errors.ts';

/** What every request of one pull or probe shares. */
export interface TaxiiCall {
  signal: AbortSignal;
  onRequest: () => void;
  onWait: HttpGet['onWait'];
}

export interface TaxiiGet extends TaxiiCall {
  url: string;
  version: TaxiiVersion;
  resource: Resource;
  headers?: Record<string, string>;
  maxBytes?: number;
  retry?: HttpGet['retry'];
  /** Statuses that the caller reads itself instead of getting an error. */
  expect?: readonly number[];
}

/** Small resources (discovery, root, collections) have no business being larger. */
const SMALL_BYTES = 20_000_000;

/** TAXII over the source's HTTP client: media types with fallback, and answers that are not TAXII turned into errors. */
export interface TaxiiClient {
  /** A 2xx answer that is not HTML, or one of the `expect`ed statuses. @throws SluiceError */
  get(request: TaxiiGet): Promise<HttpAnswer>;
  /** The same, parsed; must be a JSON object. @throws SluiceError PullError 303 when it is none */
  getJson(request: TaxiiGet): Promise<{ answer: HttpAnswer; body: ReadonlyMap<string, unknown> }>;
  error(answer: HttpAnswer): SluiceError;
}

export function createTaxiiClient(http: HttpClient, secretValues: () => readonly string[]): TaxiiClient {
  /** Index into `acceptable` that the server takes, learnt from 406 answers. */
  const learnt = new Map<string, number>();

  const client: TaxiiClient = {
    async get(request) {
      const choices = acceptable(request.version, request.resource);
      const key = `${new URL(request.url).origin} ${request.version} ${request.resource}`;
      for (let i = learnt.get(key) ?? 0; ; i++) {
        const answer = await http.get({
          url: request.url,
          headers: { accept: choices[i] ?? '*/*', ...request.headers },
          maxBytes: request.maxBytes ?? SMALL_BYTES,
          signal: request.signal,
          retry: request.retry ?? 'any',
          onRequest: request.onRequest,
          onWait: request.onWait,
        });
        const media = parseMediaType(answer.headers.get('content-type'));
        const said = versionOf(media);
        if (answer.status === 406 || answer.status === 415) {
          // A 406 whose own body is of the other version says it all; else try the next spelling.
          if (said !== null && said !== request.version)
            throw wrongVersion(request.version, said, answer.url);
          if (i + 1 < choices.length) continue;
          throw wrongVersion(request.version, null, answer.url);
        }
        if (request.expect?.includes(answer.status)) return answer;
        if (answer.status < 200 || answer.status > 299 || isHtml(media)) throw client.error(answer);
        if (said !== null && said !== request.version) throw wrongVersion(request.version, said, answer.url);
        if (i > 0) learnt.set(key, i);
        return answer;
      }
    },
    async getJson(request) {
      const answer = await client.get(request);
      try {
        const text = answer.body.toString('utf8').replace(/^\uFEFF/, '');
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          return { answer, body: new Map(Object.entries(value)) };
        }
      } catch {
        // Said below: what is not JSON is not TAXII.
      }
      throw client.error(answer);
    },
    error: (answer) => statusError(answer, secretValues()),
  };
  return client;
}

export function isWrongVersion(error: unknown): boolean {
  return error instanceof SluiceError && error.failure.code === 'taxii.wrong-version';
}
