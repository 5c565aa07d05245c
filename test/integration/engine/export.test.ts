import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../../main/engine/engine.ts';
import { passGate } from '../../../main/engine/gate.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { CallInput, CallName, CallOutput } from '../../../shared/contract.ts';
import type { ExportRunView } from '../../../shared/views/export.ts';
import { draft, fixedClock, pulling, stixId } from '../../unit/store/store-fixture.ts';

/** The export that runs in an engine: progress, cancelling, what is in its way. SPEC 3. */

const RECORDS = 20_000;
const PAGE = 1000;
const EVERYTHING = { filter: {} };

let dir: string;
let exports: string;
let engine: Engine;
let closed: boolean;
const runs: { at: number; run: ExportRunView }[] = [];
const lines: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-export-'));
  exports = join(dir, 'exports');
  const store = openStore({ dir, clock: fixedClock() });
  const { page } = pulling(store);
  for (let n = 0; n < RECORDS; n += PAGE)
    page(Array.from({ length: PAGE }, (_, i) => draft({ id: stixId(n + i), name: 'x'.repeat(500) })));
  store.close();
  engine = createEngine({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'direct',
    schedule: false,
  });
  closed = false;
  runs.length = 0;
  lines.length = 0;
  engine.onLogLine((line) => lines.push(line.message));
  engine.onEvent((event) => {
    if (event.name === 'export') runs.push({ at: performance.now(), run: event.data });
  });
});
afterEach(async () => {
  if (!closed) await engine.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await passGate(engine.answer, name, input, null);
  if (!result.ok) throw Object.assign(new Error(result.failure.message), { failure: result.failure });
  return result.value as CallOutput<N>;
}

async function ended(): Promise<ExportRunView> {
  return await expect
    .poll(() => runs.at(-1)?.run ?? null, { timeout: 20_000, interval: 5 })
    .toMatchObject({ state: expect.stringMatching(/done|cancelled|failed/) })
    .then(() => {
      const last = runs.at(-1);
      if (last === undefined) throw new Error('nothing was told');
      return last.run;
    });
}

test('tells how far it is, ten times a second at most, and leaves one whole file', async () => {
  await ask('export.start', { selection: EVERYTHING, format: 'jsonl' });
  // Deciding meanwhile changes nothing about what was selected.
  await ask('records.decide', { selection: EVERYTHING, decision: 'rejected', reason: null });
  const run = await ended();
  expect(run).toMatchObject({ state: 'done', done: RECORDS, total: RECORDS, written: RECORDS, leftOut: [] });
  expect(readdirSync(exports).map((name) => join(exports, name))).toEqual([run.file]);
  expect(readFileSync(run.file, 'utf8').trimEnd().split('\n')).toHaveLength(RECORDS);
  expect(lines).toContain(`Exported ${RECORDS} records: ${run.file}`);
  for (const [n, { at }] of runs.entries())
    if (n > 0) expect(at - (runs[n - 1]?.at ?? 0)).toBeGreaterThan(90);
});

test('only one runs at a time, and a cancelled one leaves nothing', async () => {
  await ask('export.start', { selection: EVERYTHING, format: 'stix' });
  await expect(ask('export.start', { selection: EVERYTHING, format: 'csv' })).rejects.toMatchObject({
    failure: { code: 'export.running' },
  });
  await ask('export.cancel', {});
  expect(await ended()).toMatchObject({ state: 'cancelled', failure: null });
  expect(readdirSync(exports)).toEqual([]);
  runs.length = 0;
  await ask('export.start', { selection: { keys: [1, 2] }, format: 'csv' });
  expect((await ended()).file).toMatch(/records-.*\.csv$/);
});

test('an engine that is closed takes its half file with it', async () => {
  await ask('export.start', { selection: EVERYTHING, format: 'stix' });
  await expect.poll(() => existsSync(exports) && readdirSync(exports).length, { interval: 1 }).toBe(1);
  await engine.close();
  closed = true;
  expect(readdirSync(exports)).toEqual([]);
});

test('what a killed one left is swept away by the next', async () => {
  mkdirSync(exports);
  const left = join(exports, '.bundle-1.json.0123456789ab.part');
  writeFileSync(left, 'half');
  utimesSync(left, new Date(0), new Date(0));
  await ask('export.start', { selection: { keys: [1] }, format: 'jsonl' });
  await ended();
  expect(existsSync(left)).toBe(false);
});

test('a folder that cannot be made is said, with what to do', async () => {
  writeFileSync(exports, 'a file in its place');
  await ask('export.start', { selection: EVERYTHING, format: 'stix' });
  const run = await ended();
  expect(run).toMatchObject({ state: 'failed', failure: { code: 'export.file' } });
  expect(run.failure?.message).toContain('cannot be written (ENOTDIR)');
  expect(run.failure?.remedy).toBe(`Check the folder ${exports}.`);
  expect(lines).toContain(`Export: ${run.failure?.message}`);
});

test('what cannot be in such a file is refused before anything is written', async () => {
  await expect(ask('export.start', { selection: { keys: [] }, format: 'csv' })).rejects.toMatchObject({
    failure: { code: 'export.nothing' },
  });
  expect(existsSync(exports)).toBe(false);
});
