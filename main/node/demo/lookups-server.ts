import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readDeployment } from './lookup-deployment.ts';
import { changed, type HeldLookup, type LookupChange } from './lookup-table.ts';

/** What the next upload or requests meet. Each wears off after one use unless it says otherwise. */
export interface LookupsTrouble {
  /** The next job ends as FAILED with this text. */
  failJob?: string;
  /** The next job never ends. */
  hangJob?: boolean;
  /** The next upload is taken, and its job is forgotten: asking after it gives 404. */
  loseJob?: boolean;
  /** The next upload is taken and its job runs, but the connection is cut instead of an answer. */
  dropAfterUpload?: boolean;
  /** This status instead of taking the next upload, so many times. */
  refuseUploads?: { status: number; times: number; retryAfter?: string; body?: string };
  /** This status for the next so many questions after a job. */
  refuseJobs?: { status: number; times: number };
}

export interface LookupsServerOptions {
  token: string;
  /** Between a job's states, ms. */
  jobMs?: number;
  /** The words for a job's states, in order. */
  states?: readonly string[];
  /** Whether the answer to an upload tells the job's id. */
  tellsJob?: boolean;
  /** Answers 409 while a job of the lookup is on its way; otherwise jobs wait for one another. */
  busy?: boolean;
  https?: { key: string; cert: string };
  port?: number;
}

interface Job {
  id: string;
  history: { status: string; message?: string; timestamp: string }[];
  over: boolean;
}

interface Shelf {
  held: HeldLookup | null;
  jobs: Map<string, Job>;
  lost: Set<string>;
  /** Jobs of one lookup are done one after the other. */
  last: Promise<void>;
  open: number;
}

const STATES = ['PENDING', 'RUNNING', 'COMPLETED'];
const LARGEST_UPLOAD = 512_000_000;

/**
 * A Lookups REST API on 127.0.0.1 that really holds lookups (reference 2.6): uploads become jobs, which take their time; a lookup changes
 * when its job ends well. Takes the multipart body exactly as documented and nothing else.
 */
export class LookupsServer {
  readonly url: string;
  /** Uploads that were taken. */
  uploads = 0;
  /** Every request: method and path. */
  readonly asked: string[] = [];
  trouble: LookupsTrouble = {};
  readonly #options: LookupsServerOptions;
  readonly #server: Server;
  readonly #shelves = new Map<string, Shelf>();

  static async start(options: LookupsServerOptions): Promise<LookupsServer> {
    let started: LookupsServer | null = null;
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
      started?.answer(request, response).catch(() => response.destroy());
    };
    const server =
      options.https === undefined ? createServer(onRequest) : createHttps(options.https, onRequest);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const origin = options.https === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
    started = new LookupsServer(options, server, `${origin}/lookup-api`);
    return started;
  }

  private constructor(options: LookupsServerOptions, server: Server, url: string) {
    this.#options = options;
    this.#server = server;
    this.url = url;
  }

  /** What a lookup holds once its jobs have ended; null when there is none. */
  held(domain: string, lookup: string): HeldLookup | null {
    return this.#shelves.get(`${domain}/${lookup}`)?.held ?? null;
  }

  /** Resolves when no job is on its way. */
  async settled(): Promise<void> {
    await Promise.all([...this.#shelves.values()].map(({ last }) => last));
  }

  /** Forgets a lookup, as if somebody had deleted it in Devo. */
  forget(domain: string, lookup: string): void {
    this.#shelves.delete(`${domain}/${lookup}`);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.asked.push(`${method} ${url}`);
    const say = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    };
    if (request.headers.authorization !== `Bearer ${this.#options.token}`)
      return say(401, { title: 'Unauthorized', detail: 'The token is not known.' });
    const path = url.split('?')[0]?.split('/').map(decodeURIComponent) ?? [];
    const [, base, entity, domain, lookup, action, id] = path;
    if (base !== 'lookup-api' || entity !== 'lookup' || domain === undefined)
      return say(404, { detail: 'Nothing is here.' });
    if (lookup === undefined) return say(200, { lookups: this.#list(domain) });
    const name = `${domain}/${lookup}`;
    if (action === 'deploy-csv' && (method === 'POST' || method === 'PUT'))
      return await this.#deploy(method, name, request, response, say);
    if (method !== 'GET') return say(405, { detail: `${method} is not possible here.` });
    const shelf = this.#shelves.get(name);
    if (action === undefined) {
      if (shelf?.held == null) return say(404, { detail: `There is no lookup ${lookup}.` });
      const { columns, types, rows } = shelf.held;
      return say(200, {
        id: lookup,
        columns: columns.map((column, at) => ({ name: column, type: types[at] })),
        size: rows.size,
      });
    }
    if (action !== 'job' || shelf === undefined) return say(404, { detail: 'Nothing is here.' });
    if (id === undefined) return say(200, { jobs: [...shelf.jobs.keys()] });
    const refuse = this.trouble.refuseJobs;
    if (refuse !== undefined && refuse.times-- > 0) return say(refuse.status, { detail: 'Not now.' });
    const job = shelf.lost.has(id) ? undefined : shelf.jobs.get(id);
    if (job === undefined) return say(404, { detail: `There is no job ${id}.` });
    return say(200, { statuses: job.history });
  }

  async #deploy(
    method: 'POST' | 'PUT',
    name: string,
    request: IncomingMessage,
    response: ServerResponse,
    say: (status: number, body: unknown, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_UPLOAD) return say(413, { detail: 'The upload is too large.' });
      chunks.push(chunk);
    }
    const refuse = this.trouble.refuseUploads;
    if (refuse !== undefined && refuse.times-- > 0)
      return say(
        refuse.status,
        refuse.body ?? { title: 'Refused', detail: 'Not this upload.' },
        refuse.retryAfter === undefined ? {} : { 'retry-after': refuse.retryAfter },
      );
    const shelf = this.#shelves.get(name) ?? newShelf();
    if (method === 'POST' && shelf.held !== null)
      return say(409, { detail: 'There is a lookup of this name.' });
    if (method === 'PUT' && shelf.held === null && shelf.open === 0)
      return say(404, { detail: 'There is no lookup of this name.' });
    if (this.#options.busy === true && shelf.open > 0)
      return say(409, { detail: 'The lookup is being changed.' });
    let change: LookupChange;
    try {
      change = readDeployment(request.headers['content-type'] ?? '', Buffer.concat(chunks, size));
    } catch (thrown) {
      return say(400, {
        title: 'Bad request',
        detail: thrown instanceof Error ? thrown.message : String(thrown),
      });
    }
    this.#shelves.set(name, shelf);
    this.uploads += 1;
    const job = this.#begin(shelf, change);
    if (this.trouble.dropAfterUpload === true) {
      this.trouble.dropAfterUpload = false;
      response.destroy();
      return;
    }
    say(202, this.#options.tellsJob === false ? { status: 'accepted' } : { jobId: job.id });
  }

  #begin(shelf: Shelf, change: LookupChange): Job {
    const { failJob, hangJob, loseJob } = this.trouble;
    delete this.trouble.failJob;
    delete this.trouble.hangJob;
    delete this.trouble.loseJob;
    const job: Job = { id: randomUUID(), history: [], over: false };
    shelf.jobs.set(job.id, job);
    if (loseJob === true) shelf.lost.add(job.id);
    shelf.open += 1;
    const states = this.#options.states ?? STATES;
    const enter = (status: string, message?: string): void => {
      const timestamp = new Date().toISOString();
      job.history.push({ status, timestamp, ...(message === undefined ? {} : { message }) });
    };
    enter(states[0] ?? '');
    if (hangJob === true) return job;
    shelf.last = shelf.last.then(async () => {
      for (const state of states.slice(1, -1)) {
        await pause(this.#options.jobMs ?? 20);
        enter(state);
      }
      await pause(this.#options.jobMs ?? 20);
      try {
        if (failJob !== undefined) throw new Error(failJob);
        shelf.held = changed(shelf.held, change);
        enter(states.at(-1) ?? '');
      } catch (thrown) {
        enter('FAILED', thrown instanceof Error ? thrown.message : String(thrown));
      }
      job.over = true;
      shelf.open -= 1;
    });
    return job;
  }

  #list(domain: string): { id: string }[] {
    return [...this.#shelves.keys()]
      .filter((name) => name.startsWith(`${domain}/`))
      .map((name) => ({ id: name.slice(domain.length + 1) }));
  }
}

function newShelf(): Shelf {
  return { held: null, jobs: new Map(), lost: new Set(), last: Promise.resolve(), open: 0 };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
