import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../main/engine/engine.ts';
import { passGate } from '../../main/engine/gate.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { devoRelaySettings, taxiiSettings } from '../../shared/settings.ts';
import { draft, pulling, stixId } from '../unit/store/store-fixture.ts';

const RELAY = devoRelaySettings.parse({
  kind: 'devo-relay',
  name: 'relay',
  address: '127.0.0.1',
  port: 9,
  maxTlp: 'amber',
});
const ALL = { filter: {} };
const ASKED = { destination: 'relay', selection: ALL, reason: 'Agreed with the CERT in ticket 4711.' };

let dir: string;
let engine: Engine;

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await passGate(engine.answer, name, structuredClone(input), null);
  if (!result.ok) throw new Error(`${name}: ${result.failure.code} ${result.failure.message}`);
  return (calls[name].output as unknown as z.ZodType<CallOutput<N>>).parse(structuredClone(result.value));
}

async function refused(name: CallName, input: unknown): Promise<Failure> {
  const result = await passGate(engine.answer, name, input, null);
  if (result.ok) throw new Error(`${name} was answered`);
  return result.failure;
}

const plan = async () => (await ask('forward.plan', { exact: true }))[0];
const warnings = async () =>
  (await ask('log.page', { level: 'WARNING', limit: 100 })).map((line) => line.message);
const save = (over: Partial<typeof RELAY>) =>
  ask('destinations.save', { settings: { ...RELAY, ...over }, previousName: 'relay' });

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-overrides-'));
  const store = openStore({ dir, clock: systemClock });
  const tlps = ['green', 'amber', 'amber+strict', 'red', 'red'] as const;
  pulling(store).page(
    tlps.map((tlp, n) => draft({ id: stixId(n), tlp, raw: Buffer.from(`{"id":"${stixId(n)}","n":${n}}`) })),
  );
  store.close();
  engine = createEngine({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0.0.0',
    host: 'direct',
    schedule: false,
  });
  await ask('sources.save', {
    settings: taxiiSettings.parse({
      kind: 'taxii',
      id: '1',
      name: 'feed',
      discoveryUrl: 'https://taxii.example/',
    }),
    previousName: null,
  });
  await ask('destinations.save', { settings: RELAY, previousName: null });
  await ask('records.decide', { selection: ALL, decision: 'approved', reason: null });
});
afterEach(async () => {
  await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a written override', () => {
  test('is looked at before, counted by the plan and the dry run after, and withdrawn again', async () => {
    expect(await plan()).toMatchObject({
      records: 2,
      blocked: [
        { tlp: 'amber+strict', records: 1 },
        { tlp: 'red', records: 2 },
      ],
    });
    const preview = await ask('overrides.preview', { destination: 'relay', selection: ALL });
    expect(preview).toMatchObject({ ceiling: 'amber', highest: 'red', records: 3 });
    expect((await ask('records.preview', { key: 4, destination: 'relay' })).blocked).toContain('TLP:RED');

    const made = await ask('overrides.make', { ...ASKED, expected: 3 });
    expect(made).toMatchObject({ records: 3, waiting: 3, reason: ASKED.reason, withdrawnAt: null });
    expect(await plan()).toMatchObject({ records: 5, blocked: [] });
    expect((await ask('records.preview', { key: 4, destination: 'relay' })).blocked).toBeNull();
    expect((await ask('records.detail', { key: 4 }))?.overrides).toMatchObject([
      { destination: 'relay', reason: ASKED.reason, state: 'waiting', ceiling: 'amber' },
    ]);
    expect(await ask('overrides.list', { inForce: true, limit: 9 })).toEqual([made]);

    expect(await ask('overrides.withdraw', { id: made.id })).toMatchObject({ takenBack: 3 });
    expect(await plan()).toMatchObject({ records: 2 });
    expect(await ask('overrides.list', { inForce: true, limit: 9 })).toEqual([]);
    expect(await ask('overrides.list', { inForce: false, limit: 9 })).toMatchObject([
      { id: made.id, waiting: 0 },
    ]);
    expect((await refused('overrides.withdraw', { id: made.id })).code).toBe('override.gone');
  });

  test('is in the log as one line, whatever the reason holds and the log level is, when made and when withdrawn', async () => {
    const settings = await ask('settings.get', {});
    await ask('settings.save', { settings: { ...settings, logLevel: 'ERROR' } });
    const reason = 'line one\n2026-01-01T00:00:00.000 ERROR forged\u001b[31m \u202egnp';
    const { id } = await ask('overrides.make', { ...ASKED, reason, selection: { keys: [4, 5] } });
    await ask('overrides.withdraw', { id });
    const shown = 'line one\\u000a2026-01-01T00:00:00.000 ERROR forged\\u001b[31m \\u202egnp';
    expect(await warnings()).toEqual([
      `Override ${id}: 2 records up to TLP:RED may be handed over to relay, which accepts up to TLP:AMBER. Reason: ${shown}`,
      `Override ${id} for relay withdrawn. 2 records taken back, 0 on their way, 0 handed over before. It was for 2 records up to TLP:RED. Reason then: ${shown}`,
    ]);
    const file = readFileSync(join(dir, 'logs', 'sluice.log'), 'utf8');
    expect(file.split('\n').filter((line) => line.includes(`Override ${id}`))).toHaveLength(2);
    expect((await ask('overrides.list', { inForce: false, limit: 9 }))[0]?.reason).toBe(reason);
  });

  test('needs a reason that says something, and is refused for what it was not asked for', async () => {
    for (const reason of ['', '   ', ' a.b ', '\u200b\u200b\u200b\u200b\u200b', '......']) {
      expect((await refused('overrides.make', { ...ASKED, reason })).code).toBe('override.reason');
    }
    const long = { ...ASKED, reason: 'a'.repeat(2001) };
    expect((await refused('overrides.make', long)).code).toBe('call.invalid');
    expect((await refused('overrides.make', { ...ASKED, expected: 2 })).code).toBe('override.changed');
    expect((await refused('overrides.make', { ...ASKED, selection: { keys: [1, 2] } })).code).toBe(
      'override.nothing',
    );
    expect((await refused('overrides.make', { ...ASKED, destination: 'other' })).code).toBe(
      'destination.unknown',
    );
    expect((await refused('overrides.make', { ...ASKED, quietly: true })).code).toBe('call.invalid');
    expect(await ask('overrides.list', { inForce: false, limit: 9 })).toEqual([]);
    expect(await plan()).toMatchObject({ records: 2 });
    expect(await warnings()).toEqual([]);
  });

  test.each([
    [
      'its ceiling is lowered',
      { maxTlp: 'green' as const },
      'the destination accepts only up to TLP:GREEN now',
      1,
    ],
    ['it goes elsewhere', { port: 10 }, 'the destination goes to another place now', 2],
  ])('ends when the destination is changed: %s', async (_, change, why, records) => {
    await ask('overrides.make', ASKED);
    await save(change);
    expect(await plan()).toMatchObject({ records });
    expect(await ask('overrides.list', { inForce: false, limit: 9 })).toMatchObject([
      { withdrawnWhy: why, waiting: 0 },
    ]);
    expect((await warnings()).at(-1)).toContain(`ended: ${why}`);
  });

  test('stays when the ceiling is raised or nothing of this is changed', async () => {
    await ask('overrides.make', { ...ASKED, selection: { keys: [4] } });
    await save({ maxTlp: 'amber+strict', maxAttempts: 3 });
    expect(await plan()).toMatchObject({ records: 4, blocked: [{ tlp: 'red', records: 1 }] });
    expect(await ask('overrides.list', { inForce: true, limit: 9 })).toMatchObject([{ waiting: 1 }]);
  });
});
