import { createServer, type IncomingMessage } from 'node:http';
import { closeNow, listen } from './loopback-server.ts';
import type { SampleCollection } from './sample-stix.ts';
import { type Answer, authorised, errorAnswer, send, TaxiiError } from './taxii-answer.ts';
import { discovery, resource, type ServedCollection, type Service, taxiiType } from './taxii-resources.ts';
import { Shelf } from './taxii-shelf.ts';

export interface TaxiiServerOptions {
  version: '2.1' | '2.0';
  /** The last of several goes under an API root of its own, so that the demo shows more than one. */
  collections: readonly SampleCollection[];
  username: string;
  password: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** Most objects a page holds whatever is asked; default 1000. */
  pageCap?: number;
}

export interface TaxiiServer {
  /** The discovery URL. */
  url: string;
  /** Adds an object to a running collection, as arrived now. Throws on an unknown collection or text without id and type. */
  publish(collectionId: string, raw: string): { addedAt: string };
  close(): Promise<void>;
}

/** Listed by every server and readable by nobody: clients must skip it with a note. */
export const RESTRICTED_COLLECTION = {
  id: '0f6c1d52-9d0a-4a57-8c39-5a3be7c8d1ff',
  title: 'Restricted casework',
  description: 'For members of the casework group only.',
};

/**
 * A well-behaved TAXII 2.1 or 2.0 server on 127.0.0.1 for the demo and for tests: discovery, roots, collections, objects,
 * manifests, versions, filters, paging, basic authentication and TAXII's error bodies. Read only.
 */
export async function startTaxiiServer(options: TaxiiServerOptions): Promise<TaxiiServer> {
  const served = options.collections.map((collection): ServedCollection => {
    const shelf = new Shelf();
    for (const { raw, addedAt } of collection.objects) shelf.add(raw, addedAt);
    return {
      id: collection.id,
      title: collection.title,
      description: collection.description,
      canRead: true,
      shelf,
    };
  });
  const first = served.length > 1 ? served.slice(0, -1) : served;
  const rest = served.length > 1 ? served.slice(-1) : [];
  const restricted: ServedCollection = { ...RESTRICTED_COLLECTION, canRead: false, shelf: new Shelf() };
  const service: Service = {
    version: options.version,
    pageCap: options.pageCap ?? 1000,
    roots: [
      {
        name: 'intel',
        title: 'Intelligence',
        description: 'What the desk has written up.',
        collections: [...first, restricted],
      },
      ...(rest.length > 0
        ? [
            {
              name: 'sensors',
              title: 'Sensors',
              description: 'What the sensors have seen.',
              collections: rest,
            },
          ]
        : []),
    ],
  };
  const discoveryPath = options.version === '2.1' ? '/taxii2/' : '/taxii/';
  const server = createServer((request, response) => {
    try {
      send(request, response, answer(service, discoveryPath, options, request));
    } catch (error) {
      const told =
        error instanceof TaxiiError
          ? error
          : new TaxiiError(500, 'Internal error', 'The demo server failed on this request.');
      send(request, response, errorAnswer(told, taxiiType(service)));
    }
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}${discoveryPath}`,
    publish: (collectionId, raw) => {
      const collection = served.find((one) => one.id === collectionId);
      if (collection === undefined) throw new Error(`There is no collection ${collectionId}.`);
      return { addedAt: collection.shelf.add(raw).addedAt };
    },
    close: () => closeNow(server),
  };
}

function answer(
  service: Service,
  discoveryPath: string,
  credentials: { username: string; password: string },
  request: IncomingMessage,
): Answer {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (!url.pathname.endsWith('/')) {
    const location = `${url.pathname}/${url.search}`;
    return { status: 308, type: taxiiType(service), body: '{}', headers: { Location: location } };
  }
  if (!authorised(request, credentials.username, credentials.password)) {
    throw new TaxiiError(401, 'Unauthorized', 'Name or password are not right.', {
      'WWW-Authenticate': 'Basic realm="Sluice demo feeds", charset="UTF-8"',
    });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new TaxiiError(405, 'Method not allowed', 'The demo feeds can only be read.', {
      Allow: 'GET, HEAD',
    });
  }
  if (url.pathname === discoveryPath) return discovery(service, request);
  const [name, ...path] = segments(url.pathname);
  const root = service.roots.find((one) => one.name === name);
  if (root === undefined) throw new TaxiiError(404, 'Not found', `${url.pathname} does not exist here.`);
  return resource(service, root, path, url.searchParams, request);
}

function segments(pathname: string): string[] {
  try {
    return pathname.slice(1, -1).split('/').map(decodeURIComponent);
  } catch {
    throw new TaxiiError(400, 'Bad request', 'The path is not properly encoded.');
  }
}
