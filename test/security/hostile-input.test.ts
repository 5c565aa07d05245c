import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passGate } from '../../main/engine/gate.ts';
import { formatLogLine, oneLine } from '../../main/engine/log/log-line.ts';
import { calls, MAX_CALL_BYTES } from '../../shared/contract.ts';

/** What comes over a wire or out of a feed: it is refused, or it is only text. */

const answered: unknown[] = [];
const gate = (name: string, input: unknown, size: number | null = null) =>
  passGate(
    async (_, checked) => {
      answered.push(checked);
      return {};
    },
    name,
    input,
    size,
  );

describe('calls', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
    'app',
    'app.',
    'app.info ',
    'APP.INFO',
    'app.info\0',
    'secrets.get',
    'sources.getSecret',
    'x'.repeat(10_000),
  ])('there is none named %j', async (name) => {
    answered.length = 0;
    const result = await gate(name, {});
    expect(result).toMatchObject({ ok: false, failure: { code: 'call.unknown' } });
    expect(JSON.stringify(result).length).toBeLessThan(500);
    expect(answered).toEqual([]);
  });

  test('no call of the contract reads a secret', () => {
    const output = JSON.stringify(Object.keys(calls));
    expect(output).not.toMatch(/getSecret|readSecret|secrets\.get/);
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'the key %s is refused or has no meaning, wherever it stands',
    async (key) => {
      const evil = (text: string): unknown => JSON.parse(text.replaceAll('KEY', key));
      const inputs: [string, unknown][] = [
        ['app.info', evil('{"KEY":{"polluted":true}}')],
        [
          'records.page',
          evil('{"filter":{"KEY":{"polluted":true}},"sort":{"by":"arrival","dir":"asc"},"limit":1}'),
        ],
        ['records.facets', evil('{"filter":{"not":{"KEY":["x"]}}}')],
        ['records.decide', evil('{"selection":{"filter":{},"KEY":1},"decision":"approved","reason":null}')],
        ['sources.probe', evil('{"settings":{"KEY":{"polluted":true}},"secrets":{"KEY":"x"}}')],
        ['sources.setSecret', evil('{"name":"KEY","field":"KEY","value":"x"}')],
        ['forward.start', evil('{"destinations":["KEY"],"KEY":[]}')],
      ];
      for (const [name, input] of inputs) {
        const result = await gate(name, input);
        expect(result, name).toMatchObject({ ok: false, failure: { code: 'call.invalid' } });
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  test('sizes, depths and lists have limits', async () => {
    const sort = { by: 'arrival', dir: 'asc' };
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`);
    expect(
      await gate('records.page', { filter: { text: 'x'.repeat(MAX_CALL_BYTES) }, sort, limit: 1 }),
    ).toMatchObject({
      failure: { code: 'call.too-large' },
    });
    expect(await gate('app.info', {}, MAX_CALL_BYTES + 1)).toMatchObject({
      failure: { code: 'call.too-large' },
    });
    for (const input of [
      { filter: { id: Array(501).fill('x') }, sort, limit: 1 },
      { filter: { text: 'x'.repeat(501) }, sort, limit: 1 },
      { filter: {}, sort, limit: 501 },
      { filter: {}, sort, limit: -1 },
      { filter: {}, sort, index: -1, limit: 1 },
      { filter: {}, sort, index: 0.5, limit: 1 },
      { filter: { source: deep }, sort, limit: 1 },
      deep,
      { filter: { text: 1n }, sort, limit: 1 },
      null,
      'text',
    ])
      expect(await gate('records.page', input)).toMatchObject({ failure: { code: 'call.invalid' } });
  });

  test.each(['../../etc', 'a/b', 'a\\b', 'a\0b', '', ' leading', 'x'.repeat(65), 'a\nb', '‮evil', '<script>'])(
    '%j is no name for a source',
    async (name) => {
      expect(await gate('sources.pull', { name })).toMatchObject({ failure: { code: 'call.invalid' } });
    },
  );

  test('what a handler throws becomes a failure without its stack', async () => {
    const result = await passGate(
      async () => {
        throw new TypeError('inside');
      },
      'app.info',
      {},
      null,
    );
    expect(result).toMatchObject({ ok: false, failure: { code: 'internal', message: 'inside' } });
    expect(JSON.stringify(result)).not.toContain('.ts:');
  });
});

describe('log lines', () => {
  const line = (message: string): string =>
    formatLogLine({
      at: Date.UTC(2023, 0, 10, 15, 22, 57, 146),
      level: 'INFO',
      process: 'MainProcess',
      thread: 'MainThread',
      message,
    });

  test("are the seed's", () => {
    expect(line('text')).toBe('2023-01-10T15:22:57.146    INFO MainProcess::MainThread -> text');
  });

  test.each<[string, string]>([
    ['a\nb', 'a\\u000ab'],
    ['a\r\nb', 'a\\u000d\\u000ab'],
    ['a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u0000b\u0007', 'a\\u0000b\\u0007'],
    ['invoice_\u202Egnp.exe', 'invoice_\\u202egnp.exe'],
    ['\u2066x\u2069', '\\u2066x\\u2069'],
    ['\u200fx\u200e', '\\u200fx\\u200e'],
    ['\u061cx', '\\u061cx'],
  ])('%j shows as %s', (hostile, shown) => {
    expect(oneLine(hostile)).toBe(shown);
  });

  test('any text stays one line that no terminal acts on, and ordinary text stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = line(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect(shown.split(/\r\n|\r|\n|\u2028|\u2029/)).toHaveLength(1);
      }),
    );
    expect(oneLine('Pull Started – 日本語 é 🦊 "quoted" \\n')).toBe(
      'Pull Started – 日本語 é 🦊 "quoted" \\n',
    );
  });
});
