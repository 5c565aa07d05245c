import { type Failure, SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { TaxiiSettings } from '../../../../shared/settings.ts';
import type { TaxiiVersion } from './media-type.ts';
import { isWrongVersion, type TaxiiCall, type TaxiiClient } from './taxii-client.ts';
import { NOT_FOUND, wrongVersion } from './taxii-errors.ts';

export interface ApiRoot {
  /** Absolute, ends in `/`. */
  url: string;
  /** Where to try when `url` cannot be reached: the same path on the server that was asked. Roots behind a proxy carry inner names. */
  fallback: string | null;
}

export interface Discovered {
  version: TaxiiVersion;
  title: string | null;
  roots: ApiRoot[];
  /** Set when the URL named one collection. */
  collection: string | null;
}

/**
 * From the URL a user pasted to API roots. Takes a discovery, API root, collections, collection, objects or manifest URL,
 * or just the server's address. TAXII 2.1 sections 1.7 and 4.1.
 * @throws SluiceError PullError 301–304, `taxii.wrong-version`, network failures
 */
export async function discover(
  client: TaxiiClient,
  settings: TaxiiSettings,
  call: TaxiiCall,
): Promise<Discovered> {
  const pasted = new URL(settings.discoveryUrl);
  pasted.hash = '';
  pasted.username = '';
  pasted.password = '';
  const versions: TaxiiVersion[] =
    settings.taxiiVersion === 'detect' ? ['2.1', '2.0'] : [settings.taxiiVersion];
  const inside = /^(.*\/)collections(?:\/([^/]+)(?:\/(?:objects|manifest)(?:\/.*)?)?)?\/?$/.exec(
    pasted.pathname,
  );
  if (inside !== null) {
    const root = withPath(pasted, inside[1] ?? '/');
    const version = await whichVersion(client, `${root}collections/`, versions, settings, call);
    const collection = inside[2] === undefined ? null : decodeSegment(inside[2]);
    return { version, title: null, roots: [{ url: root, fallback: null }], collection };
  }
  const url = withSlash(pasted);
  const candidates = [url];
  // Just the server's address: the well-known places. TAXII 2.1 section 1.7, TAXII 2.0 section 1.5.
  if (pasted.pathname === '/') candidates.push(withPath(pasted, '/taxii2/'), withPath(pasted, '/taxii/'));
  let firstError: unknown = null;
  for (const candidate of candidates) {
    for (const version of versions) {
      try {
        const { answer, body } = await client.getJson({
          ...call,
          url: candidate,
          version,
          resource: 'taxii',
        });
        const found = classify(body, answer.url, settings, version);
        if (found !== null) return found;
        throw new SluiceError({ ...NOT_FOUND, cause: 'What answers at this URL is not TAXII' });
      } catch (error) {
        if (call.signal.aborted) throw error;
        firstError = worse(firstError, error);
        if (isWrongVersion(error) && settings.taxiiVersion !== 'detect') {
          throw await namingOther(client, candidate, settings.taxiiVersion, error, call);
        }
        if (!isWrongVersion(error) && !isNotFound(error) && !isRefused(error)) throw firstError;
      }
    }
  }
  throw firstError;
}

/** Of several failures the one that says most: wrong version beats not found, the first beats the later. */
function worse(first: unknown, next: unknown): unknown {
  if (first === null) return next;
  return isNotFound(first) && !isNotFound(next) ? next : first;
}

function isNotFound(error: unknown): boolean {
  return error instanceof SluiceError && error.failure.id === 303;
}

/** Some servers answer 400 to a media type they do not know. */
function isRefused(error: unknown): boolean {
  return error instanceof SluiceError && error.failure.code === 'taxii.refused';
}

function classify(
  body: ReadonlyMap<string, unknown>,
  url: string,
  settings: TaxiiSettings,
  version: TaxiiVersion,
): Discovered | null {
  const title = body.get('title');
  const named = typeof title === 'string' ? title : null;
  const listed = body.get('api_roots');
  const preferred = body.get('default');
  if (Array.isArray(listed) || typeof preferred === 'string') {
    const texts = (Array.isArray(listed) ? listed : []).filter((r): r is string => typeof r === 'string');
    if (typeof preferred === 'string') texts.push(preferred);
    return { version, title: named, roots: chooseRoots(texts, url, settings), collection: null };
  }
  if (Array.isArray(body.get('versions')) || body.has('max_content_length')) {
    return {
      version,
      title: named,
      roots: [{ url: withSlash(new URL(url)), fallback: null }],
      collection: null,
    };
  }
  // api_roots is optional: a discovery answer may be a title and no more.
  if (named !== null && settings.apiRoots !== null) {
    return { version, title: named, roots: chooseRoots([], url, settings), collection: null };
  }
  return named === null || body.has('id') ? null : { version, title: named, roots: [], collection: null };
}

/** Resolves what discovery lists, once each, and keeps those the settings ask for. */
function chooseRoots(listed: readonly string[], base: string, settings: TaxiiSettings): ApiRoot[] {
  const roots = new Map<string, ApiRoot>();
  const add = (text: string): ApiRoot | null => {
    let url: URL;
    try {
      url = new URL(text.trim(), base);
    } catch {
      return null;
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    const asked = new URL(base);
    // The listed scheme is often the inner one: never step down from https on the same host.
    if (asked.protocol === 'https:' && url.protocol === 'http:' && url.hostname === asked.hostname) {
      url = new URL(`${asked.origin}${url.pathname}`);
    }
    const absolute = withSlash(url);
    const root = roots.get(absolute) ?? {
      url: absolute,
      fallback: url.origin === asked.origin ? null : withPath(asked, url.pathname.replace(/\/*$/, '/')),
    };
    roots.set(absolute, root);
    return root;
  };
  for (const text of listed) add(text);
  if (settings.apiRoots === null) return [...roots.values()];
  const wanted = new Map<string, ApiRoot>();
  for (const text of settings.apiRoots) {
    const path = text.replace(/\/*$/, '/');
    const match = [...roots.values()].find(
      (r) => r.url === path || new URL(r.url).pathname === path || new URL(r.url).pathname === `/${path}`,
    );
    const root = match ?? add(text.includes('://') || text.startsWith('/') ? text : `/${text}`);
    if (root !== null) wanted.set(root.url, root);
  }
  return [...wanted.values()];
}

/** Which of the versions a collections URL answers in. */
async function whichVersion(
  client: TaxiiClient,
  url: string,
  versions: readonly TaxiiVersion[],
  settings: TaxiiSettings,
  call: TaxiiCall,
): Promise<TaxiiVersion> {
  let error: unknown = null;
  for (const version of versions) {
    try {
      await client.getJson({ ...call, url, version, resource: 'taxii' });
      return version;
    } catch (thrown) {
      error = thrown;
      if (!isWrongVersion(thrown)) throw thrown;
    }
  }
  if (settings.taxiiVersion !== 'detect') {
    throw await namingOther(client, url, settings.taxiiVersion, error, call);
  }
  throw error;
}

/** A wrong-version error that names the version the server does speak, found by asking in it. */
async function namingOther(
  client: TaxiiClient,
  url: string,
  asked: TaxiiVersion,
  error: unknown,
  call: TaxiiCall,
): Promise<unknown> {
  if (error instanceof SluiceError && error.failure.details.found !== null) return error;
  const other: TaxiiVersion = asked === '2.1' ? '2.0' : '2.1';
  try {
    await client.get({ ...call, url, version: other, resource: 'taxii' });
    return wrongVersion(asked, other, url);
  } catch (thrown) {
    if (call.signal.aborted) return thrown;
    // 401 in the other version still means that it was understood.
    const { id } = toFailure(thrown) satisfies Failure;
    return id === 301 || id === 302 ? wrongVersion(asked, other, url) : error;
  }
}

export function withSlash(url: URL): string {
  return withPath(url, url.pathname.replace(/\/*$/, '/'), url.search);
}

function withPath(url: URL, path: string, search = ''): string {
  return `${url.protocol}//${url.host}${path}${search}`;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
