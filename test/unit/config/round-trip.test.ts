import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCollectorText } from '../../../main/engine/config/collector-config.ts';
import { secretKey } from '../../../main/engine/config/secrets.ts';
import { writeConfig } from '../../../main/engine/config/write-config.ts';
import {
  type DestinationSettings,
  destinationSettings,
  type SourceSettings,
  sourceSettings,
} from '../../../shared/settings.ts';
import { NOW } from './config-fixture.ts';

/** Importing what was exported gives the same configuration, whatever it is. */

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,15}$/);
/** Text as people type it: quotes, colons, hashes, umlauts, what YAML takes for something else. */
const words = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((s) => s.trim() !== ''),
  fc.constantFrom(
    'yes',
    'null',
    '2.0',
    '0x10',
    '~',
    '# no',
    '- a',
    "it's",
    '"quoted"',
    'a: b',
    '*star',
    '&amp',
    '1e3',
    '2026-01-01',
  ),
);
const tag = fc.stringMatching(/^[a-z]{2,8}(\.[a-z]{2,8}){2,3}$/);
const file = fc.stringMatching(/^\/[a-z]{1,8}\/[a-z ]{1,8}\.pem$/);
const url = fc.constantFrom(
  'https://a.example/',
  'http://127.0.0.1:8080/x/',
  'https://b.example:8443/taxii2/',
);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const positive = fc.integer({ min: 1, max: 16 });

const common = {
  name,
  id: fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
  enabled: fc.boolean(),
  periodSeconds: fc.integer({ min: 5, max: 100_000 }),
  requestsPerSecond: maybe(fc.constantFrom(0.5, 1, 20)),
  proxy: fc.oneof(
    fc.constantFrom({ mode: 'system' as const }, { mode: 'none' as const }),
    fc.constant({ mode: 'manual' as const, url: 'http://proxy.example:3128' }),
  ),
  obfuscation: fc.array(
    fc.record({
      name: fc.constantFrom('a.b', 'description'),
      value: fc.oneof(words, fc.constantFrom(null, true, 7)),
    }),
    { maxLength: 2 },
  ),
  autoForward: fc.boolean(),
  tls: fc.record({ caFile: maybe(file), certFile: maybe(file), keyFile: maybe(file), pfxFile: maybe(file) }),
  maxAttempts: positive,
  totalTimeoutSeconds: fc.constantFrom(30, 300, 12.5),
};

const taxii = fc.record(
  {
    kind: fc.constant('taxii' as const),
    ...common,
    discoveryUrl: url,
    taxiiVersion: fc.constantFrom('2.0', '2.1', 'detect'),
    auth: fc.oneof(
      fc.constant({ method: 'none' as const }),
      fc.record({ method: fc.constant('basic' as const), username: words }),
      fc.record({ method: fc.constant('bearer' as const), scheme: fc.constantFrom('Bearer', 'Token') }),
      fc.record({ method: fc.constant('header' as const), header: fc.constantFrom('X-Api-Key', 'apikey') }),
    ),
    historicDateUtc: maybe(fc.constant('2022-11-15T14:32:33Z')),
    apiRoots: maybe(fc.array(fc.constantFrom('/a/', 'https://a.example/b/'), { minLength: 1, maxLength: 2 })),
    collections: maybe(fc.array(words, { minLength: 1, maxLength: 3 })),
    objects: fc.boolean(),
    types: maybe(fc.array(fc.constantFrom('malware', 'indicator'), { minLength: 1, maxLength: 2 })),
    allVersions: fc.boolean(),
    pageSize: fc.integer({ min: 1, max: 5000 }),
    overlapSeconds: fc.constantFrom(0, 5, 60),
    tags: fc.record({ object: tag, manifest: tag }),
  },
  { requiredKeys: ['kind', 'name', 'id', 'discoveryUrl'] },
);
const threatq = fc.record(
  {
    kind: fc.constant('threatq' as const),
    ...common,
    apiBaseUrl: fc.constantFrom('https://tq.example', 'http://10.0.0.1:8080'),
    username: words,
    verifyHostSslCert: fc.boolean(),
    eventFetchLimitInItems: fc.integer({ min: 2, max: 10_000 }),
    devoTagMap: fc
      .dictionary(fc.constantFrom('Spearphish', 'Odd: type', 'yes'), tag)
      .map((map) => ({ ...map, default: 'my.app.threatq.other' })),
    resetPersistenceAuth: fc.oneof(words, fc.constant('')),
    historicalPollDatetime: maybe(fc.constantFrom('2025-06-01T00:00:00Z', '2025-06-01 12:30:00')),
    flatten: maybe(fc.constantFrom('sources', 'attributes')),
    clientId: maybe(fc.stringMatching(/^[a-z0-9]{8,20}$/)),
  },
  { requiredKeys: ['kind', 'name', 'id', 'apiBaseUrl', 'username'] },
);

const ctci = fc.record(
  {
    kind: fc.constant('ctci' as const),
    ...common,
    baseUrl: url,
    path: fc.constantFrom('/api/v1/cewl', '/cve/cewl_download'),
    auth: fc.constantFrom('x-api-key', 'bearer'),
    partitions: maybe(fc.array(fc.constantFrom('year=2024', 'CVE=a'), { minLength: 1, maxLength: 2 })),
    concurrency: positive,
    maxBytes: fc.integer({ min: 1_000_000, max: 2_000_000 }),
  },
  { requiredKeys: ['kind', 'name', 'id'] },
);

const outputCommon = {
  name,
  enabled: fc.boolean(),
  maxTlp: fc.constantFrom('none', 'clear', 'green', 'amber', 'amber+strict', 'red'),
  batchRecords: fc.integer({ min: 1, max: 100_000 }),
  maxAttempts: positive,
  hostname: fc.constantFrom('', 'lab', '2.0'),
};
const syslog = {
  date: fc.constantFrom('none', 'iso', 'rfc3164'),
  newlines: fc.constantFrom('octet-counting', 'space'),
  gzip: fc.boolean(),
};
const events = {
  internalSenders: fc.record(
    {
      enabled: fc.boolean(),
      level: fc.constantFrom('DEBUG', 'INFO', 'WARNING', 'ERROR'),
      metrics: fc.boolean(),
      logTag: tag,
      metricsTag: tag,
    },
    { requiredKeys: [] },
  ),
};
const files = { chainFile: file, certFile: file, keyFile: file };
const address = fc.constantFrom('collector-eu.devo.io', '10.1.2.3');
const port = fc.integer({ min: 1, max: 65_535 });
const lookup = {
  lookup: fc.constantFrom('CEWL', 'Own_1'),
  columns: fc.constantFrom(
    [{ name: 'cve', type: 'STRING', field: null }],
    [
      { name: 'cve', type: 'STRING', field: 'CVE' },
      { name: 'score', type: 'FLOAT8', field: null },
    ],
  ),
  update: fc.constantFrom('increment', 'full'),
};
const destination = fc.oneof(
  fc.record(
    {
      kind: fc.constant('devo-syslog' as const),
      ...outputCommon,
      ...events,
      ...syslog,
      ...files,
      address,
      port,
      secLevel: maybe(fc.constantFrom(0, 1)),
    },
    { requiredKeys: ['kind', 'name', 'address', 'chainFile', 'certFile', 'keyFile'] },
  ),
  fc.record(
    { kind: fc.constant('devo-relay' as const), ...outputCommon, ...events, ...syslog, address, port },
    { requiredKeys: ['kind', 'name', 'address', 'port'] },
  ),
  fc.record(
    {
      kind: fc.constant('devo-http' as const),
      ...outputCommon,
      ...events,
      endpoint: fc.constant('https://http-us.devo.io'),
      domain: fc.constant('acme'),
      gzip: fc.boolean(),
      proxy: common.proxy,
      caFile: maybe(file),
    },
    { requiredKeys: ['kind', 'name', 'endpoint', 'domain'] },
  ),
  fc.record(
    {
      kind: fc.constant('devo-lookup' as const),
      ...outputCommon,
      ...lookup,
      baseUrl: fc.constant('https://api-us.devo.com/lookup-api'),
      domain: fc.constant('acme'),
      proxy: common.proxy,
      caFile: maybe(file),
      jobTimeoutSeconds: fc.constantFrom(60, 1800),
    },
    { requiredKeys: ['kind', 'name', 'baseUrl', 'domain'] },
  ),
  fc.record(
    {
      kind: fc.constant('devo-lookup-legacy' as const),
      ...outputCommon,
      ...lookup,
      ...files,
      address,
      port,
      pauseSeconds: fc.constantFrom(0, 5),
      cells: fc.constantFrom('safe', 'sdk'),
    },
    { requiredKeys: ['kind', 'name', 'address', 'chainFile', 'certFile', 'keyFile'] },
  ),
);

const uniqueNames = { selector: (s: { name: string }) => s.name, maxLength: 3 };
const configuration = fc
  .record({
    sources: fc.uniqueArray(fc.oneof(taxii, ctci, threatq), uniqueNames),
    destinations: fc.uniqueArray(destination, uniqueNames),
    secret: words,
  })
  .map(({ sources, destinations, secret }) => ({
    secret,
    destinations: destinations.map((d) => destinationSettings.parse(d)),
    sources: sources.map((s, i) =>
      sourceSettings.parse({
        ...s,
        ...(i === 0 && destinations[0] !== undefined ? { outputs: [destinations[0].name] } : {}),
      }),
    ),
  }));

/** Every secret that could be set, set. */
function secretsOf(
  sources: SourceSettings[],
  destinations: DestinationSettings[],
  secret: string,
): Map<string, string> {
  const secrets = new Map<string, string>();
  for (const s of sources) {
    secrets.set(secretKey('source', s.name, 'proxyPassword'), secret);
    secrets.set(secretKey('source', s.name, 'keyPassphrase'), secret);
    if (s.kind === 'ctci') secrets.set(secretKey('source', s.name, 'token'), 'Tk-77ab');
    if (s.kind === 'threatq' || (s.kind === 'taxii' && s.auth.method === 'basic'))
      secrets.set(secretKey('source', s.name, 'password'), secret);
    if (s.kind === 'taxii' && (s.auth.method === 'bearer' || s.auth.method === 'header'))
      secrets.set(secretKey('source', s.name, 'token'), secret);
  }
  for (const d of destinations) {
    if (d.kind === 'devo-http' || d.kind === 'devo-lookup')
      secrets.set(secretKey('destination', d.name, 'token'), secret);
    if (d.kind === 'devo-syslog' || d.kind === 'devo-lookup-legacy')
      secrets.set(secretKey('destination', d.name, 'keyPassphrase'), secret);
  }
  return secrets;
}

const placed = <T>(all: T[]) => all.map((settings) => ({ settings, baseDir: '/somewhere' }));
const globals = { collectorId: '12345', collectorName: 'sluice' };
const byName = <T extends { name: string }>(all: T[]): T[] =>
  [...all].sort((a, b) => (a.name < b.name ? -1 : 1));

describe('a configuration that was exported', () => {
  test('with secrets is the same when it is imported', () => {
    fc.assert(
      fc.property(configuration, ({ sources, destinations, secret }) => {
        const secrets = secretsOf(sources, destinations, secret);
        const { text } = writeConfig(
          { ...globals, sources: placed(sources), destinations: placed(destinations), secrets },
          'yaml',
        );
        const back = readCollectorText(text, '/elsewhere/config.yaml', NOW);
        expect(byName(back.sources)).toEqual(byName(sources));
        expect(byName(back.destinations)).toEqual(byName(destinations));
        expect(new Map([...back.secrets].sort())).toEqual(new Map([...secrets].sort()));
        expect(back.warnings).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('without secrets is the same but for them, and holds none', () => {
    fc.assert(
      fc.property(configuration, ({ sources, destinations }) => {
        const written = {
          ...globals,
          sources: placed(sources),
          destinations: placed(destinations),
          secrets: new Map(),
        };
        const back = readCollectorText(writeConfig(written, 'yaml').text, '/elsewhere/config.yaml', NOW, {
          secretsLater: true,
        });
        expect(byName(back.sources)).toEqual(byName(sources));
        expect(byName(back.destinations)).toEqual(byName(destinations));
        expect(back.secrets).toEqual(new Map());
      }),
      { numRuns: 200 },
    );
  });

  test('as the Collector Server’s parameters has the same sources, sent wherever the server sends', () => {
    fc.assert(
      fc.property(configuration, ({ sources, destinations, secret }) => {
        const secrets = secretsOf(sources, [], secret);
        const { text } = writeConfig(
          { ...globals, sources: placed(sources), destinations: placed(destinations), secrets },
          'json',
        );
        expect(Object.keys(JSON.parse(text))).toEqual(['global_overrides', 'inputs']);
        const back = readCollectorText(text, '/elsewhere/parameters.json', NOW);
        expect(byName(back.sources)).toEqual(byName(sources.map((s) => ({ ...s, outputs: null }))));
        expect(back.destinations).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('names files in full, says which keys are its own, and writes what the collectors document', () => {
    const source = sourceSettings.parse({
      kind: 'threatq',
      name: 'threatquotient_data_puller',
      id: '111',
      apiBaseUrl: 'https://tq.example',
      username: 'analyst',
      tls: { caFile: 'ca.pem' },
      maxAttempts: 3,
    });
    const { text, notes } = writeConfig(
      { ...globals, sources: placed([source]), destinations: [], secrets: new Map() },
      'yaml',
    );
    expect(text).toContain('ca_file: /somewhere/ca.pem');
    expect(text).toContain(
      '  threatquotient_data_puller:\n    id: "111"\n    enabled: true\n    credentials:\n      username: analyst\n    services:\n      events:\n',
    );
    expect(notes).toEqual([
      "threatquotient_data_puller: max_attempts, ca_file are Sluice's own; a collector ignores them.",
    ]);
    expect(text.startsWith(`# ${notes[0]}\n`)).toBe(true);
  });
});
