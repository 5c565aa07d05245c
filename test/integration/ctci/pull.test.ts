import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import type { CtciMood, CtciServer } from '../../../main/node/demo/ctci-server.ts';
import { ctciServer, ctciSource, pullCewl, SAMPLE_TOKEN, TOKEN } from '../../servers/ctci-pulling.ts';
import { MemorySink } from '../../servers/memory-sink.ts';

let server: CtciServer;
let sink: MemorySink;
beforeEach(async () => {
  server = await ctciServer(60);
  sink = new MemorySink();
});
afterEach(() => server.close());

const pull = (settings: Parameters<typeof ctciSource>[1] = {}, token: string | null = TOKEN) =>
  pullCewl(sink, ctciSource(server.url, settings, token));
const records = (): RecordDraft[] => [...(sink.feeds.get('cewl cewl')?.records.values() ?? [])];
const changes = (): string[][] =>
  records().map((r) => [r.id, r.cells?.kind === 'cewl' ? r.cells.change : '']);
const raws = (): string[] => records().map((r) => Buffer.from(r.raw).toString());
const served = (): string[] => server.shelf.rows.map((row) => JSON.stringify(row));

describe('a pull of the list', () => {
  it('brings every row with its own bytes, asked for once with the token', async () => {
    const { summary, result, feed, lines } = await pull();
    expect(summary).toEqual({ requests: 1, failure: null });
    expect(raws()).toEqual(served());
    expect(server.asked).toEqual([{ path: '/api/v1/cewl', header: 'x-api-key' }]);
    expect(result).toMatchObject({
      received: 60,
      requests: 1,
      completeness: { complete: 'yes' },
      failure: null,
    });
    expect(feed?.feed).toMatchObject({ apiRoot: `${server.url}/`, collection: 'cewl', kind: 'cewl' });
    expect(feed?.cursor).toMatchObject({ idRef: 1059, rows: 60, comparedAt: expect.any(Number) });
    expect(lines).toEqual([
      'INFO [SETUP] CTCIDataPullerSetup(ctci_collector,ctci_test#ctci1,cewl#predefined) - Starting thread',
      'INFO [INPUT] CTCIDataPuller(ctci_collector,ctci_test#ctci1,cewl#predefined) - Starting thread',
      'WARNING Waiting until setup will be executed',
      'INFO Puller Setup Started',
      'INFO The API token will be sent in the header x-api-key',
      'INFO Puller Setup Terminated',
      'INFO Setup for module "CTCIDataPuller" has been successfully executed',
      'INFO PrePull Started',
      'INFO PrePull terminated',
      'INFO Pull Started',
      'INFO Started getting the CEWL from CTCI',
      'INFO Fetched 60 rows of the CEWL: 60 new, 0 changed, 0 gone',
    ]);
  });

  it('finds exactly what changed: 3 changed, 2 new, 1 gone', async () => {
    await pull();
    const { changed, added, removed } = server.turn();
    const { result, feed } = await pull();
    expect(changes().slice(60).sort()).toEqual(
      [
        ...changed.map((id) => [id, 'changed']),
        ...added.map((id) => [id, 'new']),
        ...removed.map((id) => [id, 'gone']),
      ].sort(),
    );
    expect(result).toMatchObject({ received: 61, completeness: { complete: 'yes' } });
    expect(feed?.duplicates).toBe(56);
    const gone = records().at(-1);
    expect(gone).toMatchObject({ id: removed[0], version: '2.gone', revoked: true });
    expect(Buffer.from(gone?.raw ?? []).toString()).toBe(raws()[0]);
    const third = await pull();
    expect(records()).toHaveLength(66);
    expect(third.feed?.duplicates).toBe(61);
  });

  it('knows a row again that comes back, as new', async () => {
    const before = server.shelf.rows[0];
    await pull();
    const [id] = server.turn().removed;
    await pull();
    server.mood({ kind: 'says', body: JSON.stringify({ data: [...server.shelf.rows, before] }) });
    await pull();
    expect(records().at(-1)).toMatchObject({
      id,
      revoked: false,
      version: expect.stringMatching(/^3\.[0-9a-f]{12}$/),
    });
    expect(changes().at(-1)).toEqual([id, 'new']);
  });

  it.each<[CtciMood['kind'], CtciMood, number]>([
    ['array', { kind: 'array' }, 1],
    ['text', { kind: 'text' }, 1],
    ['paged', { kind: 'paged', rows: 25 }, 3],
  ])('takes the list in the form %s', async (_name, mood, requests) => {
    server.mood(mood, requests);
    const { result } = await pull();
    expect(raws()).toEqual(served());
    expect(result).toMatchObject({ requests, completeness: { complete: 'yes' } });
  });

  it('takes the spellings of the API’s own description', async () => {
    server.mood({ kind: 'swapped' });
    await pull();
    expect(records().map((r) => r.id)).toEqual(server.shelf.rows.map((row) => row.cve));
    expect(records().map((r) => r.modified)).toEqual(server.shelf.rows.map((row) => row.date_added));
    expect(records().every((r) => r.problems.length === 0)).toBe(true);
  });

  it('keeps broken rows as problems and all others as they are', async () => {
    server.mood({ kind: 'broken' });
    const { result } = await pull();
    expect(records()).toHaveLength(64);
    const bad = records().filter((r) => r.problems.length > 0);
    expect(bad.map((r) => [r.id, r.problems[0]?.code])).toEqual([
      ['CVE-2099-00001', 'json.malformed'],
      ['CVE-2099-00002', 'json.malformed'],
      [expect.stringMatching(/^no-cve--/), 'cewl.cve-missing'],
      [expect.stringMatching(/^no-cve--/), 'json.not-an-object'],
    ]);
    expect(result?.completeness.complete).toBe('yes');
    server.mood({ kind: 'broken' });
    const again = await pull();
    expect(records()).toHaveLength(64);
    expect(again.feed?.duplicates).toBe(64);
  });

  it('keeps of one cve the row with the highest id_ref, and does not waver', async () => {
    const extra = (id_ref: number, note: string) => ({
      ...server.shelf.rows[0],
      id_ref,
      external_note: note,
    });
    const list = [extra(5, 'old'), ...server.shelf.rows.slice(1), extra(9000, 'newest'), extra(7, 'older')];
    server.mood({ kind: 'says', body: JSON.stringify(list) }, 3);
    await pull();
    const of = () => raws().filter((raw) => raw.includes(`"${server.shelf.rows[0]?.cve}"`));
    expect(of()).toEqual([JSON.stringify(extra(9000, 'newest'))]);
    const { feed } = await pull();
    expect(records()).toHaveLength(60);
    expect(feed?.duplicates).toBe(62);
  });

  it('downloads partitions, several at once, and compares them together', async () => {
    const years = [...new Set(server.shelf.rows.map((row) => String(row.year)))];
    const partitions = [...years, '1999'].map((year) => `year=${year}`);
    const { result } = await pull({ partitions, concurrency: 3 });
    expect(result).toMatchObject({ requests: partitions.length, completeness: { complete: 'yes' } });
    expect(raws().sort()).toEqual(served().sort());
    server.turn();
    await pull({ partitions, concurrency: 3 });
    expect(records()).toHaveLength(66);
  });
});

describe('no row is called gone', () => {
  const goneNow = () => changes().filter(([, change]) => change === 'gone').length;

  test('when the download fails, is cut or brings a page that is none', async () => {
    await pull();
    server.turn();
    const moods: CtciMood[] = [
      { kind: 'down', status: 500 },
      { kind: 'cut', bytes: 9_000, quietly: true },
      { kind: 'cut', bytes: 9_000, quietly: false },
      { kind: 'problem', status: 403, title: 'Forbidden', detail: 'No.' },
      { kind: 'says', body: '{"title":"x"}' },
      { kind: 'says', body: '<html>' },
    ];
    for (const mood of moods) {
      server.mood(mood);
      const { result } = await pull({ maxAttempts: 1 });
      expect(result, mood.kind).toMatchObject({
        completeness: { complete: 'no' },
        failure: expect.anything(),
      });
      expect(goneNow()).toBe(0);
    }
    await pull();
    expect(goneNow()).toBe(1);
  });

  test('when one partition of several fails; what changed in the others is stored', async () => {
    const partitions = ['', 'year=2099'];
    await pull({ partitions });
    server.turn();
    server.mood({ kind: 'down', status: 503 });
    const { result, lines } = await pull({ partitions, maxAttempts: 1, concurrency: 1 });
    expect(result).toMatchObject({
      failure: { id: 500 },
      completeness: { complete: 'no', reason: expect.stringContaining('1 of 2 partitions failed.') },
    });
    expect(lines).toContainEqual(expect.stringMatching(/^ERROR Partition "": ApiError 500: /));
    expect(goneNow()).toBe(0);
    expect(records()).toHaveLength(65);
  });

  test('when the token is one that gets a sample', async () => {
    await pull();
    const { result, lines } = await pull({}, SAMPLE_TOKEN);
    expect(result).toMatchObject({ received: 24, failure: null, completeness: { complete: 'unknown' } });
    expect(lines.at(-1)).toBe(
      'WARNING Only 24 rows came: 24 or fewer are what a token without a subscription gets. Nothing was compared, so no row counts as gone.',
    );
    expect(goneNow()).toBe(0);
  });

  test('when less than half comes, until the next pull says the same', async () => {
    await pull();
    const few = { kind: 'says', body: JSON.stringify(server.shelf.rows.slice(0, 29)) } as const;
    server.mood(few, 2);
    const first = await pull();
    expect(first.lines.at(-1)).toBe(
      'WARNING Only 29 rows came, less than half of the 60 that are stored. 31 rows of 60 did not come; they count as gone only when the next pull misses the same.',
    );
    expect(first.result?.completeness.complete).toBe('unknown');
    expect(goneNow()).toBe(0);
    await pull();
    expect(goneNow()).toBe(31);
  });

  test('when the next page cannot be followed', async () => {
    await pull();
    for (const next of ['https://elsewhere.example/x', '/api/v1/cewl', 'page2', 7]) {
      server.mood({ kind: 'says', body: JSON.stringify({ data: server.shelf.rows.slice(1), next }) }, 5);
      const { result } = await pull();
      expect(result, String(next)).toMatchObject({ failure: null, completeness: { complete: 'unknown' } });
      expect(goneNow()).toBe(0);
      await server.close();
      server = await ctciServer(60, { port: Number(new URL(server.url).port) });
    }
  });

  test('when the pull is cancelled half-way', async () => {
    await pull();
    server.turn();
    server.mood({ kind: 'slow', bytes: 2_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 60);
    await expect(pullCewl(sink, ctciSource(server.url), controller.signal)).rejects.toThrow();
    expect(sink.feeds.get('cewl cewl')?.result?.completeness.complete).toBe('no');
    expect(goneNow()).toBe(0);
  });
});
