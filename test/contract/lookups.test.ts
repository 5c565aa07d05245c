import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { systemClock } from '../../main/engine/clock.ts';
import { secretKey, sessionSecrets } from '../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../main/engine/engine.ts';
import { passGate } from '../../main/engine/gate.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { LookupsServer } from '../../main/node/demo/lookups-server.ts';
import { type CallInput, type CallName, type CallOutput, calls } from '../../shared/contract.ts';
import { ctciSettings } from '../../shared/settings-ctci.ts';
import { devoLookupSettings } from '../../shared/settings-lookup.ts';
import { type StoredRow, storeRows } from '../servers/cewl-store.ts';

const TOKEN = 'only-for-this-test';
const dir = mkdtempSync(join(tmpdir(), 'sluice-lookup-calls-'));
let server: LookupsServer;
let engine: Engine;

/** Asked as a renderer would, and checked against the contract's own schema. */
async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await passGate(engine.answer, name, structuredClone(input), null);
  if (!result.ok) throw new Error(`${name}: ${result.failure.code} ${result.failure.message}`);
  return (calls[name].output as unknown as z.ZodType<CallOutput<N>>).parse(structuredClone(result.value));
}

const text = (n: number, score: string): string =>
  `{"cve":"CVE-2024-${n}","base_score":${score},"description":"a \\"quoted\\", =1+1\\nrow ${n}"}`;
const row = (n: number, version: number, change: StoredRow['change'], score = '5.0'): StoredRow => ({
  id: `CVE-2024-${n}`,
  version,
  change,
  raw: text(n, score),
});

function pulled(rows: readonly StoredRow[]): void {
  const store = openStore({ dir, clock: systemClock });
  storeRows(store, 'ctci', rows);
  store.close();
}

async function handOver(): Promise<void> {
  await ask('forward.start', { destinations: null });
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const [run] = await ask('forward.list', { limit: 1 });
    if (run?.endedAt != null && (await ask('app.snapshot', {})).handovers.length === 0) {
      expect(run).toMatchObject({ state: 'done', failure: null });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the hand-over did not end');
}

const approveStaged = () =>
  ask('records.decide', {
    selection: { filter: { decision: ['staged'] } },
    decision: 'approved',
    reason: null,
  });
const plan = async (exact = false) => (await ask('forward.plan', { exact }))[0];

async function upload(length: number): Promise<string> {
  const pieces: Buffer[] = [];
  for (let offset = 0; ; ) {
    const piece = await ask('forward.upload', { destination: 'cewl', offset, length });
    const bytes = Buffer.from(piece.bytes, 'base64');
    expect(piece.offset).toBe(offset);
    expect(piece.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(piece.total);
    pieces.push(bytes);
    offset += bytes.length;
    if (piece.end) {
      expect(offset).toBe(piece.total);
      return Buffer.concat(pieces).toString('utf8');
    }
    expect(bytes.length).toBe(length);
  }
}

beforeAll(async () => {
  server = await LookupsServer.start({ token: TOKEN, jobMs: 5 });
  pulled(Array.from({ length: 40 }, (_, n) => row(n, 1, 'new')));
  engine = createEngine({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: {
      file: join(dir, 'config.yaml'),
      baseDir: dir,
      collectorId: 'c',
      collectorName: 'c',
      sources: [ctciSettings.parse({ kind: 'ctci', id: '1', name: 'ctci', enabled: false })],
      destinations: [
        devoLookupSettings.parse({
          kind: 'devo-lookup',
          name: 'cewl',
          baseUrl: server.url,
          domain: 'acme',
          columns: [{ name: 'cve' }, { name: 'base_score' }, { name: 'description' }],
          jobPollSeconds: 0.02,
        }),
      ],
      secrets: new Map([[secretKey('destination', 'cewl', 'token'), TOKEN]]),
      warnings: [],
    },
    demo: false,
    version: '0.0.0',
    host: 'direct',
    schedule: false,
  });
});
afterAll(async () => {
  await engine.close();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a table on its way into a lookup', () => {
  test('is created whole, as the plan and the upload said', async () => {
    expect((await plan())?.lookup).toMatchObject({ name: 'CEWL', operation: 'create', added: 0, after: 0 });
    await approveStaged();
    expect(await plan(true)).toMatchObject({
      records: 40,
      lookup: { operation: 'create', added: 40, changed: 0, removed: 0, before: 0, after: 40 },
    });
    const csv = await upload(1000);
    expect(csv.split('\r\n')[0]).toBe('cve,base_score,description');
    expect(csv.match(/^"CVE-2024-/gm)).toHaveLength(40);
    expect(csv).toBe(await upload(262_144));
    await handOver();
    expect(server.held('acme', 'CEWL')?.rows.size).toBe(40);
    expect((await plan())?.lookup).toMatchObject({ operation: 'update', added: 0, before: 40, after: 40 });
  });

  test('after a second pull exactly what differs is shown and handed over', async () => {
    pulled([
      row(3, 2, 'changed', '9.8'),
      row(4, 2, 'changed', '"Unknown"'),
      row(5, 2, 'changed', '7.0'),
      row(100, 1, 'new'),
      row(101, 1, 'new'),
      row(7, 2, 'gone'),
    ]);
    expect((await ask('forward.planRows', { destination: 'cewl', index: 0, limit: 10 })).total).toBe(0);
    await approveStaged();
    expect((await plan())?.lookup).toEqual({
      name: 'CEWL',
      operation: 'update',
      added: 2,
      changed: 3,
      removed: 1,
      unchanged: 0,
      superseded: 0,
      before: 40,
      after: 41,
    });
    const { rows, total } = await ask('forward.planRows', { destination: 'cewl', index: 0, limit: 100 });
    expect(total).toBe(6);
    expect(rows.map((r) => [r.row.id, r.change])).toEqual([
      ['CVE-2024-3', 'changed'],
      ['CVE-2024-4', 'changed'],
      ['CVE-2024-5', 'changed'],
      ['CVE-2024-100', 'added'],
      ['CVE-2024-101', 'added'],
      ['CVE-2024-7', 'removed'],
    ]);
    const query = { destination: 'cewl', changes: ['added' as const], index: 1, limit: 5 };
    expect((await ask('forward.planRows', query)).rows.map((r) => r.row.id)).toEqual(['CVE-2024-101']);

    const key = rows[0]?.row.key ?? 0;
    const diff = await ask('records.diff', { key, destination: 'cewl' });
    expect(diff).toMatchObject({ destination: 'cewl', lookup: 'CEWL', change: 'changed', held: 4 });
    expect(diff?.cells.map((c) => [c.column, c.before, c.after, c.changed])).toEqual([
      ['cve', 'CVE-2024-3', 'CVE-2024-3', false],
      ['base_score', '5.0', '9.8', true],
      ['description', 'a "quoted", =1+1\nrow 3', 'a "quoted", =1+1\nrow 3', false],
    ]);
    const removed = await ask('records.detail', { key: rows[5]?.row.key ?? 0 });
    expect(removed?.lookups).toMatchObject([{ change: 'removed', held: 8 }]);
    expect(removed?.lookups[0]?.cells.every((c) => c.after === null && c.before !== null)).toBe(true);
    expect((await ask('records.detail', { key: rows[3]?.row.key ?? 0 }))?.lookups).toMatchObject([
      { change: 'added', held: null },
    ]);

    const preview = await ask('records.preview', { key, destination: 'cewl' });
    expect(preview.blocked).toBeNull();
    const line = Buffer.from(preview.bytes, 'base64').toString('utf8');
    expect(line).toBe('"CVE-2024-3","9.8","a ""quoted"", =1+1\nrow 3"\r\n');
    const csv = await upload(64);
    expect(csv).toContain(line);
    expect((await ask('forward.upload', { destination: 'cewl', offset: 0, length: 1 })).parts).toMatchObject([
      { name: 'rows' },
      { name: 'deletes' },
    ]);
    const past = await ask('forward.upload', { destination: 'cewl', offset: 1_000_000, length: 10 });
    expect(past).toMatchObject({ bytes: '', end: true });

    await handOver();
    const held = server.held('acme', 'CEWL')?.rows;
    expect(held?.size).toBe(41);
    expect(held?.get('CVE-2024-3')?.[1]).toBe('9.8');
    expect(held?.has('CVE-2024-7')).toBe(false);
    expect((await plan())?.lookup).toMatchObject({ added: 0, changed: 0, removed: 0, before: 41, after: 41 });
  });

  test('an older approved version is told of and not sent', async () => {
    pulled([row(9, 2, 'changed', '1.0')]);
    pulled([row(9, 3, 'changed', '2.0')]);
    await approveStaged();
    const planned = await plan();
    expect(planned?.lookup).toMatchObject({ changed: 1, superseded: 1, after: 41 });
    expect(planned?.blocked).toEqual([
      {
        reason: 'A newer version of the row goes out, or went out, in its place.',
        source: 'ctci',
        records: 1,
        tlp: null,
      },
    ]);
    const over = { destination: 'cewl', changes: ['superseded' as const], index: 0, limit: 5 };
    const [old] = (await ask('forward.planRows', over)).rows;
    const detail = await ask('records.detail', { key: old?.row.key ?? 0 });
    expect(detail).toMatchObject({
      row: { decision: 'approved', delivery: 'none' },
      supersededBy: { key: (old?.row.key ?? 0) + 1 },
      lookups: [{ change: 'superseded' }],
    });
    await handOver();
    expect(server.held('acme', 'CEWL')?.rows.get('CVE-2024-9')?.[1]).toBe('2.0');
    expect(await plan()).toMatchObject({ blocked: [], records: 0 });
    expect((await ask('app.snapshot', {})).counts).toMatchObject({ queued: 0, failed: 0 });
  });

  test('pages in the order of a column', async () => {
    const sort = { by: 'severity', dir: 'desc' } as const;
    const page = await ask('records.page', { filter: { kind: ['cewl'] }, sort, limit: 5 });
    expect(page.rows).toHaveLength(5);
    expect(page.rows[0]?.cells?.kind).toBe('cewl');
    const facets = await ask('records.facets', { filter: {} });
    expect(facets.change.map((f) => [f.value, f.count])).toEqual([
      ['new', 42],
      ['changed', 5],
      ['gone', 1],
    ]);
    expect(facets.severity).toEqual([{ value: 'Unknown', label: 'Unknown', count: 48 }]);
  });
});
