import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { feedObjects } from './objects.ts';
import { seeded, wait } from './random.ts';

const ROUNDS = 14;
const OBJECTS = 6_000;
const RED = '"object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"],';

let lab: Lab;
let config: string;
beforeAll(async () => {
  lab = openLab();
  const objects = feedObjects('eeeeeeee', OBJECTS).map((o) => ({
    ...o,
    text: o.text.replace('{', `{${RED}`),
  }));
  const server = await startNdjsonServer({ version: '2.1', collections: [{ title: 'e', objects }] });
  config = lab.config({
    outputs: {
      relay: {
        type: 'devo_platform',
        config: { address: '127.0.0.1', port: 9, type: 'TCP', max_tlp: 'amber' },
      },
    },
    inputs: { feed: taxiiInput(server.url, { all_versions: true, manifests: false }) },
  });
  expect((await sluice(['pull', '--config', config, '--data', lab.data])).code).toBe(0);
  await server.close();
  await sluice(['decide', 'approve', '--data', lab.data]);
}, 60_000);
afterAll(() => lab.close());

const override = ['override', '--destination', 'relay'];
const there = () => ['--config', config, '--data', lab.data];

/** What would be handed over, by the dry run and by the overrides that were not withdrawn. */
async function covered(): Promise<number[]> {
  const dry = await sluice(['forward', '--dry-run', '--json', ...there()]);
  const list = (await sluice([...override, '--list', ...there()])).stdout;
  const waiting = [...list.matchAll(/\(([\d,]+) to go/g)].map((m) =>
    Number((m[1] ?? '').replaceAll(',', '')),
  );
  const [plan] = jsonLines<{ records: number }>(dry);
  return [plan?.records ?? -1, waiting.reduce((sum, n) => sum + n, 0)];
}

test(`an override killed ${ROUNDS} times, made or withdrawn, is for all its records or for none`, async () => {
  const random = seeded('override');
  // The first time a command runs it takes longer.
  let usual = Number.POSITIVE_INFINITY;
  for (const wish of [['--reason', 'the first'], ['--withdraw'], ['--reason', 'the second']]) {
    const began = performance.now();
    expect((await sluice([...override, ...wish, ...there()])).code).toBe(0);
    usual = Math.min(usual, performance.now() - began);
  }
  let known = OBJECTS;
  // Nears the moment at which it is made, from both sides.
  let moment = usual * 0.9;
  expect(await covered()).toEqual([known, known]);
  let killed = 0;
  let made = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const wish = known === 0 ? ['--reason', `round ${round}`] : ['--withdraw'];
    const running = start([...override, ...wish, ...there()]);
    await Promise.race([wait(moment + (random() - 0.5) * 0.05 * usual), running.ended]);
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') killed += 1;
    const [planned = -1, listed] = await covered();
    expect(listed).toBe(planned);
    expect([0, OBJECTS]).toContain(planned);
    // What was said to be done is done.
    if (ran.stdout.startsWith('Override ')) expect(planned).toBe(known === 0 ? OBJECTS : 0);
    moment += planned === known ? usual * 0.04 : usual * -0.04;
    if (planned !== known) made += 1;
    known = planned;
  }
  process.stdout.write(`override: killed ${killed} of ${ROUNDS}, ${made} made or withdrawn\n`);
  expect(killed).toBeGreaterThan(0);
}, 180_000);
