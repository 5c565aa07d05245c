import type { IncomingMessage } from 'node:http';
import { type Answer, requireAccept, STIX_20, TAXII_20, TAXII_21, TaxiiError } from './taxii-answer.ts';
import { dateHeaders, limitPage, rangePage, readQuery } from './taxii-request.ts';
import type { Entry, Shelf } from './taxii-shelf.ts';

/** A collection as it is listed. `canRead` false: listed, but its objects are 403. */
export interface ServedCollection {
  id: string;
  title: string;
  description: string;
  canRead: boolean;
  shelf: Shelf;
}

export interface ServedRoot {
  /** Path segment, e.g. `intel`. */
  name: string;
  title: string;
  description: string;
  collections: readonly ServedCollection[];
}

export interface Service {
  version: '2.1' | '2.0';
  /** Most objects a page holds, whatever was asked. */
  pageCap: number;
  roots: readonly ServedRoot[];
}

const json = (type: string, value: unknown, headers?: Record<string, string>, status = 200): Answer => ({
  status,
  type,
  body: JSON.stringify(value),
  ...(headers === undefined ? {} : { headers }),
});

export const taxiiType = (service: Service) => (service.version === '2.1' ? TAXII_21 : TAXII_20);
const objectType = (service: Service) =>
  service.version === '2.1' ? 'application/stix+json;version=2.1' : STIX_20;
const missing = (what: string) => new TaxiiError(404, 'Not found', `${what} does not exist here.`);

export function discovery(service: Service, request: IncomingMessage): Answer {
  requireAccept(request, taxiiType(service));
  // 2.1 allows roots relative to the server (section 4.1.1), 2.0 wants whole URLs.
  const base = service.version === '2.1' ? '' : `http://${request.headers.host ?? '127.0.0.1'}`;
  const urls = service.roots.map((root) => `${base}/${root.name}/`);
  return json(taxiiType(service), {
    title: `Sluice demo feeds (TAXII ${service.version})`,
    description: 'Sample data of invented incidents, for trying things out.',
    contact: 'desk@demo.example',
    default: urls[0],
    api_roots: urls,
  });
}

const described = (service: Service, collection: ServedCollection) => ({
  id: collection.id,
  title: collection.title,
  description: collection.description,
  can_read: collection.canRead,
  can_write: false,
  media_types: [objectType(service)],
});

/** Answers what lies below an API root. `path` is split and decoded, without the root's name. Throws TaxiiError. */
export function resource(
  service: Service,
  root: ServedRoot,
  path: readonly string[],
  parameters: URLSearchParams,
  request: IncomingMessage,
): Answer {
  const type = taxiiType(service);
  const [head, id, part, objectId, tail] = path;
  const isObjects = part === 'objects' && tail === undefined;
  requireAccept(request, isObjects && service.version === '2.0' ? STIX_20 : type);
  if (head === undefined) {
    const versions = service.version === '2.1' ? [TAXII_21] : ['taxii-2.0'];
    return json(type, {
      title: root.title,
      description: root.description,
      versions,
      max_content_length: 10_485_760,
    });
  }
  if (head !== 'collections') throw missing(`/${path.join('/')}/`);
  if (id === undefined)
    return json(type, { collections: root.collections.map((one) => described(service, one)) });
  const collection = root.collections.find((one) => one.id === id);
  if (collection === undefined) throw missing(`Collection ${id}`);
  if (part === undefined) return json(type, described(service, collection));
  if (!collection.canRead)
    throw new TaxiiError(403, 'Forbidden', `Collection ${id} may not be read with these credentials.`);
  const { shelf } = collection;
  const query = readQuery(parameters);
  if (objectId !== undefined) {
    if (part !== 'objects' || path.length > 5) throw missing(`/${path.join('/')}/`);
    if (!shelf.has(objectId)) throw missing(`Object ${objectId}`);
    if (tail === 'versions' && service.version === '2.1') {
      const all = shelf.select({ ...query, ids: [objectId], versions: ['all'] });
      const { page, next } = limitPage(all, parameters, service.pageCap);
      const versions = page.map((entry) => entry.version).reverse();
      return json(
        type,
        { more: next !== null, ...(next === null ? {} : { next }), versions },
        dateHeaders(page),
      );
    }
    if (tail !== undefined) throw missing(`/${path.join('/')}/`);
    return objects(service, shelf.select({ ...query, ids: [objectId] }), parameters, request);
  }
  if (part === 'objects') return objects(service, shelf.select(query), parameters, request);
  if (part === 'manifest') {
    if (service.version === '2.1') return manifest21(service, shelf.select(query), parameters);
    const versions = parameters.has('match[version]') ? query.versions : ['all'];
    const since = shelf.select({ ...query, versions });
    return manifest20(service, since, shelf.select({ ...query, versions, addedAfter: null }), request);
  }
  throw missing(`/${path.join('/')}/`);
}

function objects(
  service: Service,
  entries: readonly Entry[],
  parameters: URLSearchParams,
  request: IncomingMessage,
): Answer {
  if (service.version === '2.1') {
    const { page, next } = limitPage(entries, parameters, service.pageCap);
    // An empty envelope has no members: lists may not be empty. TAXII 2.1 sections 2 and 3.7.
    const head = next === null ? '"more":false' : `"more":true,"next":${JSON.stringify(next)}`;
    const body =
      page.length === 0 ? '{}' : `{${head},"objects":[${page.map((entry) => entry.raw).join(',')}]}`;
    return { status: 200, type: TAXII_21, body, headers: dateHeaders(page) };
  }
  const { page, status, contentRange } = rangePage(entries, request.headers.range, service.pageCap);
  return {
    status,
    type: STIX_20,
    body: `{"type":"bundle","id":"bundle--8b1d2a6e-3f57-4c0e-b8a4-6d90c1e2f735","spec_version":"2.0","objects":[${page.map((entry) => entry.raw).join(',')}]}`,
    headers: { ...dateHeaders(page), ...(contentRange === null ? {} : { 'Content-Range': contentRange }) },
  };
}

/** One row a version. TAXII 2.1 section 5.3. */
function manifest21(service: Service, entries: readonly Entry[], parameters: URLSearchParams): Answer {
  const { page, next } = limitPage(entries, parameters, service.pageCap);
  if (page.length === 0) return json(TAXII_21, {});
  const rows = page.map((entry) => ({
    id: entry.id,
    date_added: entry.addedAt,
    version: entry.version,
    media_type: objectType(service),
  }));
  return json(
    TAXII_21,
    { more: next !== null, ...(next === null ? {} : { next }), objects: rows },
    dateHeaders(page),
  );
}

/**
 * One row an object with its versions, newest first; dated by its last version, so that a new one shows under added_after. A row
 * lists the older versions too: it reads the same whichever added_after found it. TAXII 2.0 section 5.6.
 */
function manifest20(
  service: Service,
  since: readonly Entry[],
  all: readonly Entry[],
  request: IncomingMessage,
): Answer {
  const wanted = new Set(since.map((entry) => entry.id));
  const byId = Map.groupBy(
    all.filter((entry) => wanted.has(entry.id)),
    (entry) => entry.id,
  );
  const rows = [...byId]
    .map(([id, own]) => ({ id, addedAt: own.at(-1)?.addedAt ?? '', seq: own.at(-1)?.seq ?? 0, own }))
    .sort((a, b) => a.seq - b.seq);
  const { page, status, contentRange } = rangePage(rows, request.headers.range, service.pageCap);
  const listed = page.map(({ id, addedAt, own }) => ({
    id,
    date_added: addedAt,
    versions: own.map((entry) => entry.version).reverse(),
    media_types: [STIX_20],
  }));
  const headers = {
    ...dateHeaders(page),
    ...(contentRange === null ? {} : { 'Content-Range': contentRange }),
  };
  return json(TAXII_20, listed.length === 0 ? {} : { objects: listed }, headers, status);
}
