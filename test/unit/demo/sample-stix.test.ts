import { describe, expect, it } from 'vitest';
import { generateMany } from '../../../main/node/demo/sample-many.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { FRESH_COLLECTION_ID, freshIndicator } from '../../../main/node/demo/sample-stix-fresh.ts';
import { observableId } from '../../../main/node/demo/sample-stix-random.ts';

type Parsed = { type: string; id: string; modified?: string; revoked?: boolean; [key: string]: unknown };
const all = (version: '2.1' | '2.0', objects?: number) =>
  generateSample({ version, ...(objects === undefined ? {} : { objects }) }).collections.flatMap(
    (collection) =>
      collection.objects.map(({ raw, addedAt }) => ({
        raw,
        addedAt,
        title: collection.title,
        object: JSON.parse(raw) as Parsed,
      })),
  );

const EVERY_TYPE =
  'artifact attack-pattern autonomous-system campaign course-of-action directory domain-name email-addr email-message extension-definition file grouping identity incident indicator infrastructure intrusion-set ipv4-addr ipv6-addr language-content location mac-addr malware malware-analysis marking-definition mutex network-traffic note observed-data opinion process relationship report sighting software threat-actor tool url user-account vulnerability windows-registry-key x509-certificate'.split(
    ' ',
  );

describe('generateSample', () => {
  it('is the same for the same seed and another for another', () => {
    const text = (seed: number) => JSON.stringify(generateSample({ seed, objects: 300 }));
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });

  it('holds every STIX 2.1 type in four collections, near the size asked for', () => {
    const sample = all('2.1');
    expect([...new Set(sample.map(({ object }) => object.type))].sort()).toEqual(EVERY_TYPE);
    expect([...new Set(sample.map(({ title }) => title))]).toEqual([
      'Perimeter indicators',
      'Intrusion sets and campaigns',
      'Vulnerabilities',
      'Observed infrastructure',
    ]);
    expect(Math.abs(sample.length - 3600)).toBeLessThan(250);
  });

  it('has every identity once a collection, several versions and revoked ones', () => {
    const sample = all('2.1');
    const keys = sample.map(({ title, object }) => `${title} ${object.id} ${object.modified}`);
    expect(new Set(keys).size).toBe(keys.length);
    const perId = Map.groupBy(sample, ({ title, object }) => `${title} ${object.id}`);
    expect([...perId.values()].filter((versions) => versions.length > 2).length).toBeGreaterThan(10);
    expect(sample.filter(({ object }) => object.revoked === true).length).toBeGreaterThan(10);
  });

  it('arrives in order, with one batch at a single instant', () => {
    for (const { objects } of generateSample().collections) {
      const dates = objects.map(({ addedAt }) => addedAt);
      expect(dates).toEqual([...dates].sort());
      expect(dates.every((at) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at))).toBe(true);
      const sizes = [...Map.groupBy(dates, (at) => at).values()].map((same) => same.length);
      expect(Math.max(...sizes)).toBe(64);
      expect(sizes.filter((size) => size > 1)).toHaveLength(1);
    }
  });

  it('refers only to what it holds', () => {
    for (const version of ['2.1', '2.0'] as const) {
      const sample = all(version, 900);
      const ids = new Set(sample.map(({ object }) => object.id));
      for (const { raw } of sample) {
        for (const [, id] of raw.matchAll(/_refs?": ?\[?"([a-z0-9-]+--[0-9a-f-]+)"/g))
          expect(ids).toContain(id);
      }
    }
  });

  it('keeps numbers and escapes as literal text', () => {
    const texts = all('2.1')
      .map(({ raw }) => raw)
      .join('\n');
    for (const literal of [
      '12345678901234567890',
      ':1.0,',
      ':1e3',
      ':-0.0',
      'caf\\u00e9 \\/ na\\u00EFve',
      '"__proto__":{"polluted":true}',
      '\u202E',
    ]) {
      expect(texts).toContain(literal);
    }
  });

  it('names only addresses and domains that are for documentation', () => {
    const texts = all('2.1')
      .map(({ raw }) => raw)
      .join('\n');
    const addresses = texts.match(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g) ?? [];
    expect(addresses.length).toBeGreaterThan(100);
    expect(addresses.filter((ip) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\./.test(ip))).toEqual([]);
    const hosts = [...texts.matchAll(/https?:\/\/([a-z0-9.-]+)/g)].map((match) => match[1] ?? '');
    expect(hosts.filter((host) => !/(^|\.)(example(\.(com|net|org))?|test|invalid)$/.test(host))).toEqual([]);
    expect((texts.match(/CVE-\d{4}/g) ?? []).filter((id) => id !== 'CVE-2099')).toEqual([]);
  });

  it('speaks 2.0 in its 2.0 rendition', () => {
    for (const { object } of all('2.0')) {
      expect(object.spec_version).toBeUndefined();
      expect(
        object.indicator_types ?? object.pattern_type ?? object.confidence ?? object.is_family,
      ).toBeUndefined();
      if (object.type === 'observed-data') {
        const inside = object.objects as Record<string, Record<string, unknown>>;
        expect(Object.keys(inside)).toEqual(Object.keys(inside).map((_, i) => String(i)));
        expect(
          Object.values(inside).every((entry) => typeof entry.type === 'string' && entry.id === undefined),
        ).toBe(true);
      }
    }
  });
});

it('makes ids of observables as the specification does', () => {
  // The example of STIX 2.1 section 2.9.
  expect(observableId('ipv4-addr', { value: '198.51.100.3' })).toBe(
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
  );
});

describe('generateMany', () => {
  it('streams distinct small objects whose dates never fall', () => {
    const ids = new Set<string>();
    let last = '';
    for (const { raw, addedAt } of generateMany(25_000)) {
      const object = JSON.parse(raw) as { id: string };
      ids.add(object.id);
      expect(addedAt > last && addedAt.length === 27).toBe(true);
      last = addedAt;
    }
    expect(ids.size).toBe(25_000);
  });
});

it('makes fresh indicators that the sample does not hold', () => {
  const known = new Set(all('2.1').map(({ object }) => object.id));
  const at = Date.UTC(2026, 6, 1);
  const fresh = [0, 1, 2].map((serial) => JSON.parse(freshIndicator(serial, at)) as Parsed);
  expect(new Set(fresh.map(({ id }) => id)).size).toBe(3);
  expect(fresh.filter(({ id }) => known.has(id))).toEqual([]);
  expect(fresh[0]).toMatchObject({
    type: 'indicator',
    created: '2026-07-01T00:00:00.000Z',
    modified: '2026-07-01T00:00:00.000Z',
  });
  expect(JSON.parse(freshIndicator(0, at, '2.0'))).not.toHaveProperty('pattern_type');
  expect(generateSample({ objects: 200 }).collections[0]?.id).toBe(FRESH_COLLECTION_ID);
});
