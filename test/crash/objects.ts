import type { FixtureObject } from '../servers/stix-fixture.ts';

const START = Date.UTC(2024, 0, 1);

/**
 * The n-th object of a feed: always the same text. Every tenth is a later version of one before; several share one instant of arrival;
 * texts hold what is easily lost (big numbers, exponents, escapes, key order).
 */
export function feedObject(feed: string, n: number): FixtureObject {
  const later = n % 10 === 9;
  const base = later ? n - 5 : n;
  const serial = base.toString(16).padStart(12, '0');
  const id = `indicator--${feed}-0000-4000-8000-${serial}`;
  const created = new Date(START + base * 100).toISOString();
  const version = later ? new Date(START + n * 100).toISOString() : created;
  const added = new Date(START + Math.floor(n / 7) * 1000).toISOString();
  const text =
    `{"id":"${id}","type":"indicator" ,"spec_version":"2.1","modified":"${version}","created":"${created}",` +
    `"x_n":${n},"x_big":12345678901234567890,"x_exp":1e3,"x_one":1.0,"name":"Höst \\u00e9 \\"${n}\\"",` +
    `"pattern":"[domain-name:value = 'h${n}.example']","pattern_type":"stix","valid_from":"${created}"}`;
  return { text, id, type: 'indicator', version, added };
}

const made = new Map<string, FixtureObject[]>();

export function feedObjects(feed: string, count: number): FixtureObject[] {
  const objects = made.get(feed) ?? [];
  made.set(feed, objects);
  for (let n = objects.length; n < count; n++) objects.push(feedObject(feed, n));
  return objects.slice(0, count);
}
