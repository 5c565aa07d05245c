import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openSettings } from '../../../main/engine/config/settings-file.ts';
import { appSettings, DEFAULT_APP_SETTINGS } from '../../../shared/app-settings.ts';

let dir: string;
const file = () => join(dir, 'settings.json');
const backup = () => join(dir, 'settings-v1.backup.json');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-settings-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
});

const V1 = '{"version": 1, "paused": true, "pausedSources": ["a"]}';

describe('the settings file', () => {
  test('of an older version is read as today, and kept aside before the first change', () => {
    writeFileSync(file(), V1);
    const settings = openSettings(dir);
    expect(settings.value).toMatchObject({ paused: true, pausedSources: ['a'], app: DEFAULT_APP_SETTINGS });
    expect(readFileSync(file(), 'utf8')).toBe(V1);
    expect(existsSync(backup())).toBe(false);

    settings.update({ paused: false });
    expect(readFileSync(backup(), 'utf8')).toBe(V1);
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      version: 2,
      paused: false,
      pausedSources: ['a'],
    });
    // Of the first only: what came before Sluice wrote.
    settings.update({ paused: true });
    expect(readFileSync(backup(), 'utf8')).toBe(V1);
    expect(openSettings(dir).value).toMatchObject({ paused: true });
  });

  test.each([
    ['settings.newer', '{"version": 3, "somethingNew": true}'],
    ['settings.invalid', '{"version": 1, "paused": "yes"}'],
    ['settings.invalid', '{"version": 2, "unknownKey": 1}'],
    ['settings.invalid', '[1]'],
    ['settings.invalid', '{"version": 2,'],
  ])('%s: %s is refused, not destroyed', (code, text) => {
    writeFileSync(file(), text);
    expect(() => openSettings(dir)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code }) }),
    );
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  test('takes no change that is not one', () => {
    const settings = openSettings(dir);
    const app = { ...DEFAULT_APP_SETTINGS, logLevel: 'LOUD' as 'INFO' };
    expect(() => settings.update({ app })).toThrow();
    expect(settings.value.app.logLevel).toBe('INFO');
    expect(existsSync(file())).toBe(false);
  });
});

/** Every field, however deep, by its path. */
function fields(schema: z.ZodType, path: string[] = []): { path: string; schema: z.ZodType }[] {
  const inner = schema instanceof z.ZodPrefault ? (schema.unwrap() as z.ZodType) : schema;
  if (!(inner instanceof z.ZodObject)) return [{ path: path.join('.'), schema }];
  return Object.entries(inner.shape).flatMap(([name, one]) => fields(one as z.ZodType, [...path, name]));
}

describe('the schema of the program’s settings', () => {
  test.each(fields(appSettings))('$path has a default and says what it is', ({ schema }) => {
    expect(schema.safeParse(undefined).success).toBe(true);
    expect(schema.description ?? '').toMatch(/\w{3}/);
  });

  test.each([
    ['a proxy with a password', { proxy: { mode: 'manual', url: 'http://u:p@proxy.example:8080' } }],
    ['a proxy with a name', { proxy: { mode: 'manual', url: 'http://u@proxy.example:8080' } }],
    ['a proxy that is a file', { proxy: { mode: 'manual', url: 'file:///etc/passwd' } }],
    ['no time of day', { quietHours: { from: '24:00' } }],
    ['no days', { retention: { rejectedDays: 0 } }],
    ['half a day', { retention: { handedOverDays: 0.5 } }],
    ['an unknown key', { telemetry: true }],
  ])('refuses %s', (_, given) => {
    expect(appSettings.safeParse(given).success).toBe(false);
  });
});
