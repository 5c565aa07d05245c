import type { Dispatcher } from 'undici';
import { type FailureInput, SluiceError } from '../../../../shared/errors.ts';
import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import type { Clock } from '../../ports.ts';
import { type DevoHttpClient, retryAfter } from '../http-client.ts';
import type { Timeouts } from '../timeouts.ts';
import { type JobState, readColumns, readJobIds, readJobState, readStartedJob, serverText } from './job.ts';
import { type Deployment, deployBody, deployConfig } from './multipart.ts';

/** Answers are short; a longer one is cut off. Bytes. */
const LONGEST_ANSWER = 4_000_000;

/** A shorter token would be found in words that say something else. */
const SHORTEST_SECRET = 8;

export interface LookupsApiOptions {
  client: DevoHttpClient;
  domain: string;
  lookup: string;
  columns: readonly LookupColumn[];
  token: string;
  clock: Clock;
  timeouts: Timeouts;
  /** How long one upload may take, ms. */
  uploadTimeout: number;
}

interface Answer {
  status: number;
  body: unknown;
  retryAfterMs: number | null;
}

/** Devo's Lookups REST API for one lookup. Reference 2.6. Everything rejects with a SluiceError; the token is in none. */
export class LookupsApi {
  readonly #options: LookupsApiOptions;
  readonly #domain: string;
  readonly #path: string;

  constructor(options: LookupsApiOptions) {
    this.#options = options;
    this.#domain = `/lookup/${encodeURIComponent(options.domain)}`;
    this.#path = `${this.#domain}/${encodeURIComponent(options.lookup)}`;
  }

  /** Asks for one lookup of the domain: shows that the API is there and takes the token. */
  async list(signal: AbortSignal): Promise<void> {
    const answer = await this.#get(`${this.#domain}?max_length=1`, signal);
    if (!good(answer)) throw this.#refused(answer, 'The list of lookups cannot be read');
  }

  /** What Devo knows of the lookup; null when there is none. */
  async metadata(signal: AbortSignal): Promise<{ columns: { name: string; type: string }[] | null } | null> {
    const answer = await this.#get(this.#path, signal);
    if (answer.status === 404) return null;
    if (!good(answer)) throw this.#refused(answer, `The lookup ${this.#options.lookup} cannot be looked up`);
    return { columns: readColumns(answer.body) };
  }

  /** Ids of the lookup's jobs; none where there is no lookup. */
  async jobs(signal: AbortSignal): Promise<string[]> {
    const answer = await this.#get(`${this.#path}/job`, signal);
    if (answer.status === 404) return [];
    if (!good(answer)) throw this.#refused(answer, 'The list of jobs cannot be read');
    return readJobIds(answer.body);
  }

  /** null when the server knows no such job. */
  async job(id: string, signal: AbortSignal): Promise<JobState | null> {
    const answer = await this.#get(`${this.#path}/job/${encodeURIComponent(id)}`, signal);
    if (answer.status === 404) return null;
    if (!good(answer)) throw this.#refused(answer, `The job ${id} cannot be asked after`);
    return readJobState(answer.body);
  }

  /** Uploads rows. Answers the job's id where the server tells it. `details.taken` of an error is false where nothing can have been taken. */
  async deploy(
    method: 'POST' | 'PUT',
    deployment: Deployment,
    csv: { pieces: () => Iterable<Buffer>; bytes: number },
    signal: AbortSignal,
  ): Promise<string | null> {
    const { columns, lookup, uploadTimeout } = this.#options;
    const { headers, stream } = deployBody(deployConfig(columns, deployment), {
      name: `${lookup}.csv`,
      ...csv,
    });
    const body = stream();
    try {
      const answer = await this.#ask(
        method,
        `${this.#path}/deploy-csv`,
        body,
        headers,
        uploadTimeout,
        signal,
      );
      if (!good(answer)) throw this.#refused(answer, `The rows for the lookup ${lookup} were not taken`);
      return readStartedJob(answer.body);
    } finally {
      body.destroy();
    }
  }

  #get(path: string, signal: AbortSignal): Promise<Answer> {
    return this.#ask('GET', path, null, {}, this.#options.timeouts.stall, signal);
  }

  async #ask(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body: Parameters<DevoHttpClient['request']>[0]['body'],
    headers: Record<string, string>,
    timeout: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { client, token, clock } = this.#options;
    const answer = await client.request({
      method,
      path,
      body,
      headers: { ...headers, authorization: `Bearer ${token}`, accept: 'application/json' },
      timeout,
      signal,
    });
    return {
      status: answer.statusCode,
      body: await this.#read(answer.body),
      retryAfterMs: retryAfter(answer.headers['retry-after'], clock.now()),
    };
  }

  /** JSON where it is any, else the text; without the token, should the server give it back. */
  async #read(body: Dispatcher.ResponseData['body']): Promise<unknown> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > LONGEST_ANSWER) break;
        chunks.push(chunk);
      }
    } catch {
      // The status has come, which is what counts; what it was about is missing.
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const { token } = this.#options;
    const clean = (said: string): string =>
      token.length < SHORTEST_SECRET ? said : said.replaceAll(token, '…');
    try {
      return JSON.parse(text, (_, value: unknown) => {
        if (typeof value === 'string') return clean(value);
        return hasKeyWith(value, clean) ? {} : value;
      }) as unknown;
    } catch {
      return clean(text);
    }
  }

  #refused({ status, body, retryAfterMs }: Answer, what: string): SluiceError {
    const { client } = this.#options;
    const text = serverText(body);
    const said = text === '' ? '' : `: ${text}`;
    return new SluiceError({
      ...kindOf(status),
      message: `${what}. ${client.host} answers HTTP ${status}${said}`,
      details: { status, taken: status >= 500 || status === 408 ? null : false, retryAfterMs },
    });
  }
}

const good = ({ status }: Answer): boolean => status >= 200 && status < 300;

function kindOf(status: number): Omit<FailureInput, 'message'> {
  switch (status) {
    case 401:
    case 403:
      return {
        code: 'devo.token-refused',
        cause: 'The token has expired, is disabled, belongs to another domain, or does not cover lookups.',
        remedy: 'Check the token in Devo (Administration → Credentials → Authentication tokens).',
      };
    case 404:
      return { code: 'devo.lookup-unknown', remedy: 'Check base URL, domain and lookup.' };
    case 409:
    case 423:
      return { code: 'devo.lookup-busy', retryable: true };
    case 429:
      return { code: 'devo.http-throttled', retryable: true };
    default:
      return {
        code: 'devo.lookup-refused',
        remedy: status < 500 && status !== 408 ? 'Check base URL, domain, lookup and columns.' : null,
        retryable: status >= 500 || status === 408,
      };
  }
}

/** Whether `clean` would change a key of this object. */
function hasKeyWith(value: unknown, clean: (said: string) => string): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => clean(key) !== key);
}
