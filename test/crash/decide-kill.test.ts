import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { startNdjsonServer } from '../servers/taxii-ndjson.ts';
import type { RecordLine } from './deliveries.ts';
import { feedObjects } from './objects.ts';
import { seeded, wait } from './random.ts';

const ROUNDS = 20;
const OBJECTS = 6_000;
const VERBS = [
  ['approve', 'approved'],
  ['hold', 'held'],
  ['reject', 'rejected'],
] as const;

let lab: Lab;
beforeAll(async () => {
  lab = openLab();
  const server = await startNdjsonServer({
    version: '2.1',
    collections: [{ title: 'd', objects: feedObjects('dddddddd', OBJECTS) }],
  });
  const config = lab.config({
    inputs: { feed: taxiiInput(server.url, { all_versions: true, manifests: false }) },
  });
  expect((await sluice(['pull', '--config', config, '--data', lab.data])).code).toBe(0);
  await server.close();
});
afterAll(() => lab.close());

const states = async (): Promise<string[]> => {
  const records = jsonLines<RecordLine>(await sluice(['records', '--data', lab.data]));
  expect(records).toHaveLength(OBJECTS);
  return [...new Set(records.map((r) => `${r.decision} ${r.delivery}`))];
};

test(`a decision killed ${ROUNDS} times is made for all records or for none, and none is undone`, async () => {
  const random = seeded('decide');
  const began = performance.now();
  await sluice(['decide', 'reject', '--data', lab.data]);
  const usual = performance.now() - began;
  let known = 'rejected';
  let killed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [verb, decision] = VERBS[round % VERBS.length] ?? VERBS[0];
    const running = start(['decide', verb, '--data', lab.data]);
    await Promise.race([wait(usual * (0.6 + random() * 0.5)), running.ended]);
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') killed += 1;
    const found = await states();
    expect(found).toHaveLength(1);
    const [now = '', delivery] = (found[0] ?? '').split(' ');
    expect([known, decision]).toContain(now);
    // What was said to be done is done.
    if (ran.stdout.includes(`${OBJECTS.toLocaleString('en-US')} records.`)) expect(now).toBe(decision);
    expect(delivery).toBe(now === 'approved' ? 'queued' : 'none');
    known = now;
  }
  process.stdout.write(`decide: killed ${killed} of ${ROUNDS}\n`);
  expect(killed).toBeGreaterThan(0);
}, 120_000);
