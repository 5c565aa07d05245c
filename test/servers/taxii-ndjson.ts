/**
 * A plain, fast, conforming TAXII server over NDJSON files: for benches, crash tests and pulls of real data.
 *   node test/servers/taxii-ndjson.ts --version 2.1 --port 0 --file X.ndjson.gz[,Y…] [--generate N] [--page-ms N]
 * prints one JSON line {"url": …} and runs until killed. One collection a file; ids are `c0`, `c1`, …
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type FixtureObject, generated, readFixture } from './stix-fixture.ts';

export interface NdjsonServer {
  url: string;
  requests: () => number;
  close(): Promise<void>;
}

interface Stored {
  id: string;
  title: string;
  /** Ascending by date added. */
  all: FixtureObject[];
  /** Only the latest version of each id. */
  last: FixtureObject[];
}

export async function startNdjsonServer(options: {
  version: '2.0' | '2.1';
  collections: { title: string; objects: FixtureObject[] }[];
  port?: number;
  /** Every data page takes at least this long. */
  pageMs?: number;
}): Promise<NdjsonServer> {
  const stored = options.collections.map((c, i): Stored => {
    const all = c.objects.toSorted((a, b) => (a.added < b.added ? -1 : a.added > b.added ? 1 : 0));
    const newest = new Map<string, FixtureObject>();
    for (const o of all) if (o.version >= (newest.get(o.id)?.version ?? '')) newest.set(o.id, o);
    return { id: `c${i}`, title: c.title, all, last: all.filter((o) => newest.get(o.id) === o) };
  });
  const v21 = options.version === '2.1';
  const type = v21 ? 'application/taxii+json;version=2.1' : 'application/vnd.oasis.taxii+json; version=2.0';
  let requests = 0;

  function answer(req: IncomingMessage, res: ServerResponse): void {
    requests++;
    const url = new URL(req.url ?? '/', 'http://x');
    const parts = url.pathname.split('/').filter((p) => p !== '');
    const [, , id, resource] = parts;
    const collection = stored.find((c) => c.id === id);
    if (parts[0] === 'root' && collection !== undefined) {
      const page = v21 ? page21(url, collection, resource) : page20(url, req, collection, resource);
      const reply = (): void => send(res, page.status, page.type, page.body, page.headers);
      if (options.pageMs === undefined || options.pageMs === 0) reply();
      else setTimeout(reply, options.pageMs);
      return;
    }
    const value = description(url.pathname);
    if (value === null) send(res, 404, type, '{"title":"Not found"}', {});
    else send(res, 200, type, JSON.stringify(value), {});
  }

  function description(path: string): unknown {
    if (path === (v21 ? '/taxii2/' : '/taxii/')) return { title: 'Test', api_roots: ['/root/'] };
    if (path === '/root/') {
      return { title: 'Root', versions: [v21 ? type : 'taxii-2.0'], max_content_length: 1_000_000 };
    }
    if (path !== '/root/collections/') return null;
    return {
      collections: stored.map((c) => ({ id: c.id, title: c.title, can_read: true, can_write: false })),
    };
  }

  function select(url: URL, c: Stored): FixtureObject[] {
    const after = url.searchParams.get('added_after');
    const types = url.searchParams.get('match[type]')?.split(',');
    let list = url.searchParams.get('match[version]') === 'all' ? c.all : c.last;
    if (after !== null) {
      const ms = Date.parse(after);
      list = list.filter((o) => Date.parse(o.added) > ms);
    }
    return types === undefined ? list : list.filter((o) => types.includes(o.type));
  }

  function page21(url: URL, c: Stored, resource: string | undefined): Page {
    const list = select(url, c);
    const limit = Number(url.searchParams.get('limit') ?? 1000);
    const start = Number(url.searchParams.get('next') ?? 0);
    const slice = list.slice(start, start + limit);
    const more = start + limit < list.length;
    const items = slice.map((o) =>
      resource === 'manifest'
        ? `{"id":"${o.id}","date_added":"${o.added}","version":"${o.version}","media_type":"application/stix+json;version=2.1"}`
        : o.text,
    );
    const head = more ? `"more":true,"next":"${start + limit}",` : '"more":false,';
    const body = slice.length === 0 ? '{}' : `{${head}"objects":[${items.join(',')}]}`;
    return { status: 200, type, body, headers: dates(slice) };
  }

  function page20(url: URL, req: IncomingMessage, c: Stored, resource: string | undefined): Page {
    const list = select(url, c);
    const m = /^items[= ](\d+)-(\d+)$/.exec(req.headers.range ?? '');
    const start = m === null ? 0 : Number(m[1]);
    const end = m === null ? list.length : Math.min(list.length, Number(m[2]) + 1);
    if (m !== null && start >= list.length && list.length > 0) {
      return {
        status: 416,
        type,
        body: '{"title":"Range"}',
        headers: { 'content-range': `items */${list.length}` },
      };
    }
    const slice = list.slice(start, end);
    const items = slice.map((o) =>
      resource === 'manifest'
        ? `{"id":"${o.id}","date_added":"${o.added}","versions":["${o.version}"],"media_types":["application/vnd.oasis.stix+json; version=2.0"]}`
        : o.text,
    );
    const manifest = resource === 'manifest';
    const lead = manifest
      ? '{"objects":['
      : '{"type":"bundle","id":"bundle--1","spec_version":"2.0","objects":[';
    return {
      status: m === null ? 200 : 206,
      type: manifest ? type : 'application/vnd.oasis.stix+json; version=2.0',
      body: `${lead}${items.join(',')}]}`,
      headers: {
        ...dates(slice),
        ...(slice.length === 0
          ? {}
          : { 'content-range': `items ${start}-${start + slice.length - 1}/${list.length}` }),
      },
    };
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/${v21 ? 'taxii2' : 'taxii'}/`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Page {
  status: number;
  type: string;
  body: string;
  headers: Record<string, string>;
}

function dates(slice: readonly FixtureObject[]): Record<string, string> {
  const first = slice[0];
  const last = slice.at(-1);
  if (first === undefined || last === undefined) return {};
  return { 'x-taxii-date-added-first': first.added, 'x-taxii-date-added-last': last.added };
}

function send(
  res: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string>,
): void {
  const bytes = Buffer.from(body);
  res.writeHead(status, { 'content-type': type, 'content-length': bytes.length, ...headers });
  res.end(bytes);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      version: { type: 'string', default: '2.1' },
      port: { type: 'string', default: '0' },
      file: { type: 'string' },
      generate: { type: 'string' },
      'page-ms': { type: 'string', default: '0' },
    },
  });
  const collections = (values.file?.split(',') ?? []).map((path) => ({
    title: basename(path).replace(/\.ndjson(\.gz)?$/, ''),
    objects: readFixture(path),
  }));
  if (values.generate !== undefined)
    collections.push({ title: 'generated', objects: generated(Number(values.generate)) });
  const server = await startNdjsonServer({
    version: values.version === '2.0' ? '2.0' : '2.1',
    collections,
    port: Number(values.port),
    pageMs: Number(values['page-ms']),
  });
  console.log(JSON.stringify({ url: server.url }));
}
