import { describe, expect, test } from 'vitest';
import { chosenSources } from '../../../main/node/commands/pull.ts';
import { exitCodeOf } from '../../../main/node/exit-codes.ts';
import { bytes, counted, records } from '../../../main/node/say.ts';

describe('exit status', () => {
  test.each([
    'config.yaml',
    'config.invalid',
    'usage.no-store',
    'usage.port',
    'settings.newer',
    'source.unknown',
    'destination.unknown',
    'devo.file-missing',
  ])('%s: the caller must change something, 2', (code) => expect(exitCodeOf({ code, type: null })).toBe(2));
  test('InitVariableError is configuration, whatever its code', () => {
    expect(exitCodeOf({ code: 'taxii.historic-date', type: 'InitVariableError' })).toBe(2);
  });
  test.each([
    'taxii.unauthorized',
    'http.refused',
    'store.full',
    'store.busy',
    'devo.certificate-expired',
    'cancelled',
    'internal',
  ])('%s: something failed, 1', (code) => expect(exitCodeOf({ code, type: 'PullError' })).toBe(1));
});

describe('sources of a command', () => {
  const all = [
    { name: 'on', enabled: true },
    { name: 'off', enabled: false },
  ];
  test('the enabled ones, or exactly those named, disabled or not, in that order', () => {
    expect(chosenSources(all, undefined).map((s) => s.name)).toEqual(['on']);
    expect(chosenSources(all, ['off', 'on']).map((s) => s.name)).toEqual(['off', 'on']);
  });
  test('none and unknown ones are wrong use', () => {
    expect(() => chosenSources(all.slice(1), undefined)).toThrow(
      'The configuration defines no enabled input.',
    );
    expect(() => chosenSources(all, ['on', 'else'])).toThrow(
      'The configuration defines no input named "else".',
    );
  });
});

test('numbers are written for people', () => {
  expect([records(0), records(1), records(24_771)]).toEqual(['0 records', '1 record', '24,771 records']);
  expect([bytes(1), bytes(999), bytes(1000), bytes(34_040_000)]).toEqual([
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '34.0 MB',
  ]);
  expect(counted(1_234_567)).toBe('1,234,567');
});
