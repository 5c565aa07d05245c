import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CTCI_KEYS } from '../../../main/engine/config/read-ctci-input.ts';
import { CTCI_ERRORS } from '../../../shared/ctci-errors.ts';
import { read, refusal } from './config-fixture.ts';
import { CTCI_INPUT_KEYS } from './ctci-keys.ts';

const TOKEN = 'tk-never-to-be-seen';
const input = (service: Record<string, unknown>, own: Record<string, unknown> = {}) => ({
  inputs: { ctci_collector: { credentials: { api_token: TOKEN }, ...own, services: { cewl: service } } },
});

describe('a CTCI input', () => {
  test('needs a token and nothing else', () => {
    const config = read(input({}));
    expect(config.warnings).toEqual([]);
    expect(config.sources[0]).toMatchObject({
      kind: 'ctci',
      name: 'ctci_collector',
      id: 'ctci_collector',
      baseUrl: 'https://api.ctci.ai',
      path: '/api/v1/cewl',
      auth: 'x-api-key',
      periodSeconds: 3600,
      partitions: null,
    });
    expect([...config.secrets]).toEqual([['source/ctci_collector/token', TOKEN]]);
    expect(JSON.stringify(config.sources)).not.toContain(TOKEN);
  });

  test('may have a service without settings', () => {
    const text = `inputs: {c: {credentials: {api_token: ${TOKEN}}, services: {cewl: }}}`;
    expect(read(text).sources[0]).toMatchObject({ kind: 'ctci' });
  });

  test.each(CTCI_INPUT_KEYS)('%s at the service and at the input', (key, value, arrives) => {
    for (const config of [read(input({ [key]: value })), read(input({}, { [key]: value }))]) {
      expect(config.warnings).toEqual([]);
      expect(config.sources[0]).toMatchObject(arrives);
    }
  });

  test('every key that is read is tried', () => {
    const tried = new Set(CTCI_INPUT_KEYS.map(([key]) => key));
    expect(Object.keys(CTCI_KEYS).filter((key) => !tried.has(key) && key !== 'outputs')).toEqual([]);
  });

  test('keeps its other secrets apart, and names what means nothing', () => {
    const own = { credentials: { api_token: TOKEN, key_passphrase: 'kp', proxy_password: 'pp', user: 'x' } };
    const config = read(input({ colour: 'blue' }, own));
    expect([...config.secrets.keys()].sort()).toEqual([
      'source/ctci_collector/keyPassphrase',
      'source/ctci_collector/proxyPassword',
      'source/ctci_collector/token',
    ]);
    expect(config.warnings).toEqual([
      '[WARNING] Illegal setting of input "ctci_collector" has been ignored -> colour: (...)',
      '[WARNING] Illegal setting of input "ctci_collector" credentials has been ignored -> user: (...)',
    ]);
  });

  const e = CTCI_ERRORS;
  test.each<[number, string, Record<string, unknown>, Record<string, unknown>]>([
    [1, e.baseUrlType.message, { base_url: 7 }, {}],
    [2, e.baseUrlFormat.message, { base_url: 'ftp://x' }, {}],
    [2, e.baseUrlFormat.message, { base_url: 'https://u:secret-pw@x.example' }, {}],
    [3, e.pathFormat.message, { path: 'cewl' }, {}],
    [4, e.credentialsMissing.message, {}, { credentials: undefined }],
    [5, e.credentialsType.message, {}, { credentials: 'text' }],
    [5, e.credentialsType.message, {}, { credentials: {} }],
    [5, e.credentialsType.message, {}, { credentials: null }],
    [6, e.tokenMissing.message, {}, { credentials: { key_passphrase: 'x' } }],
    [6, e.tokenMissing.message, {}, { credentials: { api_token: ' \n' } }],
    [7, e.tokenType.message, {}, { credentials: { api_token: 12 } }],
    [8, e.tokenCharacters.message, {}, { credentials: { api_token: 'two words' } }],
    [8, e.tokenCharacters.message, {}, { credentials: { api_token: 'töken' } }],
    [9, e.auth.message, { auth: 'basic' }, {}],
    [10, e.partitions.message, { partitions: 'year=2024' }, {}],
    [10, e.partitions.message, { partitions: [] }, {}],
  ])('SetupError %i: %s', (id, message, service, own) => {
    const failure = refusal(input(service, own));
    expect(failure).toMatchObject({ code: `config.ctci-${id}`, type: 'SetupError', id, message });
    expect(failure.cause).not.toBeNull();
    expect(failure.remedy).not.toBeNull();
    expect(JSON.stringify(failure)).not.toMatch(/secret-pw|two words|töken/);
  });
});

test('docs/ctci-errors.md is the table of the errors', () => {
  const doc = readFileSync(new URL('../../../docs/ctci-errors.md', import.meta.url), 'utf8');
  const rows = [...doc.matchAll(/^\| (SetupError|ApiError) \| (\d+) \| (.*) \| (.*) \| (.*) \|$/gm)];
  const cell = (text: string): string => text.replaceAll('`', '').trim();
  expect(
    rows.map(([, type, id, ...texts]) => [type, Number(id), ...texts.map((t) => cell(t ?? ''))]),
  ).toEqual(
    Object.values(CTCI_ERRORS).map(({ type, id, message, cause, remedy }) => [
      type,
      id,
      message.endsWith(': ') ? `${message}[...]` : message,
      cause,
      remedy,
    ]),
  );
});
