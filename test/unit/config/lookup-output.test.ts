import { describe, expect, test } from 'vitest';
import { failureLine } from '../../../shared/errors.ts';
import { CEWL_COLUMNS } from '../../../shared/settings-lookup.ts';
import { read, refusal } from './config-fixture.ts';
import { LOOKUP_API_KEYS, LOOKUP_KEYS, LOOKUP_MESSAGE_KEYS } from './lookup-keys.ts';

const output = (config: Record<string, unknown>) => ({
  outputs: { cewl_1: { type: 'devo_lookup', config } },
});
const API = { base_url: 'https://api-us.devo.com/lookup-api', domain: 'mydomain', token: 'tk' };
const LEGACY = { mode: 'legacy', address: 'eu.example', chain: 'c.crt', cert: 'd.crt', key: 'd.key' };

describe('devo_lookup over the REST API', () => {
  test('has defaults for all but base URL, domain and token', () => {
    const config = read(output(API));
    expect(config.warnings).toEqual([]);
    expect(config.destinations).toEqual([
      {
        kind: 'devo-lookup',
        name: 'cewl_1',
        enabled: true,
        maxTlp: 'red',
        batchRecords: 100_000,
        maxAttempts: 5,
        hostname: '',
        lookup: 'CEWL',
        columns: CEWL_COLUMNS,
        update: 'increment',
        baseUrl: API.base_url,
        domain: 'mydomain',
        proxy: { mode: 'system' },
        caFile: null,
        jobTimeoutSeconds: 1800,
        jobPollSeconds: 2,
      },
    ]);
    expect([...config.secrets]).toEqual([['destination/cewl_1/token', 'tk']]);
    expect(JSON.stringify(config.destinations)).not.toContain('"tk"');
  });

  test.each([...LOOKUP_KEYS, ...LOOKUP_API_KEYS])('%s: %j', (key, value, arrives) => {
    const config = read(output({ ...API, mode: 'api', [key]: value }));
    expect(config.warnings).toEqual([]);
    expect(config.destinations[0]).toMatchObject({ kind: 'devo-lookup', ...arrives });
  });
});

describe('devo_lookup as messages', () => {
  test.each([...LOOKUP_KEYS, ...LOOKUP_MESSAGE_KEYS])('%s: %j', (key, value, arrives) => {
    const config = read(output({ ...LEGACY, type: 'SSL', key_passphrase: 'kp', [key]: value }));
    expect(config.warnings).toEqual([]);
    expect(config.destinations[0]).toMatchObject({ kind: 'devo-lookup-legacy', ...arrives });
    expect([...config.secrets]).toEqual([['destination/cewl_1/keyPassphrase', 'kp']]);
  });

  test('needs chain, cert and key', () => {
    expect(failureLine(refusal(output({ ...LEGACY, chain: '' })))).toContain('chain is not set');
  });
});

describe('what cannot be a lookup', () => {
  test.each([
    [{ ...API, mode: 'ftp' }, /mode is api or legacy, not "ftp"/],
    [{ ...API, lookup: 'two words' }, /lookup: A lookup name holds letters/],
    [{ ...API, columns: 'cve' }, /columns must be a list/],
    [{ ...API, columns: [7] }, /a column is a name, or a block/],
    [{ ...API, columns: ['cve', 'cve'] }, /columns: Two columns have the same name/],
    [{ ...API, columns: ['no-hyphens'] }, /columns\.0\.name: A column name holds letters/],
    [{ ...API, base_url: 'ftp://x' }, /base_url: The base URL must be an http or https URL/],
    [{ ...API, base_url: 'https://u:never-seen@x.example' }, /base_url: A password does not belong/],
    [{ ...API, proxy: 'http://u:never-seen@x.example' }, /proxy.*: A password does not belong|proxy/],
    [{ domain: 'd', token: 't' }, /base_url/],
  ])('%j', (config, sentence) => {
    const failure = refusal(output(config));
    expect(failureLine(failure)).toMatch(sentence);
    expect(JSON.stringify(failure)).not.toContain('never-seen');
  });
});
