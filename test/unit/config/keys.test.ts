import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DestinationSettings, TaxiiSettings } from '../../../shared/settings.ts';
import { input, output, read } from './config-fixture.ts';
import { CTCI_INPUT_KEYS } from './ctci-keys.ts';
import { LOOKUP_API_KEYS, LOOKUP_KEYS, LOOKUP_MESSAGE_KEYS } from './lookup-keys.ts';
import { THREATQ_INPUT_KEYS } from './threatq-keys.ts';

/** Every key that docs/configuration.md lists, with a value and where it must arrive. A key documented but not here fails the last test. */

const source = (value: unknown): TaxiiSettings => {
  const [found] = read(value).sources;
  if (found?.kind !== 'taxii') throw new Error('no TAXII source');
  return found;
};
const destination = (value: unknown): DestinationSettings => {
  const [found] = read(value).destinations;
  if (found === undefined) throw new Error('no destination');
  return found;
};

const INPUT_KEYS: [key: string, value: unknown, arrives: Record<string, unknown>][] = [
  ['id', 12345, { id: '12345' }],
  ['enabled', false, { enabled: false }],
  ['discovery_url', 'https://other.example/t/', { discoveryUrl: 'https://other.example/t/' }],
  ['taxii_version', '2.1', { taxiiVersion: '2.1' }],
  ['historic_date_utc', '2022-11-15T14:32:33Z', { historicDateUtc: '2022-11-15T14:32:33Z' }],
  ['historical_date_utc', '2022-11-15T14:32:33Z', { historicDateUtc: '2022-11-15T14:32:33Z' }],
  ['request_period_in_seconds', 600, { periodSeconds: 600 }],
  ['requests_per_second', 0.5, { requestsPerSecond: 0.5 }],
  ['auto_forward', true, { autoForward: true }],
  ['api_roots', ['/a/', 'https://x.example/b/'], { apiRoots: ['/a/', 'https://x.example/b/'] }],
  ['collections', ['Enterprise'], { collections: ['Enterprise'] }],
  ['objects', false, { objects: false }],
  ['manifests', false, { manifests: false }],
  ['types', ['malware'], { types: ['malware'] }],
  ['all_versions', true, { allVersions: true }],
  ['page_size', 77, { pageSize: 77 }],
  ['max_page_bytes', 2_000_000, { maxPageBytes: 2_000_000 }],
  ['concurrency', 4, { concurrency: 4 }],
  ['connect_timeout_in_seconds', 3, { connectTimeoutSeconds: 3 }],
  ['idle_timeout_in_seconds', 4, { idleTimeoutSeconds: 4 }],
  ['total_timeout_in_seconds', 5, { totalTimeoutSeconds: 5 }],
  ['overlap_in_seconds', 9, { overlapSeconds: 9 }],
  ['max_attempts', 2, { maxAttempts: 2 }],
  ['obfuscation', [{ name: 'a.b', value: '***' }], { obfuscation: [{ name: 'a.b', value: '***' }] }],
  ['obfuscation_data', [{ name: 'a', value: 0 }], { obfuscation: [{ name: 'a', value: 0 }] }],
  ['objects_tag', 'my.app.a', { tags: { object: 'my.app.a', manifest: 'my.app.taxii.manifests' } }],
  ['manifests_tag', 'my.app.b', { tags: { object: 'my.app.taxii.objects', manifest: 'my.app.b' } }],
  ['tag', 'my.app.c', { tags: { object: 'my.app.c', manifest: 'my.app.c' } }],
  ['ca_file', 'ca.pem', { tls: expect.objectContaining({ caFile: 'ca.pem' }) }],
  ['client_cert', 'c.pem', { tls: expect.objectContaining({ certFile: 'c.pem' }) }],
  ['client_key', 'k.pem', { tls: expect.objectContaining({ keyFile: 'k.pem' }) }],
  ['client_pfx', 'p.p12', { tls: expect.objectContaining({ pfxFile: 'p.p12' }) }],
  ['proxy', 'http://proxy.example:3128', { proxy: { mode: 'manual', url: 'http://proxy.example:3128' } }],
];

describe('keys of an input', () => {
  test.each(INPUT_KEYS)('%s at the service', (key, value, arrives) => {
    expect(read(input({ [key]: value })).warnings).toEqual([]);
    expect(source(input({ [key]: value }))).toMatchObject(arrives);
  });

  test.each(INPUT_KEYS.filter(([key]) => key !== 'discovery_url'))(
    '%s at the input itself',
    (key, value, arrives) => {
      expect(source(input({}, { [key]: value }))).toMatchObject(arrives);
    },
  );

  test('the service wins over the input', () => {
    expect(source(input({ page_size: 5 }, { page_size: 6 })).pageSize).toBe(5);
  });

  test('outputs narrow', () => {
    const value = { ...output({}), ...input({ outputs: ['devo'] }) };
    expect(source(value).outputs).toEqual(['devo']);
    expect(source(input({})).outputs).toBeNull();
  });

  test.each([
    ['2.0', '2.0'],
    ['2.1', '2.1'],
    ['2', '2.0'],
    ['"2.0"', '2.0'],
    ['detect', 'detect'],
    ['auto', 'detect'],
    ['Detect', 'detect'],
    ['null', 'detect'],
  ])('taxii_version: %s as YAML has it', (written, meant) => {
    const text = `inputs:\n  f:\n    services:\n      objects_and_manifests:\n        discovery_url: https://x.example/\n        taxii_version: ${written}\n`;
    expect(source(text).taxiiVersion).toBe(meant);
  });

  test('an unquoted date is taken as it is written', () => {
    const text =
      'inputs: {f: {services: {objects_and_manifests: {discovery_url: "https://x.example/", historic_date_utc: 2022-11-15T14:32:33Z}}}}';
    expect(source(text).historicDateUtc).toBe('2022-11-15T14:32:33Z');
  });

  test.each<[unknown, unknown]>([
    ['none', { mode: 'none' }],
    ['system', { mode: 'system' }],
    [{ url: 'http://p.example:1' }, { mode: 'manual', url: 'http://p.example:1' }],
    [{ mode: 'none' }, { mode: 'none' }],
  ])('proxy: %j', (written, meant) => {
    expect(source(input({ proxy: written })).proxy).toEqual(meant);
  });

  test('a password in the URL of a proxy becomes a secret', () => {
    const config = read(input({ proxy: 'http://me:p%40ss-word@proxy.example:3128' }));
    expect(config.sources[0]?.proxy).toEqual({ mode: 'manual', url: 'http://me@proxy.example:3128/' });
    expect(config.secrets.get('source/feed/proxyPassword')).toBe('p@ss-word');
  });

  test.each<[Record<string, unknown>, unknown, Record<string, string>]>([
    [{ username: 'u', password: 'p' }, { method: 'basic', username: 'u' }, { password: 'p' }],
    [{ username: 'u' }, { method: 'basic', username: 'u' }, { password: '' }],
    [{ username: 7, password: 12 }, { method: 'basic', username: '7' }, { password: '12' }],
    [{ token: 't' }, { method: 'bearer', scheme: 'Bearer' }, { token: 't' }],
    [{ token: 't', scheme: 'Token' }, { method: 'bearer', scheme: 'Token' }, { token: 't' }],
    [{ header: 'X-Key', value: 'v' }, { method: 'header', header: 'X-Key' }, { token: 'v' }],
    [
      { key_passphrase: 'kp', proxy_password: 'pp' },
      { method: 'none' },
      { keyPassphrase: 'kp', proxyPassword: 'pp' },
    ],
  ])('credentials: %j', (credentials, auth, secrets) => {
    const config = read(input({}, { credentials }));
    expect(config.sources[0]).toMatchObject({ auth });
    const named = Object.entries(secrets).map(([field, value]) => [`source/feed/${field}`, value]);
    expect([...config.secrets]).toEqual(named);
    // Secrets are never part of the settings, which are shown and stored.
    for (const value of Object.values(secrets))
      if (value.length > 1) expect(JSON.stringify(config.sources)).not.toContain(`"${value}"`);
  });
});

/** Off, as it is unless asked for. */
const INTERNAL = {
  enabled: false,
  level: 'INFO',
  metrics: true,
  logTag: 'my.app.sluice.log',
  metricsTag: 'my.app.sluice.metrics',
};

const OUTPUT_KEYS: [key: string, value: unknown, arrives: Record<string, unknown>][] = [
  ['address', 'us.example', { address: 'us.example' }],
  ['port', 6514, { port: 6514 }],
  ['chain', 'x.crt', { chainFile: 'x.crt' }],
  ['cert', 'x.crt', { certFile: 'x.crt' }],
  ['key', 'x.key', { keyFile: 'x.key' }],
  ['sec_level', 0, { secLevel: 0 }],
  ['max_tlp', 'TLP:AMBER+STRICT', { maxTlp: 'amber+strict' }],
  ['max_tlp', 'white', { maxTlp: 'clear' }],
  ['hostname', 'desk-1', { hostname: 'desk-1' }],
  ['date', 'iso', { date: 'iso' }],
  ['newlines', 'space', { newlines: 'space' }],
  ['gzip', true, { gzip: true }],
  ['batch_records', 50, { batchRecords: 50 }],
  ['max_attempts', 3, { maxAttempts: 3 }],
  ['internal_senders', true, { internalSenders: { ...INTERNAL, enabled: true } }],
  ['internal_senders', false, { internalSenders: INTERNAL }],
  ['internal_senders', null, { internalSenders: INTERNAL }],
  [
    'internal_senders',
    { enabled: true, level: 'warning', metrics: false, log_tag: 'my.app.a.log', metrics_tag: 'my.app.a.num' },
    {
      internalSenders: {
        enabled: true,
        level: 'WARNING',
        metrics: false,
        logTag: 'my.app.a.log',
        metricsTag: 'my.app.a.num',
      },
    },
  ],
];

describe('keys of an output', () => {
  test.each(OUTPUT_KEYS)('%s: %j over TLS', (key, value, arrives) => {
    expect(read(output({ [key]: value })).warnings).toEqual([]);
    expect(destination(output({ [key]: value }))).toMatchObject({ kind: 'devo-syslog', ...arrives });
  });

  test('type: TCP is a relay; its port has to be given', () => {
    const relay = {
      outputs: { r: { type: 'devo_platform', config: { type: 'TCP', address: '10.0.0.9', port: 13000 } } },
    };
    expect(destination(relay)).toMatchObject({ kind: 'devo-relay', address: '10.0.0.9', port: 13000 });
  });

  test('internal_senders of a relay and of HTTP, off unless asked for; a lookup has none', () => {
    const outputs = (internal: object) => ({
      outputs: {
        r: { type: 'devo_platform', config: { type: 'TCP', address: '10.0.0.9', port: 1, ...internal } },
        h: { type: 'devo_http', config: { endpoint: 'https://h.example', domain: 'd', ...internal } },
        l: { type: 'devo_lookup', config: { base_url: 'https://l.example', domain: 'd', ...internal } },
      },
    });
    const asked = read(outputs({ internal_senders: { enabled: true } }));
    expect(asked.destinations.map((d) => 'internalSenders' in d && d.internalSenders.enabled)).toEqual([
      true,
      true,
      false,
    ]);
    expect(asked.warnings).toEqual([
      '[WARNING] Illegal setting of output "l" has been ignored -> internal_senders: (...)',
    ]);
    const [r, h] = read(outputs({})).destinations;
    expect([r, h]).toMatchObject([{ internalSenders: INTERNAL }, { internalSenders: INTERNAL }]);
  });

  test('enabled, key_passphrase', () => {
    const config = read(output({ key_passphrase: 'kp', type: 'ssl' }, { enabled: false }));
    expect(config.destinations[0]).toMatchObject({ enabled: false, port: 443 });
    expect([...config.secrets]).toEqual([['destination/devo/keyPassphrase', 'kp']]);
    expect(JSON.stringify(config.destinations)).not.toContain('"kp"');
  });

  test('devo_http', () => {
    const http = {
      endpoint: 'https://http-us.devo.io',
      domain: 'acme',
      token: 'tk',
      gzip: false,
      ca_file: 'ca.pem',
    };
    const config = read({
      outputs: {
        h: {
          type: 'devo_http',
          config: { ...http, max_tlp: 'green', hostname: 'h', batch_records: 9, max_attempts: 1 },
        },
      },
    });
    expect(config.warnings).toEqual([]);
    expect(config.destinations[0]).toMatchObject({
      kind: 'devo-http',
      endpoint: 'https://http-us.devo.io',
      domain: 'acme',
      gzip: false,
      caFile: 'ca.pem',
      maxTlp: 'green',
      hostname: 'h',
      batchRecords: 9,
      maxAttempts: 1,
    });
    expect([...config.secrets]).toEqual([['destination/h/token', 'tk']]);
  });
});

describe('what means nothing here', () => {
  test("is named in the seeds' words, without its text", () => {
    const { warnings } = read({
      extra: 1,
      globals: { debug: true, id: 'x', name: 'y', persistence: {}, colour: 'blue' },
      outputs: {
        screen: { type: 'console' },
        ...output({ threads: 2, internal_senders: { queue: 9 } }).outputs,
      },
      inputs: input(
        { frequency: 'secret text' },
        { credentials: { username: 'u', password: 'p', pin: '1234' } },
      ).inputs,
    });
    expect(warnings).toEqual([
      '[WARNING] Illegal setting has been ignored -> extra: 1',
      '[WARNING] Illegal global setting has been ignored -> colour: (...)',
      '[WARNING] Illegal output has been ignored -> screen: (...)',
      '[WARNING] Illegal setting of output "devo": internal_senders has been ignored -> queue: 9',
      '[WARNING] Illegal setting of output "devo" has been ignored -> threads: 2',
      '[WARNING] Illegal setting of input "feed" has been ignored -> frequency: (...)',
      '[WARNING] Illegal setting of input "feed" credentials has been ignored -> pin: (...)',
    ]);
  });

  test('globals id and name are kept', () => {
    expect(read({ globals: { id: 7, name: 'taxii' } })).toMatchObject({
      collectorId: '7',
      collectorName: 'taxii',
    });
  });
});

test('every documented key is one of the above', () => {
  const doc = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  const documented = [...doc.matchAll(/^\| (`[^|]+) \|/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([a-z_.]+)`/g)].map(([, key = '']) => key))
    .map((key) => key.replace(/^credentials\./, ''));
  const tried = new Set([
    ...INPUT_KEYS.map(([key]) => key),
    ...OUTPUT_KEYS.map(([key]) => key),
    ...CTCI_INPUT_KEYS.map(([key]) => key),
    ...THREATQ_INPUT_KEYS.map(([key]) => key),
    'username',
    'password',
    ...[...LOOKUP_KEYS, ...LOOKUP_API_KEYS, ...LOOKUP_MESSAGE_KEYS].map(([key]) => key),
    ...[
      'api_token',
      'mode',
      'token',
      'type',
      'enabled',
      'outputs',
      'credentials',
      'key_passphrase',
      'proxy_password',
    ],
    ...['level', 'metrics', 'log_tag', 'metrics_tag'],
  ]);
  expect(documented.length).toBeGreaterThan(40);
  expect(documented.filter((key) => !tried.has(key))).toEqual([]);
});
