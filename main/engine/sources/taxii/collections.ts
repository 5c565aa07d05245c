import { SluiceError } from '../../../../shared/errors.ts';
import { parseContentRange } from './content-range.ts';
import type { ApiRoot } from './discovery.ts';
import type { TaxiiVersion } from './media-type.ts';
import type { TaxiiCall, TaxiiClient } from './taxii-client.ts';

/** TAXII 2.1 section 5.2.1. */
export interface Collection {
  /** Absolute URL of its API root as it was reached, ends in `/`. */
  apiRoot: string;
  id: string;
  title: string;
  description: string;
  alias: string | null;
  /** false only when the server says so: null or missing is tried. */
  canRead: boolean;
}

/**
 * All collections of an API root. A root that cannot be used as listed is tried once at its fallback.
 * @throws SluiceError the first failure when both fail
 */
export async function listCollections(
  client: TaxiiClient,
  root: ApiRoot,
  version: TaxiiVersion,
  call: TaxiiCall,
): Promise<{ rootUrl: string; collections: Collection[] }> {
  try {
    return { rootUrl: root.url, collections: await listAt(client, root.url, version, call) };
  } catch (error) {
    if (root.fallback === null || call.signal.aborted) throw error;
    try {
      return { rootUrl: root.fallback, collections: await listAt(client, root.fallback, version, call) };
    } catch {
      throw error;
    }
  }
}

async function listAt(
  client: TaxiiClient,
  rootUrl: string,
  version: TaxiiVersion,
  call: TaxiiCall,
): Promise<Collection[]> {
  const found = new Map<string, Collection>();
  const url = `${rootUrl}collections/`;
  let headers: Record<string, string> = {};
  for (;;) {
    const { answer, body } = await client.getJson({
      ...call,
      url,
      version,
      resource: 'taxii',
      headers,
      expect: Object.keys(headers).length === 0 ? [] : [416],
    });
    const list = body.get('collections');
    const before = found.size;
    for (const entry of Array.isArray(list) ? list : []) {
      const c = collectionOf(entry, rootUrl);
      if (c !== null) found.set(c.id, c);
    }
    // TAXII 2.0 may page this too (section 5.1). Nothing new means that the server does not follow.
    const range = parseContentRange(answer.headers.get('content-range'));
    if (answer.status !== 206 || found.size === before || range?.total == null || found.size >= range.total)
      break;
    headers = { range: `items=${found.size}-${range.total}` };
  }
  return [...found.values()];
}

function collectionOf(entry: unknown, apiRoot: string): Collection | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const o = entry as Record<string, unknown>;
  // Ids are opaque: seen as UUIDs, numbers and STIX ids.
  const id = typeof o.id === 'number' ? String(o.id) : o.id;
  if (typeof id !== 'string' || id === '') return null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    apiRoot,
    id,
    title: text(o.title),
    description: text(o.description),
    alias: text(o.alias) || null,
    canRead: o.can_read !== false,
  };
}

/** Keeps those the settings name by id, alias or title; `missing` are names nothing answered to. */
export function chooseCollections(
  all: readonly Collection[],
  wanted: readonly string[] | null,
): { chosen: Collection[]; missing: string[] } {
  if (wanted === null) return { chosen: [...all], missing: [] };
  const matches = (c: Collection, name: string): boolean =>
    c.id === name || c.alias === name || c.title === name;
  return {
    chosen: all.filter((c) => wanted.some((name) => matches(c, name))),
    missing: wanted.filter((name) => !all.some((c) => matches(c, name))),
  };
}

export function collectionsMissing(missing: readonly string[], had: readonly Collection[]): SluiceError {
  return new SluiceError({
    code: 'taxii.collection-missing',
    message: `The server has no collection ${missing.join(', ')}.`,
    cause: had.length === 0 ? 'It lists none for these credentials' : `It lists ${had.length} others`,
    remedy: 'Choose among the collections that the test connection shows.',
  });
}
