import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { createDestination } from '../../main/engine/devo/create-destination.ts';
import { forward } from '../../main/engine/devo/forward.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { devoSyslogSettings } from '../../shared/settings.ts';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { devoOutput, type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { type Arrivals, compare, NOTHING_WRONG, openEndpoint, type RecordLine } from './deliveries.ts';
import { feedObjects } from './objects.ts';
import { wait } from './random.ts';
import { openWire, type Wire } from './wire.ts';

const OBJECTS = 3_000;

let lab: Lab;
let arrivals: Arrivals;
let wire: Wire;
let config: string;
const forwarded = (more: string[] = []) =>
  sluice(['forward', '--config', config, '--data', lab.data, '--json', ...more]);
const readRecords = async (): Promise<RecordLine[]> =>
  jsonLines<RecordLine>(await sluice(['records', '--data', lab.data]));

beforeAll(async () => {
  lab = openLab();
});
afterAll(() => lab.close());

/** Each test has a data directory with everything approved and a wire to a fresh endpoint. */
let turn = 0;
beforeEach(async () => {
  turn += 1;
  lab.data = `${lab.dir}/data-${turn}`;
  arrivals = await openEndpoint(lab);
  wire = await openWire(arrivals.endpoint.ports.syslog);
  const server = await startNdjsonServer({
    version: '2.1',
    collections: [{ title: 'e', objects: feedObjects('eeeeeeee', OBJECTS) }],
  });
  config = lab.config({
    outputs: { devo: devoOutput(wire.port, { batch_records: 1000, max_attempts: 2 }) },
    inputs: { feed: taxiiInput(server.url, { all_versions: true, manifests: false }) },
  });
  expect((await sluice(['pull', '--config', config, '--data', lab.data])).code).toBe(0);
  expect((await sluice(['decide', 'approve', '--data', lab.data])).code).toBe(0);
  await server.close();
  return async () => {
    await wire.close();
    await arrivals.endpoint.close();
  };
});

test('a network cut in the middle of a hand-over is tried again and loses nothing', async () => {
  wire.cutAfter(800_000);
  const running = start(['forward', '--config', config, '--data', lab.data, '--json']);
  await running.until(/Attempt 1 of 2/);
  wire.cutAfter(null);
  const ran = await running.ended;
  expect(ran.code, ran.stderr).toBe(0);
  expect(wire.cuts).toBe(1);
  expect(jsonLines(ran)).toMatchObject([{ state: 'done', queued: 0, failed: 0, error: null }]);
  const records = await readRecords();
  expect(compare(arrivals.counts, records)).toEqual(NOTHING_WRONG);
  const marked = records.filter((r) => r.maybeTwice).length;
  expect(marked).toBeGreaterThan(0);
  expect(marked).toBeLessThanOrEqual(1000);
});

test('a network that stays down fails with one sentence; --retry-failed hands the rest over later', async () => {
  wire.cutAfter(800_000);
  const running = start(['forward', '--config', config, '--data', lab.data, '--json']);
  await running.until(/Attempt 1 of 2/);
  wire.down(true);
  const ran = await running.ended;
  expect(ran.code).toBe(1);
  const [line] = jsonLines<{ queued: number; failed: number; error: string }>(ran);
  expect(line?.error).toMatch(/^[A-Z].*\.$/);
  expect((line?.queued ?? 0) + (line?.failed ?? 0)).toBeGreaterThan(0);
  const between = await readRecords();
  expect(between.filter((r) => r.delivery === 'queued')).toHaveLength(line?.queued ?? -1);
  expect(between.filter((r) => r.delivery === 'failed')).toHaveLength(line?.failed ?? -1);
  expect(between.filter((r) => r.delivery === 'none')).toHaveLength(0);

  wire.down(false);
  wire.cutAfter(null);
  const later = await forwarded(['--retry-failed']);
  expect(later.code, later.stderr).toBe(0);
  expect(compare(arrivals.counts, await readRecords())).toEqual(NOTHING_WRONG);
});

test('a peer that stops reading: SIGTERM ends the hand-over, the records stay queued', async () => {
  wire.stall(true);
  const running = start(['forward', '--config', config, '--data', lab.data]);
  await running.until('Starting thread');
  await wait(300);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  expect(ran.signal).toBeNull();
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('nothing is lost, forward again');
  expect((await readRecords()).every((r) => r.delivery === 'queued')).toBe(true);
  wire.stall(false);
  expect((await forwarded()).code).toBe(0);
  expect(compare(arrivals.counts, await readRecords())).toEqual(NOTHING_WRONG);
});

test('a peer that stops reading in the middle is given up on after the stall time-out', async () => {
  const store = openStore({ dir: lab.data, clock: systemClock });
  const lines: string[] = [];
  const say = (message: string): void => void lines.push(message);
  const destination = createDestination({
    settings: devoSyslogSettings.parse({
      kind: 'devo-syslog',
      name: 'devo',
      address: 'localhost',
      port: wire.port,
      ...lab.files,
    }),
    secrets: async () => null,
    baseDir: lab.dir,
    resolveProxy: null,
    sendPlan: () => ({ tag: 'my.app.taxii.objects', obfuscation: [] }),
    hostname: 'test',
    clock: systemClock,
    timeouts: { stall: 400, confirm: 400 },
  });
  const target = {
    destination,
    route: {
      destination: 'devo',
      sources: ['feed'],
      kinds: ['object', 'manifest'] as const,
      maxTlp: 'red' as const,
    },
    batchRecords: 10_000,
    maxAttempts: 1,
  };
  const options = {
    store,
    destinations: [target],
    clock: systemClock,
    log: { debug: say, info: say, warning: say, error: say },
    signal: new AbortController().signal,
  };
  const stalling = setInterval(() => {
    if (wire.carried > 200_000) wire.stall(true);
  }, 1);
  try {
    const [result] = await forward(options);
    expect(result?.failure?.code).toMatch(/^devo\./);
    expect(result?.failure?.message).toMatch(/within 0\.4 seconds/);
    expect(result?.messages).toBe(0);
    clearInterval(stalling);
    wire.stall(false);
    const [later] = await forward({ ...options, retryFailed: true });
    expect(later).toMatchObject({ failure: null, messages: OBJECTS });
  } finally {
    clearInterval(stalling);
    await destination.close();
    store.close();
  }
  const records = await readRecords();
  expect(compare(arrivals.counts, records)).toEqual(NOTHING_WRONG);
  expect(records.every((r) => r.maybeTwice)).toBe(true);
});
