import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxyFromEnv } from '../../../main/engine/sources/http-proxy.ts';
import { backoffMs, mayPass, retryAfterMs } from '../../../main/engine/sources/http-retry.ts';
import { fromMs, parseInstant, shift, toMs } from '../../../main/engine/sources/instant.ts';
import { parseContentRange, rangeHeader } from '../../../main/engine/sources/taxii/content-range.ts';
import { basisOf, readCursor } from '../../../main/engine/sources/taxii/cursor.ts';
import { checkHistoricDate } from '../../../main/engine/sources/taxii/historic-date.ts';
import { parseMediaType, versionOf } from '../../../main/engine/sources/taxii/media-type.ts';
import { SeenInSeries } from '../../../main/engine/sources/taxii/seen.ts';
import { judge, type VerdictInput } from '../../../main/engine/sources/taxii/verdict.ts';
import { taxiiSettings } from '../../../shared/settings.ts';

describe('instants', () => {
  it.each([
    ['2025-10-21T15:10:28.402Z', '2025-10-21T15:10:28.402000Z'],
    ['2025-10-21T15:10:28Z', '2025-10-21T15:10:28.000000Z'],
    ['2025-10-21T15:10:28.1234567Z', '2025-10-21T15:10:28.123456Z'],
    ['2025-10-21T17:10:28.402123+02:00', '2025-10-21T15:10:28.402123Z'],
    ['2025-10-21T15:10:28+0000', '2025-10-21T15:10:28.000000Z'],
    ['2025-10-21 15:10:28.5', '2025-10-21T15:10:28.500000Z'],
    ['Tue, 21 Oct 2025 15:10:28 GMT', '2025-10-21T15:10:28.000000Z'],
    ['Tue Oct 21 2025 15:10:28 GMT+0000 (Coordinated Universal Time)', '2025-10-21T15:10:28.000000Z'],
    ['yesterday', null],
    ['2025-13-41T15:10:28Z', null],
    ['', null],
    [17, null],
  ])('reads %s', (text, expected) => {
    expect(parseInstant(text)).toBe(expected);
  });

  it('orders as text as it does in time, and moves by milliseconds', () => {
    const ms = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(ms, ms, (a, b) => {
        expect(fromMs(a) < fromMs(b)).toBe(a < b);
        expect(toMs(shift(fromMs(a), b - a))).toBe(b);
      }),
    );
    expect(shift('2025-10-21T15:10:28.402123Z', -1)).toBe('2025-10-21T15:10:28.401123Z');
  });
});

describe('the historic date', () => {
  const now = Date.parse('2024-01-01T00:00:00Z');
  it.each([
    [null, null],
    [undefined, null],
    ['2022-11-15T14:32:33Z', null],
    [new Date('2022-11-15T14:32:33Z'), null],
    [5, 1],
    ['', 1],
    [new Date('x'), 1],
    ['2022-11-15', 2],
    ['2022-11-15T14:32:33.000Z', 2],
    ['2022-02-31T00:00:00Z', 2],
    ['2022-11-15T14:32:33+00:00', 2],
    ['2024-01-01T00:00:01Z', 3],
  ])('%s', (value, id) => {
    const error = checkHistoricDate(value, now);
    expect(error?.failure.id ?? null).toBe(id);
    if (error !== null) expect(error.failure.type).toBe('InitVariableError');
  });

  it('says it in the seed’s words', () => {
    expect(checkHistoricDate(1, now)?.message).toBe('Invalid value is provided for the historic_date.');
    expect(checkHistoricDate('x', now)?.message).toBe(
      'Time format for historic date must be "%Y-%m-%dT%H:%M:%SZ"',
    );
    expect(checkHistoricDate('2999-01-01T00:00:00Z', now)?.message).toBe(
      'historic datetime cannot be greater than the present UTC time',
    );
  });
});

describe('ranges', () => {
  it.each([
    ['items 0-99/250', { first: 0, last: 99, total: 250 }],
    ['items=0-99/250', { first: 0, last: 99, total: 250 }],
    ['ITEMS 0-99/*', { first: 0, last: 99, total: null }],
    ['items */250', { first: null, last: null, total: 250 }],
    ['items 5-5', { first: 5, last: 5, total: null }],
    ['bytes 0-1/2', null],
    ['', null],
    [undefined, null],
  ])('reads %s', (header, expected) => {
    expect(parseContentRange(header)).toEqual(expected);
  });

  it('asks for two at least', () => {
    expect(rangeHeader('equals', 0, 100)).toEqual({ range: 'items=0-99' });
    expect(rangeHeader('space', 5, 1)).toEqual({ range: 'items 5-6' });
    expect(rangeHeader('none', 5, 1)).toEqual({});
  });
});

describe('media types', () => {
  it.each([
    ['application/taxii+json;version=2.1', '2.1'],
    ['Application/TAXII+json ; Charset=utf-8; Version="2.1"', '2.1'],
    ['application/taxii+json', '2.1'],
    ['application/vnd.oasis.taxii+json; version=2.0', '2.0'],
    ['application/vnd.oasis.stix+json', '2.0'],
    ['application/json', null],
    [undefined, null],
  ])('%s', (header, version) => {
    expect(versionOf(parseMediaType(header))).toBe(version);
  });
});

describe('waiting', () => {
  const date = 'Mon, 01 Jan 2024 00:00:00 GMT';
  it.each([
    ['120', undefined, 120_000],
    [' 0 ', undefined, 0],
    ['Mon, 01 Jan 2024 00:00:30 GMT', date, 30_000],
    ['Mon, 01 Jan 2024 00:00:30 GMT', undefined, 30_000],
    ['Sun, 31 Dec 2023 00:00:00 GMT', date, null],
    ['soon', undefined, null],
    ['-3', undefined, null],
    [undefined, undefined, null],
  ])('Retry-After: %s', (value, serverDate, expected) => {
    expect(retryAfterMs(value, serverDate, Date.parse(date))).toBe(expected);
  });

  it('backs off doubling, within a minute, at random', () => {
    expect(backoffMs(1, () => 0)).toBe(500);
    expect(backoffMs(3, () => 1)).toBe(4_000);
    expect(backoffMs(50, () => 1)).toBe(60_000);
  });

  it('only for what may pass', () => {
    expect([200, 400, 401, 403, 404, 406, 413, 501].some(mayPass)).toBe(false);
    expect([408, 429, 500, 502, 503, 504].every(mayPass)).toBe(true);
  });
});

describe('the proxy of the environment', () => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'inner.example, .corp.example,10.0.0.5:8443' };
  it.each([
    ['https://feeds.example/', 'http://proxy:3128'],
    ['http://feeds.example/', null],
    ['https://inner.example/', null],
    ['https://a.inner.example/', null],
    ['https://notinner.example/', 'http://proxy:3128'],
    ['https://x.corp.example/', null],
    ['https://10.0.0.5:8443/', null],
    ['https://10.0.0.5/', 'http://proxy:3128'],
    ['https://127.0.0.1/', null],
    ['https://localhost:4430/', null],
  ])('%s', (url, expected) => {
    expect(proxyFromEnv(url, env)).toBe(expected);
  });

  it('takes lower case first, and a bare host', () => {
    expect(proxyFromEnv('http://x.example/', { http_proxy: 'p:1', HTTP_PROXY: 'q:2' })).toBe('http://p:1');
    expect(proxyFromEnv('http://x.example/', { http_proxy: 'p:1', no_proxy: '*' })).toBeNull();
  });
});

describe('a stored cursor', () => {
  const settings = taxiiSettings.parse({ kind: 'taxii', name: 'n', id: '1', discoveryUrl: 'http://x/' });
  const basis = basisOf(settings, '2.1');

  it('is fresh when there is none, when it is rubbish, and when it was made with other settings', () => {
    expect(readCursor(null, basis)).toMatchObject({ addedAfter: null, series: null });
    expect(readCursor({ basis, addedAfter: 5, series: 'x', pageSize: -1 }, basis)).toMatchObject({
      addedAfter: null,
      series: null,
      pageSize: null,
    });
    const other = basisOf({ ...settings, historicDateUtc: '2020-01-01T00:00:00Z' }, '2.1');
    const kept = { basis, addedAfter: '2024-01-01T00:00:00.000000Z', pageSize: 50 };
    expect(readCursor(kept, basis).addedAfter).toBe('2024-01-01T00:00:00.000000Z');
    expect(readCursor(kept, other)).toMatchObject({ addedAfter: null, pageSize: 50 });
  });
});

describe('what a series has seen', () => {
  it('knows what it has had, and next to nothing else', () => {
    const seen = new SeenInSeries();
    const id = (i: number) => `indicator--00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
    let mistaken = 0;
    for (let i = 0; i < 50_000; i++) if (!seen.add(id(i), '2024-01-01T00:00:00.000Z')) mistaken++;
    expect(mistaken).toBeLessThan(20);
    for (let i = 0; i < 50_000; i++) expect(seen.add(id(i), '2024-01-01T00:00:00.000Z')).toBe(false);
  });
});

describe('the verdict', () => {
  const input: VerdictInput = {
    end: { latest: null, gap: null, doubt: null, resumed: false, total: null },
    whole: true,
    held: 10,
    added: 10,
    manifest: null,
    allVersions: false,
    gap: null,
  };
  const manifest = { entries: 12, versions: 12, ids: 10, whole: true, latest: null };
  const of = (change: Partial<VerdictInput>) => {
    const { completeness, announced, short } = judge({ ...input, ...change });
    return [completeness.complete, announced, short];
  };

  it.each<[string, Partial<VerdictInput>, unknown[]]>([
    ['followed to the end', {}, ['yes', null, 0]],
    ['a gap', { end: { ...input.end, gap: 'x' } }, ['no', null, 0]],
    ['a doubt', { end: { ...input.end, doubt: 'x' } }, ['unknown', null, 0]],
    ['a total', { end: { ...input.end, total: 10 } }, ['yes', 10, 0]],
    ['latest of each against all versions', { manifest }, ['yes', 10, 0]],
    ['all versions asked for', { manifest, allVersions: true }, ['no', 12, 2]],
    ['fewer than ids', { manifest, held: 7 }, ['no', 10, 3]],
    ['as many as listed', { manifest, held: 12 }, ['yes', 12, 0]],
    [
      'a manifest of the increment only',
      { manifest: { ...manifest, whole: false }, held: 1 },
      ['yes', null, 0],
    ],
    ['an increment', { whole: false, manifest, held: 1, added: 0 }, ['yes', null, 0]],
    ['an increment over a known gap', { whole: false, gap: 'x' }, ['no', null, 0]],
  ])('%s', (_name, change, expected) => {
    expect(of(change)).toEqual(expected);
  });
});
