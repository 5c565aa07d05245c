import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../../main/engine/engine.ts';
import { passGate } from '../../../main/engine/gate.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import { DEFAULT_APP_SETTINGS } from '../../../shared/app-settings.ts';
import type { CallInput, CallName, CallOutput, EngineEvent } from '../../../shared/contract.ts';
import { draft, fixedClock, pulling, stixId, temporaryDir } from '../../unit/store/store-fixture.ts';

const START = 1_790_000_000_000;
const DAY = 86_400_000;

let dir: string;
let events: EngineEvent[];
const clock = { ...fixedClock(START), sleep: () => Promise.resolve() };
const engines = new Set<Engine>();

function open(schedule = false): Engine {
  const engine = createEngine({
    dataDir: dir,
    clock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'direct',
    schedule,
  });
  engines.add(engine);
  engine.onEvent((event) => events.push(event));
  return engine;
}

/** A store with records that were rejected at {@link START}. */
function fresh(records = 0): void {
  dir = join(temporaryDir(), 'data');
  events = [];
  clock.at = START;
  clock.now = () => clock.at;
  const store = openStore({ dir, clock });
  if (records > 0) {
    pulling(store).page(
      Array.from({ length: records }, (_, i) =>
        draft({
          id: stixId(i + 1),
          raw: Buffer.from(JSON.stringify({ id: stixId(i + 1), pad: 'x'.repeat(900) })),
        }),
      ),
    );
    store.decisions.decide({ filter: {} }, 'rejected', null, START);
  }
  store.close();
}
afterEach(async () => {
  for (const engine of engines) await engine.close();
  engines.clear();
});

async function ask<N extends CallName>(engine: Engine, name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await passGate(engine.answer, name, input, null);
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value as CallOutput<N>;
}

const RETAIN = { ...DEFAULT_APP_SETTINGS, retention: { rejectedDays: 1, handedOverDays: null } };
const runs = () => events.flatMap((e) => (e.name === 'cleanup' ? [e.data] : []));

describe('settings of the program', () => {
  test('are saved, told, and there after a restart', async () => {
    fresh();
    const engine = open();
    expect(await ask(engine, 'settings.get', {})).toEqual(DEFAULT_APP_SETTINGS);
    await ask(engine, 'settings.save', { settings: { ...DEFAULT_APP_SETTINGS, theme: 'dark' } });
    await expect
      .poll(() => events.filter((e) => e.name === 'settings').at(-1)?.data)
      .toMatchObject({ theme: 'dark' });
    await engine.close();
    expect((await ask(open(), 'settings.get', {})).theme).toBe('dark');
  });

  test('a CA file that is none is refused and changes nothing', async () => {
    fresh();
    const engine = open();
    const save = ask(engine, 'settings.save', {
      settings: { ...DEFAULT_APP_SETTINGS, caFile: 'missing.pem' },
    });
    await expect(save).rejects.toThrow('tls.file-unreadable: The CA file missing.pem does not exist.');
    expect(await ask(engine, 'settings.get', {})).toEqual(DEFAULT_APP_SETTINGS);
  });

  test('lines below the level are not kept', async () => {
    fresh();
    const engine = open();
    const lines: string[] = [];
    engine.onLogLine((line) => lines.push(line.level));
    engine.hear({ problem: 'one' });
    await ask(engine, 'settings.save', { settings: { ...RETAIN, logLevel: 'WARNING' } });
    await ask(engine, 'retention.start', {});
    await expect.poll(() => runs().at(-1)?.state).toBe('done');
    engine.hear({ problem: 'two' });
    expect(lines).toEqual(['ERROR', 'ERROR']);
  });
});

const MANY = 25_000;

describe('a clean-up', () => {
  test('tells what it would remove, then its progress, and that it is done', async () => {
    fresh(3000);
    const engine = open();
    await ask(engine, 'settings.save', { settings: RETAIN });
    expect(await ask(engine, 'retention.plan', {})).toMatchObject({
      rejected: 0,
      removed: 0,
      run: null,
      lastAt: null,
    });
    clock.at = START + 2 * DAY;
    const plan = await ask(engine, 'retention.plan', {});
    expect(plan).toMatchObject({ rejected: 3000, handedOver: 0 });
    expect(plan.bytes).toBeGreaterThan(2_700_000);
    await ask(engine, 'retention.start', {});
    await expect(ask(engine, 'retention.start', {})).rejects.toThrow('retention.running');
    await expect.poll(() => runs().at(-1)?.state, { timeout: 20_000 }).toBe('done');
    expect(runs().at(-1)).toMatchObject({ removed: 3000, failure: null });
    expect(runs().at(-1)?.freedBytes).toBeGreaterThan(1_000_000);
    const after = await ask(engine, 'retention.plan', {});
    expect(after).toMatchObject({ rejected: 0, removed: 3000, lastAt: clock.at, freeBytes: 0 });
    expect(after.fileBytes).toBeLessThan(plan.fileBytes);
    const detail = await ask(engine, 'records.detail', { key: 1 });
    expect(detail).toMatchObject({ raw: '', row: { decision: 'rejected' } });
    expect(detail?.problems.map((p) => p.code)).toContain('store.expired');
    const relay = { kind: 'devo-relay' as const, name: 'relay', address: '127.0.0.1', port: 1 };
    await ask(engine, 'destinations.save', { settings: relay, previousName: null });
    const preview = await ask(engine, 'records.preview', { key: 1, destination: 'relay' });
    expect(preview).toMatchObject({ bytes: '', length: 0 });
    expect(preview.blocked).not.toBeNull();
  });

  test('that is cancelled keeps what it has not removed, and goes on from there the next time', async () => {
    // More than one transaction removes, however quick the machine is.
    fresh(MANY);
    clock.at = START + 2 * DAY;
    const engine = open();
    await ask(engine, 'settings.save', { settings: RETAIN });
    await ask(engine, 'retention.start', {});
    await ask(engine, 'retention.cancel', {});
    await expect.poll(() => runs().at(-1)?.state, { timeout: 20_000 }).toBe('cancelled');
    const { removed, rejected, lastAt } = await ask(engine, 'retention.plan', {});
    expect(removed + rejected).toBe(MANY);
    expect(rejected).toBeGreaterThan(0);
    expect(lastAt).toBeNull();
    await ask(engine, 'retention.start', {});
    await expect.poll(() => runs().at(-1)?.state, { timeout: 20_000 }).toBe('done');
    expect((await ask(engine, 'retention.plan', {})).removed).toBe(MANY);
  });

  test('runs by itself where something is to be removed after a time, and not where everything stays', async () => {
    fresh(100);
    clock.at = START + 2 * DAY;
    const first = open(true);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(runs()).toEqual([]);
    await ask(first, 'settings.save', { settings: RETAIN });
    await expect.poll(() => runs().at(-1)?.state, { timeout: 10_000 }).toBe('done');
    expect((await ask(first, 'retention.plan', {})).removed).toBe(100);
  });

  test('ends with the engine', async () => {
    fresh(5000);
    clock.at = START + 2 * DAY;
    const engine = open();
    await ask(engine, 'settings.save', { settings: RETAIN });
    await ask(engine, 'retention.start', {});
    await engine.close();
    engines.delete(engine);
    const again = open();
    const { removed, rejected } = await ask(again, 'retention.plan', {});
    expect(removed + rejected).toBe(5000);
  });
});

test('what a host says of sleep and network is in the snapshot', async () => {
  fresh();
  let online = false;
  const engine = createEngine({
    dataDir: dir,
    clock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'direct',
    schedule: true,
    network: { online: () => online },
  });
  engines.add(engine);
  expect((await ask(engine, 'app.snapshot', {})).online).toBe(false);
  online = true;
  engine.hear({ online: true });
  expect((await ask(engine, 'app.snapshot', {})).online).toBe(true);
  const quietHours = { ...DEFAULT_APP_SETTINGS.quietHours, enabled: true, from: '00:00', to: '00:00' };
  await ask(engine, 'settings.save', { settings: { ...DEFAULT_APP_SETTINGS, quietHours } });
  expect((await ask(engine, 'app.snapshot', {})).quietUntil).toBeGreaterThan(clock.at);
});
