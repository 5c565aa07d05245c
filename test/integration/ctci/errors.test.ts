import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type CtciMood, type CtciServer, startCtciServer } from '../../../main/node/demo/ctci-server.ts';
import {
  ctciServer,
  ctciSource,
  probeCewl,
  pullCewl,
  SAMPLE_TOKEN,
  TOKEN,
} from '../../servers/ctci-pulling.ts';
import { MemorySink } from '../../servers/memory-sink.ts';

let server: CtciServer;
beforeEach(async () => {
  server = await ctciServer(60);
});
afterEach(() => server.close());

const pull = (settings: Parameters<typeof ctciSource>[1] = {}, token: string | null = TOKEN) =>
  pullCewl(new MemorySink(), ctciSource(server.url, settings, token));

describe('what CTCI answers', () => {
  it.each<[number, number, string]>([
    [401, 401, 'does not accept the API token'],
    [403, 403, 'no right'],
    [404, 404, 'nothing at this address'],
    [410, 404, 'nothing at this address'],
    [422, 400, 'refused the request'],
    [429, 429, 'limits how often'],
    [500, 500, 'went wrong at CTCI'],
    [503, 500, 'went wrong at CTCI'],
  ])('%i is ApiError %i with title and detail of its problem JSON', async (status, id, cause) => {
    server.mood({ kind: 'problem', status, title: 'No such luck', detail: 'Ask again\nlater.\u001b[31m' });
    const { result, lines } = await pull({ maxAttempts: 1 });
    expect(result?.failure).toMatchObject({
      type: 'ApiError',
      id,
      code: `ctci.api-${id}`,
      message: `Unexpected status code when fetching the CTCI CEWL: ${status} (No such luck: Ask again\\u000alater.\\u001b[31m)`,
      details: { status, url: `${server.url}/api/v1/cewl`, serverTitle: 'No such luck' },
    });
    expect(result?.failure?.cause).toContain(cause);
    expect(result?.failure?.remedy).not.toBeNull();
    expect(lines).toContainEqual(expect.stringMatching(`^ERROR ApiError ${id}: Unexpected status code`));
  });

  it('bounds what it repeats, and takes the token out of it', async () => {
    server.mood({ kind: 'problem', status: 400, title: `Token ${TOKEN}`, detail: 'x'.repeat(5_000) });
    const { result, lines } = await pull();
    expect(JSON.stringify([result, lines])).not.toContain(TOKEN);
    expect(result?.failure?.message).toContain('Token ***');
    expect(result?.failure?.message.length).toBeLessThan(800);
  });

  it.each<[string, CtciMood, number, string]>([
    [
      'a web page',
      { kind: 'says', type: 'text/html', body: '<!doctype html><p>Hello' },
      600,
      'it is a web page',
    ],
    [
      'a problem with status 200',
      { kind: 'says', body: '{"status":402,"title":"Pay","detail":"first"}' },
      600,
      'Pay: first',
    ],
    ['another object', { kind: 'says', body: '{"users":[{"id":1}],"n":1}' }, 600, 'it has users, n'],
    ['an empty object', { kind: 'says', body: '{}' }, 600, 'it is empty'],
    ['text', { kind: 'says', body: '"soon"' }, 600, 'no JSON object or list'],
    ['broken JSON', { kind: 'says', body: '{"data":[{"cve":"C"}] "x"}' }, 601, 'not valid JSON at byte'],
    ['nothing', { kind: 'says', body: '' }, 601, 'ends in the middle, after 0 bytes'],
    [
      'a body that just ends',
      { kind: 'cut', bytes: 5_000, quietly: true },
      601,
      'ends in the middle, after 5000 bytes',
    ],
  ])('%s instead of the list is ApiError', async (_name, mood, id, said) => {
    server.mood(mood);
    const { result } = await pull({ maxAttempts: 1 });
    expect(result).toMatchObject({ failure: { type: 'ApiError', id }, completeness: { complete: 'no' } });
    expect(result?.failure?.message).toContain(said);
  });

  it('a login page after a redirect means the token', async () => {
    server.mood({ kind: 'says', status: 302, body: '', location: '/api/v1/cewl' });
    server.mood({ kind: 'says', type: 'text/html', body: '<html>Log in' });
    const { result } = await pull({ maxAttempts: 1 });
    expect(result?.failure).toMatchObject({ type: 'ApiError', id: 401 });
  });

  it('no list is a list that is empty, not an error', async () => {
    server.mood({ kind: 'says', body: '{"data":[],"status":200}' });
    const { result } = await pull();
    expect(result).toMatchObject({ received: 0, failure: null, completeness: { complete: 'unknown' } });
  });
});

describe('what passes is waited for', () => {
  it.each<[string, CtciMood]>([
    ['a 503', { kind: 'down', status: 503 }],
    ['a limit', { kind: 'limited', retryAfter: '7' }],
    ['a connection that breaks', { kind: 'cut', bytes: 9_000, quietly: false }],
    ['a body that just ends', { kind: 'cut', bytes: 9_000, quietly: true }],
  ])('%s, then the whole list', async (_name, mood) => {
    server.mood(mood, 2);
    const sink = new MemorySink();
    const { result, slept, feed } = await pullCewl(sink, ctciSource(server.url));
    expect(result).toMatchObject({ requests: 3, failure: null, completeness: { complete: 'yes' } });
    expect(feed?.records.size).toBe(60);
    expect(slept.length).toBe(2);
    if (mood.kind === 'limited') for (const ms of slept) expect(ms).toBeGreaterThanOrEqual(7_000);
  });

  test('a slow body is not idle, a silent one is', async () => {
    server.mood({ kind: 'slow', bytes: 4_000 });
    expect((await pull({ idleTimeoutSeconds: 1 })).result).toMatchObject({ failure: null });
    server.mood({ kind: 'slow', bytes: 1 });
    const late = await pull({ totalTimeoutSeconds: 0.3, maxAttempts: 1 });
    expect(late.result?.failure).toMatchObject({ code: 'http.total-timeout' });
  });

  test('a body larger than allowed is refused', async () => {
    const large = JSON.stringify({ data: [{ cve: 'C', description: 'x'.repeat(1_100_000) }] });
    server.mood({ kind: 'says', body: large });
    expect((await pull({ maxBytes: 1_000_000 })).result?.failure).toMatchObject({ code: 'http.too-large' });
  });
});

describe('the token', () => {
  it.each<[string, Parameters<typeof ctciSource>[1], string, string]>([
    ['with what was copied around it', {}, ` ${TOKEN}\r\n`, 'x-api-key'],
    ['as bearer', { auth: 'bearer' }, TOKEN, 'bearer'],
    ['with Bearer in front', { auth: 'bearer' }, `Bearer ${TOKEN}`, 'bearer'],
  ])('is taken %s', async (_name, settings, token, header) => {
    expect((await pull(settings, token)).result).toMatchObject({ failure: null });
    expect(server.asked.map((a) => a.header)).toEqual([header]);
  });

  it.each([
    ['missing', null, 6],
    ['empty', ' ', 6],
    ['no header', 'a b', 8],
  ])('that is %s is a SetupError before anything is asked', async (_name, token, id) => {
    const { summary } = await pull({}, token);
    expect(summary).toMatchObject({ requests: 0, failure: { type: 'SetupError', id } });
    expect(server.asked).toEqual([]);
  });

  it('is not sent to another origin', async () => {
    const other = await startCtciServer({ rows: [], token: TOKEN });
    try {
      server.mood({ kind: 'says', status: 307, body: '', location: `${other.url}/api/v1/cewl` });
      const { result } = await pull();
      expect(other.asked).toEqual([{ path: '/api/v1/cewl', header: null }]);
      expect(result?.failure).toMatchObject({ id: 401 });
    } finally {
      await other.close();
    }
  });
});

describe('a test of the connection', () => {
  it('says how many rows there are and how the token goes', async () => {
    expect(await probeCewl(ctciSource(server.url))).toMatchObject({
      ok: true,
      failure: null,
      line: `ctci_test: CVE Early Warning List at ${new URL(server.url).host}, 60 rows, token sent in the header x-api-key`,
      collections: [{ id: 'cewl', size: 60 }],
    });
  });

  it('says that a token looks unsubscribed', async () => {
    const report = await probeCewl(ctciSource(server.url, { auth: 'bearer' }, SAMPLE_TOKEN));
    expect(report.ok).toBe(true);
    expect(report.line).toMatch(
      /24 rows, token sent as Authorization: Bearer, 24 rows or fewer are what a token without a subscription gets$/,
    );
  });

  it('does not need the whole of a large list', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({
      cve: `CVE-${i}`,
      description: 'x'.repeat(600),
    }));
    server.mood({ kind: 'says', body: JSON.stringify(rows) });
    const report = await probeCewl(ctciSource(server.url));
    expect(report.line).toMatch(/at least 1\d,\d{3} rows/);
    expect(report.collections[0]?.size).toBeNull();
  });

  it('says what is wrong', async () => {
    expect(await probeCewl(ctciSource(server.url, {}, 'wrong'))).toMatchObject({
      ok: false,
      failure: { type: 'ApiError', id: 401 },
      line: 'ctci_test: ApiError 401: Unexpected status code when fetching the CTCI CEWL: 401 (Unauthorized: The token is not known or not enabled.)',
    });
    expect(await probeCewl(ctciSource(server.url, { path: '/api/v2/x' }))).toMatchObject({
      failure: { id: 404 },
    });
    expect(await probeCewl(ctciSource('http://127.0.0.1:9', { maxAttempts: 1 }))).toMatchObject({
      failure: { code: 'http.refused' },
    });
  });
});
