import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { devoOutput, type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { type Arrivals, compare, NOTHING_WRONG, openEndpoint, type RecordLine } from './deliveries.ts';
import { feedObjects } from './objects.ts';
import { seeded, wait, waitFor } from './random.ts';

const ROUNDS = 50;
const OBJECTS = 9_000;
const EACH_ROUND = 150;

let lab: Lab;
let arrivals: Arrivals;
let config: string;

beforeAll(async () => {
  lab = openLab();
  arrivals = await openEndpoint(lab);
  const server = await startNdjsonServer({
    version: '2.1',
    collections: [{ title: 'c', objects: feedObjects('cccccccc', OBJECTS) }],
  });
  config = lab.config({
    outputs: { devo: devoOutput(arrivals.endpoint.ports.syslog, { batch_records: 30 }) },
    inputs: { feed: taxiiInput(server.url, { all_versions: true, manifests: false }) },
  });
  const pulled = await sluice(['pull', '--config', config, '--data', lab.data]);
  expect(pulled.code, pulled.stderr).toBe(0);
  await server.close();
});
afterAll(async () => {
  await arrivals.endpoint.close();
  lab.close();
});

/** Approves the next staged records, as the interface does while a hand-over may be running. */
function approve(keys: number[]): void {
  const store = openStore({ dir: lab.data, clock: systemClock });
  try {
    expect(store.decisions.decide({ keys }, 'approved', null, Date.now()).changed).toBe(keys.length);
  } finally {
    store.close();
  }
}

const readRecords = async (): Promise<RecordLine[]> =>
  jsonLines<RecordLine>(await sluice(['records', '--data', lab.data]));

test(`a hand-over killed ${ROUNDS} times loses nothing and announces what may be there twice`, async () => {
  const random = seeded('forward');
  let killed = 0;
  let midway = 0;
  let next = 1;
  for (let round = 1; round <= ROUNDS; round++) {
    approve(Array.from({ length: EACH_ROUND }, (_, i) => next + i));
    next += EACH_ROUND;
    const arrived = arrivals.endpoint.total;
    const running = start(['forward', '--config', config, '--data', lab.data]);
    if (random() < 0.06) await wait(random() * 500);
    else {
      await Promise.race([running.until('Starting thread'), running.ended]);
      const least = arrived + Math.floor(random() * EACH_ROUND);
      await waitFor(() => arrivals.endpoint.total, least, running.ended);
      await wait(random() * 25);
    }
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') {
      killed += 1;
      if (arrivals.endpoint.total > arrived) midway += 1;
    } else expect(ran.code, ran.stderr).toBe(0);
  }
  expect(killed).toBeGreaterThan(ROUNDS / 2);
  expect(midway).toBeGreaterThan(ROUNDS / 5);

  const last = await sluice(['forward', '--config', config, '--data', lab.data, '--json']);
  expect(last.code, last.stderr).toBe(0);
  expect(jsonLines(last)).toMatchObject([{ destination: 'devo', queued: 0, failed: 0, error: null }]);

  const records = await readRecords();
  expect(compare(arrivals.counts, records)).toEqual(NOTHING_WRONG);
  expect(records.filter((r) => r.decision === 'approved')).toHaveLength(ROUNDS * EACH_ROUND);
  const marked = records.filter((r) => r.maybeTwice).length;
  const twice = [...arrivals.counts.values()].filter((n) => n > 1).length;
  // The mark must say something: only batches that were on their way have it.
  expect(twice).toBeLessThanOrEqual(marked);
  expect(marked).toBeLessThanOrEqual(killed * 30);
  expect(records.filter((r) => r.decision !== 'approved').every((r) => r.delivery === 'none')).toBe(true);

  const nothing = await sluice(['forward', '--config', config, '--data', lab.data, '--json']);
  expect(jsonLines(nothing)).toMatchObject([{ state: 'nothing_queued', records: 0 }]);
  const db = new Database(join(lab.data, 'sluice.db'), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  process.stdout.write(
    `forward: killed ${killed} of ${ROUNDS}, ${midway} after the first byte; ${twice} records arrived twice, ${marked} were marked\n`,
  );
}, 180_000);
