import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../../main/node/exit-codes.ts';
import { failureLine } from '../../../shared/errors.ts';
import { input, output, read, refusal } from './config-fixture.ts';

describe('configurations that are refused, each with one sentence', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'a URL that is none',
      input({ discovery_url: 'feeds.example' }),
      /^Input "feed": discovery_url: The discovery URL must be an http or https URL\.$/,
    ],
    [
      'another scheme',
      input({ discovery_url: 'ftp://feeds.example/' }),
      /^Input "feed": discovery_url: The discovery URL must be/,
    ],
    ['no URL', input({ discovery_url: null }), /^Input "feed": discovery_url is missing\.$/],
    ['an unknown version', input({ taxii_version: '1.1' }), /^Input "feed": taxii_version: /],
    [
      'an empty historic date',
      input({ historic_date_utc: '' }),
      /^InitVariableError 1: Invalid value is provided for the historic_date\.$/,
    ],
    [
      'a historic date of another form',
      input({ historic_date_utc: '15.11.2022' }),
      /^InitVariableError 2: Time format for historic date must be "%Y-%m-%dT%H:%M:%SZ"$/,
    ],
    [
      'a historic date in the future',
      input({ historic_date_utc: '2999-01-01T00:00:00Z' }),
      /^InitVariableError 3: historic datetime cannot be greater than the present UTC time$/,
    ],
    [
      'an unknown service',
      { inputs: { feed: { services: { sightings: {} } } } },
      /^Input "feed" defines the service "sightings", which Sluice cannot pull\. Known: [a-z_, ]+\.$/,
    ],
    ['no service', { inputs: { feed: { credentials: {} } } }, /^Input "feed" defines no services\./],
    [
      'an output that does not exist',
      { inputs: { feed: { ...input({}).inputs.feed, outputs: ['nowhere'] } } },
      /^Input "feed" names the output "nowhere", which the file does not define\.$/,
    ],
    [
      'an unknown output type',
      { outputs: { x: { type: 'kafka', config: {} } } },
      /^Output "x" has the type "kafka", which Sluice does not know\./,
    ],
    [
      'no chain',
      output({ chain: null }),
      /^Output "devo": chain is not set\. Without chain, cert and key nothing is sent\.$/,
    ],
    ['a port that is none', output({ port: 70_000 }), /^Output "devo": port: /],
    [
      'a list of internal senders',
      output({ internal_senders: ['log'] }),
      /^Output "devo": internal_senders is true, false or a block of settings\.$/,
    ],
    [
      'a level that is none',
      output({ internal_senders: { enabled: true, level: 'loud' } }),
      /^Output "devo": internal_senders: level: /,
    ],
    [
      'a tag that would end early on the wire',
      output({ internal_senders: { log_tag: 'my.app.x: y' } }),
      /^Output "devo": internal_senders: log_tag: A tag is two or more levels of letters/,
    ],
    [
      'a tag of lookups',
      output({ internal_senders: { metrics_tag: 'my.lookup.data.x' } }),
      /^Output "devo": internal_senders: metrics_tag: my\.lookup… is for lookups, not for events\.$/,
    ],
    ['an unknown TLP', output({ max_tlp: 'purple' }), /^Output "devo": max_tlp: /],
    ['a list instead of settings', '- one\n- two\n', /^The configuration file holds no settings: /],
    ['an empty file', '', /^The configuration file holds no settings: /],
    [
      'an obfuscation rule without a name',
      input({ obfuscation: [{ value: 'x' }] }),
      /^Input "feed": obfuscation\.0\.name: /,
    ],
  ])('%s', (_, value, sentence) => {
    const failure = refusal(value);
    expect(failureLine(failure)).toMatch(sentence);
    expect(exitCodeOf(failure)).toBe(2);
  });
});

describe('passwords in URLs, which are shown and stored', () => {
  test.each([
    ['discovery_url', input({ discovery_url: 'https://u:never-to-be-seen@feeds.example/' })],
    ['api_roots.0', input({ api_roots: ['https://u:never-to-be-seen@feeds.example/root/'] })],
    [
      'endpoint',
      {
        outputs: {
          h: {
            type: 'devo_http',
            config: { endpoint: 'https://u:never-to-be-seen@devo.example', domain: 'd' },
          },
        },
      },
    ],
  ])('%s', (key, value) => {
    const failure = refusal(value);
    expect(failureLine(failure)).toContain(`: ${key}: A password does not belong into a URL`);
    expect(JSON.stringify(failure)).not.toContain('never-to-be-seen');
  });
});

describe('YAML', () => {
  const SECRET = 'never-to-be-seen';

  test('a mistake is placed by line and column, and the line is not repeated', () => {
    const { message, details } = refusal(`inputs:\n  feed:\n    password: "${SECRET}\n    x: [\n`);
    expect(message).toMatch(/^The configuration file is not valid YAML \(line \d+, column \d+\): /);
    expect(message).not.toContain(SECRET);
    expect(details.line).toEqual(expect.any(Number));
  });

  test.each([
    ['tabs', `inputs:\n\tfeed: {password: ${SECRET}}\n`],
    ['a colon in a value', `inputs:\n  feed: a: ${SECRET}: b\n`],
    ['an unknown alias', `inputs: *${SECRET}\n`],
    ['an unclosed flow', `inputs: {feed: {password: ${SECRET}\n`],
    ['a key twice', `inputs:\n  ${SECRET}: 1\n  ${SECRET}: 2\n`],
    ['a bad escape', `inputs: "\\q ${SECRET}"\n`],
    ['an unknown directive', `%${SECRET} 1\n---\ninputs: {}\n`],
  ])('%s never repeat what the file says', (_, text) => {
    let said = '';
    try {
      said = JSON.stringify(read(text).warnings);
    } catch (error) {
      said = String(error);
    }
    expect(said).not.toContain(SECRET);
  });

  test('aliases that multiply are refused in no time', () => {
    const levels = Array.from({ length: 12 }, (_, i) =>
      i === 0 ? 'a0: &a0 [x, x, x, x, x, x, x, x, x]' : `a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}]`,
    );
    const began = performance.now();
    const failure = refusal(`${levels.join('\n')}\ninputs: *a11\n`);
    expect(performance.now() - began).toBeLessThan(2000);
    expect(exitCodeOf(failure)).toBe(2);
  });

  test('keys with a meaning in JavaScript are only keys', () => {
    const config = read(
      '__proto__: {polluted: true}\nconstructor: 1\nglobals: {__proto__: {polluted: true}}\n',
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(config.sources).toEqual([]);
    const { inputs } = input({});
    expect(refusal({ inputs: { ...inputs, '__proto__x y!': inputs.feed } }).code).toBe('config.invalid');
  });

  test('a very long file is refused, a long one is read', () => {
    const types = Array.from({ length: 20_000 }, (_, i) => `type-${i}`);
    expect(read(input({ types })).sources[0]).toMatchObject({ types });
    expect(refusal(`globals:\n  name: ${'x'.repeat(1_000_001)}\n`).code).toBe('config.too-large');
  });
});
