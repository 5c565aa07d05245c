import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../../main/engine/engine.ts';
import { type Demo, startDemo } from '../../../main/node/demo/demo.ts';
import type { CallInput, CallName, CallOutput } from '../../../shared/contract.ts';
import { calls } from '../../../shared/contract.ts';

/** An event as the detail pane gets it, over the demo's feeds. */

let dir: string;
let demo: Demo;
let engine: Engine;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-event-'));
  demo = await startDemo({ periodSeconds: 100_000, objects: 400 });
  engine = createEngine({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: demo.config,
    demo: true,
    version: '0',
    host: 'direct',
    schedule: false,
  });
});
afterEach(async () => {
  await engine.close();
  await demo.close();
  rmSync(dir, { recursive: true, force: true });
});

async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const value = await engine.answer(name, calls[name].input.parse(input) as never);
  return calls[name].output.parse(value) as CallOutput<N>;
}

async function pull(name: string): Promise<void> {
  const { pullingId } = await ask('sources.pull', { name });
  await expect
    .poll(async () => (await ask('pulls.get', { pullingId }))?.state, { timeout: 20_000 })
    .toBe('done');
}

test('tells it in words, links to its page, and finds the STIX objects that hold its values', async () => {
  await pull('taxii_21');
  await pull('threatq');
  await expect.poll(async () => (await ask('app.snapshot', {})).unindexed, { timeout: 20_000 }).toBe(0);
  const { rows } = await ask('records.page', {
    filter: { kind: ['event'] },
    sort: { by: 'arrival', dir: 'asc' },
    limit: 100,
  });
  expect(rows.length).toBeGreaterThan(20);
  const base = demo.servers.find((s) => s.name === 'threatq')?.url;
  let related = 0;
  for (const row of rows) {
    const detail = await ask('records.detail', { key: row.key });
    if (detail === null) throw new Error('gone');
    const event = JSON.parse(detail.raw) as { title: string; attributes: { name: string; value: string }[] };
    expect(detail.page).toBe(`${base}/events/${row.id}/details`);
    expect(detail.problems).toEqual([]);
    expect(detail.summary.sentences[0]).toMatch(
      new RegExp(`^${row.type}: .*, happened \\d{4}-.* UTC, last updated .* UTC\\.$`),
    );
    for (const { name, value } of event.attributes)
      expect(detail.summary.properties).toContainEqual({ label: name, value, mono: true });
    expect(detail.summary.properties.find((p) => p.label === 'Description')?.value).toMatch(/^<p>/);
    for (const relation of detail.relations) {
      related++;
      const value = relation.label.replace(/^shares /, '');
      expect(event.attributes.map((a) => a.value)).toContain(value);
      const object = await ask('records.detail', { key: relation.key ?? 0 });
      expect(object?.raw).toMatch(new RegExp(`(?<![\\w-])${value.replaceAll('.', '\\.')}(?![\\w-])`));
      expect(object?.row.kind).toBe('object');
    }
  }
  expect(related).toBeGreaterThan(5);
}, 60_000);
