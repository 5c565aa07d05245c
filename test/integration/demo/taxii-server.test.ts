import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSample, type SampleCollection } from '../../../main/node/demo/sample-stix.ts';
import {
  RESTRICTED_COLLECTION,
  startTaxiiServer,
  type TaxiiServer,
} from '../../../main/node/demo/taxii-server.ts';

const TAXII_21 = 'application/taxii+json;version=2.1';
const TAXII_20 = 'application/vnd.oasis.taxii+json; version=2.0';
const STIX_20 = 'application/vnd.oasis.stix+json; version=2.0';
const username = 'desk';
const password = 'with:colon and ü';
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

type Body = {
  more?: boolean;
  next?: string;
  objects?: {
    id: string;
    type?: string;
    date_added?: string;
    version?: string;
    versions?: string[];
    modified?: string;
  }[];
  [key: string]: unknown;
};
const ask = (
  server: TaxiiServer,
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {},
) =>
  fetch(new URL(path, server.url), {
    redirect: 'manual',
    ...init,
    headers: { authorization, accept: TAXII_21, ...headers },
  });
const json = async (response: Response) => (await response.json()) as Body;

function collection(collections: SampleCollection[], i: number): SampleCollection {
  const found = collections[i];
  if (found === undefined) throw new Error('The sample has four collections.');
  return found;
}

describe('TAXII 2.1', () => {
  let server: TaxiiServer;
  const { collections } = generateSample({ objects: 900 });
  const one = collection(collections, 0);
  const base = `/intel/collections/${one.id}`;
  beforeAll(async () => {
    server = await startTaxiiServer({ version: '2.1', collections, username, password, pageCap: 200 });
  });
  afterAll(() => server.close());

  it('tells its roots, relative to itself, and their collections', async () => {
    const response = await ask(server, '/taxii2/');
    expect(response.headers.get('content-type')).toBe(TAXII_21);
    expect(await json(response)).toMatchObject({ default: '/intel/', api_roots: ['/intel/', '/sensors/'] });
    expect(await json(await ask(server, '/intel/'))).toMatchObject({ versions: [TAXII_21] });
    const listed = await json(await ask(server, '/intel/collections/'));
    expect(listed.collections).toMatchObject([
      { can_read: true },
      { can_read: true },
      { can_read: true },
      { can_read: false },
    ]);
    expect(await json(await ask(server, `${base}/`))).toMatchObject({
      id: one.id,
      title: 'Perimeter indicators',
    });
  });

  it('pages with next to every object, texts untouched', async () => {
    const texts: string[] = [];
    let next: string | undefined;
    let pages = 0;
    let received = 0;
    do {
      const query: string = next === undefined ? '' : `&next=${encodeURIComponent(next)}`;
      const response = await ask(server, `${base}/objects/?limit=70&match%5Bversion%5D=all${query}`);
      const text = await response.text();
      const body = JSON.parse(text) as Body;
      texts.push(text);
      received += body.objects?.length ?? 0;
      expect(body.objects?.length).toBeLessThanOrEqual(70);
      expect(response.headers.get('x-taxii-date-added-last')).toMatch(/\.\d{6}Z$/);
      next = body.next;
      expect(body.more).toBe(next !== undefined);
      pages += 1;
    } while (next !== undefined && pages < 100);
    expect(pages).toBe(Math.ceil(one.objects.length / 70));
    expect(received).toBe(one.objects.length);
    const joined = texts.join('\n');
    expect(one.objects.filter(({ raw }) => !joined.includes(raw))).toEqual([]);
  });

  it('answers the same page for the same next', async () => {
    const { next } = await json(await ask(server, `${base}/objects/?limit=5`));
    const again = async () => (await ask(server, `${base}/objects/?limit=5&next=${next}`)).text();
    expect(await again()).toBe(await again());
  });

  it('gives the last version unless asked, and each that is asked for', async () => {
    const versions = Map.groupBy(
      one.objects.map(({ raw }) => JSON.parse(raw) as { id: string; modified: string }),
      ({ id }) => id,
    );
    const [id, several] = [...versions].find(([, found]) => found.length === 3) ?? ['', []];
    const modified = several.map((version) => version.modified);
    const get = async (query: string) =>
      (await json(await ask(server, `${base}/objects/${id}/${query}`))).objects?.map(
        (found) => found.modified,
      );
    expect(modified).toHaveLength(3);
    expect(await get('')).toEqual([modified[2]]);
    expect(await get('?match[version]=first')).toEqual([modified[0]]);
    expect(await get('?match[version]=all')).toEqual(modified);
    expect(await get(`?match[version]=first,${modified[1]}`)).toEqual([modified[0], modified[1]]);
    const listed = await json(await ask(server, `${base}/objects/${id}/versions/`));
    expect(listed.versions).toEqual([...modified].reverse());
  });

  it('filters by type, id and added_after, which is exclusive', async () => {
    const types = await json(await ask(server, `${base}/objects/?match[type]=sighting,relationship`));
    expect([...new Set(types.objects?.map(({ type }) => type))].sort()).toEqual(['relationship', 'sighting']);
    const manifest = await json(await ask(server, `${base}/manifest/?match[version]=all&limit=200`));
    const [first, second] = manifest.objects ?? [];
    expect(Object.keys(first ?? {})).toEqual(['id', 'date_added', 'version', 'media_type']);
    const after = await json(
      await ask(server, `${base}/manifest/?match[version]=all&added_after=${first?.date_added}`),
    );
    expect(after.objects?.[0]).toEqual(second);
    expect(await json(await ask(server, `${base}/objects/?added_after=2090-01-01T00:00:00Z`))).toEqual({});
  });

  it('shows what was published since the last look', async () => {
    const last = one.objects.at(-1)?.addedAt;
    const raw = '{"type":"tool","id":"tool--a1b2c3d4-0000-4000-8000-000000000001","x":1.0}';
    const { addedAt } = server.publish(one.id, raw);
    const second = server.publish(one.id, raw.replace('0001"', '0002"'));
    expect(second.addedAt > addedAt).toBe(true);
    const text = await (await ask(server, `${base}/objects/?added_after=${last}`)).text();
    expect(text).toContain(raw);
    expect(() => server.publish('nowhere', raw)).toThrow('no collection');
    expect(() => server.publish(one.id, '{}')).toThrow('id and a type');
  });

  it.each([
    ['/taxii2/', { authorization: '' }, 401],
    ['/taxii2/', { authorization: `Basic ${btoa('desk:wrong')}` }, 401],
    ['/taxii2/', { accept: TAXII_20 }, 406],
    ['/taxii2/', { accept: 'application/taxii+json;version=3.0' }, 406],
    ['/nowhere/', {}, 404],
    ['/intel/collections/107/', {}, 404],
    [`${base}/objects/tool--none/`, {}, 404],
    [`${base}/rubbish/`, {}, 404],
    [`/intel/collections/${RESTRICTED_COLLECTION.id}/objects/`, {}, 403],
    [`${base}/objects/?limit=0`, {}, 400],
    [`${base}/objects/?next=made-up`, {}, 400],
    [`${base}/objects/?added_after=yesterday`, {}, 400],
    [`${base}/objects/?match[version]=all,last`, {}, 400],
    ['/intel/%ff/', {}, 400],
  ])('refuses %s %j with %i in its own words', async (path, headers, status) => {
    const response = await ask(server, path, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe(TAXII_21);
    expect(await json(response)).toMatchObject({ http_status: String(status), title: expect.any(String) });
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
  });

  it.each([
    '*/*',
    'application/*',
    'APPLICATION/TAXII+JSON',
    'text/html, application/taxii+json; version="2.1"',
  ])('takes Accept %s', async (accept) => {
    expect((await ask(server, '/taxii2/', { accept })).status).toBe(200);
  });

  it('redirects to the trailing slash, keeping the query, and only reads', async () => {
    const response = await ask(server, `${base}/objects?limit=3`);
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe(`${base}/objects/?limit=3`);
    const post = await ask(server, `${base}/objects/`, {}, { method: 'POST', body: '{}' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('TAXII 2.0', () => {
  let server: TaxiiServer;
  const { collections } = generateSample({ objects: 900, version: '2.0' });
  const one = collection(collections, 3);
  const base = `/sensors/collections/${one.id}`;
  beforeAll(async () => {
    server = await startTaxiiServer({ version: '2.0', collections, username, password, pageCap: 100 });
  });
  afterAll(() => server.close());
  const last = () => Map.groupBy(one.objects, ({ raw }) => (JSON.parse(raw) as { id: string }).id).size;

  it('tells whole URLs of its roots', async () => {
    const response = await ask(server, '/taxii/', { accept: TAXII_20 });
    expect(response.headers.get('content-type')).toBe(TAXII_20);
    expect((await json(response)).default).toBe(new URL('/intel/', server.url).href);
  });

  it.each(['items ', 'items='])('pages by Range spelt “%s” to the announced total', async (unit) => {
    const ids = new Set<string>();
    let start = 0;
    let total = Number.POSITIVE_INFINITY;
    while (start < total) {
      const response = await ask(server, `${base}/objects/`, {
        accept: STIX_20,
        range: `${unit}${start}-${start + 499}`,
      });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-type')).toBe(STIX_20);
      const [, from, to, of] =
        /^items (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
      const body = await json(response);
      expect(Number(from)).toBe(start);
      expect(body.objects).toHaveLength(Number(to) - start + 1);
      for (const { id } of body.objects ?? []) ids.add(id);
      start = Number(to) + 1;
      total = Number(of);
    }
    expect(ids.size).toBe(last());
    const beyond = await ask(server, `${base}/objects/`, {
      accept: STIX_20,
      range: `${unit}${total}-${total + 9}`,
    });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `items */${total}`]);
  });

  it('answers part with 206 when no Range was asked and there is more', async () => {
    const response = await ask(server, `${base}/objects/`, { accept: STIX_20 });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, `items 0-99/${last()}`]);
    expect((await json(response)).type).toBe('bundle');
    const none = await ask(server, `${base}/objects/?match[type]=grouping`, {
      accept: STIX_20,
      range: 'items 0-9',
    });
    expect([none.status, (await json(none)).objects]).toEqual([200, []]);
  });

  it('reads a manifest row the same under any added_after, dated by its last version', async () => {
    const rows = async (query: string, range: string) =>
      (await json(await ask(server, `${base}/manifest/${query}`, { accept: TAXII_20, range }))).objects ?? [];
    const all = [];
    for (let start = 0; start < last(); start += 100)
      all.push(...(await rows('', `items ${start}-${start + 99}`)));
    const ids = Map.groupBy(one.objects, ({ raw }) => (JSON.parse(raw) as { id: string }).id);
    const [id, several = []] = [...ids].find(([, found]) => found.length > 1) ?? [];
    const added = several.at(-1)?.addedAt ?? '';
    const row = all.find((found) => found.id === id);
    expect(row).toMatchObject({ date_added: added, versions: { length: several.length } });
    const justBefore = new Date(Date.parse(added) - 1).toISOString();
    expect(await rows(`?added_after=${justBefore}`, 'items 0-99')).toContainEqual(row);
    expect(await rows(`?added_after=${added}`, 'items 0-99')).not.toContainEqual(row);
  });

  it('lists one manifest row an object, newest version first', async () => {
    const response = await ask(server, `${base}/manifest/`, { accept: TAXII_20, range: 'items 0-99' });
    const body = await json(response);
    expect(response.headers.get('content-range')).toBe(`items 0-99/${last()}`);
    for (const row of body.objects ?? [])
      expect(row.versions).toEqual([...(row.versions ?? [])].sort().reverse());
  });

  it.each([
    [`${base}/objects/`, { accept: TAXII_20 }, 406],
    [`${base}/manifest/`, { accept: STIX_20 }, 406],
    [`${base}/objects/`, { accept: STIX_20, range: 'bytes=0-99' }, 400],
    [`${base}/objects/`, { accept: STIX_20, range: 'items 9-0' }, 400],
    [`${base}/objects/`, { accept: STIX_20, authorization: '' }, 401],
  ])('refuses %s %j with %i', async (path, headers, status) => {
    const response = await ask(server, path, headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, TAXII_20]);
  });
});

it('frees its port when it closes', async () => {
  const options = { version: '2.1' as const, collections: [], username, password };
  const first = await startTaxiiServer(options);
  const port = Number(new URL(first.url).port);
  await first.close();
  const second = await startTaxiiServer({ ...options, port });
  await expect(startTaxiiServer({ ...options, port })).rejects.toThrow('EADDRINUSE');
  await second.close();
});
