import { afterEach, describe, expect, it } from 'vitest';
import { type ForwardTarget, forward } from '../../../main/engine/devo/forward.ts';
import type { Clock } from '../../../main/engine/ports.ts';
import type { HandoverRun } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { LookupsServer } from '../../../main/node/demo/lookups-server.ts';
import { type StoredRow, storeRows } from '../../servers/cewl-store.ts';
import { testClock, testDestination } from '../../servers/devo-client.ts';
import { makeStore } from '../../servers/devo-store.ts';

const NAME = 'devo_1';
const COLUMNS = [
  { name: 'cve', type: 'STRING' },
  { name: 'v', type: 'INT8' },
];
const ROUTE: ForwardTarget['route'] = {
  destination: NAME,
  sources: ['feed'],
  kinds: ['cewl'],
  maxTlp: 'red',
};
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

async function devo(jobMs = 5): Promise<LookupsServer> {
  const server = await LookupsServer.start({ token: 't', jobMs });
  cleanup.push(() => server.close());
  return server;
}
function freshStore(): Store {
  const made = makeStore();
  cleanup.push(made.remove);
  return made.store;
}
const row = (n: number, version = 1, change: StoredRow['change'] = 'new'): StoredRow => ({
  id: `CVE-${n}`,
  version,
  change,
  raw: `{"cve":"CVE-${n}","v":${version}}`,
});
function approve(store: Store, rows: StoredRow[]): void {
  storeRows(store, 'feed', rows);
  store.decisions.decide({ filter: { decision: ['staged'] } }, 'approved', null, Date.now());
}
/** Waits between attempts pass at once; those for a job do not. */
const clock: Clock = { ...testClock, sleep: (ms, signal) => testClock.sleep(Math.min(ms, 50), signal) };

async function hand(
  store: Store,
  server: LookupsServer,
  over: { update?: 'increment' | 'full'; batchRecords?: number; signal?: AbortSignal } = {},
) {
  const destination = testDestination(
    {
      kind: 'devo-lookup',
      name: NAME,
      baseUrl: server.url,
      domain: 'd',
      columns: COLUMNS,
      jobPollSeconds: 0.02,
      update: over.update ?? 'increment',
    } as Parameters<typeof testDestination>[0],
    {
      secrets: async () => 't',
      clock,
      holding: {
        begun: () => store.tables.held(ROUTE).begun,
        records: () => store.tables.heldRecords(ROUTE),
      },
    },
  );
  const lines: string[] = [];
  const runs: HandoverRun[] = [];
  const say = (message: string) => void lines.push(message);
  const target = { destination, route: ROUTE, batchRecords: over.batchRecords ?? 1000, maxAttempts: 3 };
  const [result] = await forward({
    store,
    destinations: [target],
    clock,
    log: { debug: say, info: say, warning: say, error: say },
    signal: over.signal ?? new AbortController().signal,
    onProgress: (run) => runs.push({ ...run }),
  });
  await destination.close();
  return { result, lines, runs };
}
const rowsOf = (server: LookupsServer) =>
  Object.fromEntries(
    [...(server.held('d', 'CEWL')?.rows ?? [])].map(([cve, cells]) => [cve, Number(cells[1])]),
  );
const deploys = (server: LookupsServer) =>
  server.asked.filter((line) => line.includes('deploy-csv')).map((line) => line.split(' ')[0]);

describe('hand-overs to a lookup', () => {
  it('of several batches create it once and add the rest, telling what they are about', async () => {
    const server = await devo();
    const store = freshStore();
    approve(
      store,
      Array.from({ length: 250 }, (_, n) => row(n)),
    );
    const { result, lines, runs } = await hand(store, server, { batchRecords: 100 });
    expect(result).toMatchObject({
      messages: 250,
      queued: 0,
      failure: null,
      run: { tags: ['my.lookuplist.CEWL'], note: null },
    });
    expect(deploys(server)).toEqual(['POST', 'PUT', 'PUT']);
    expect(Object.keys(rowsOf(server))).toHaveLength(250);
    expect(lines).toContain(`${NAME}: uploading all 100 rows of the lookup CEWL`);
    expect(lines).toContain(`${NAME}: uploading 50 rows of the lookup CEWL`);
    expect(runs.map((run) => run.note)).toContain('uploading 50 rows of the lookup CEWL');
    // What is not confirmed is shown, and only then.
    expect(Math.max(...runs.map((run) => run.messages))).toBe(250);
  });

  it('with full updates hold everything each time, and rows that are gone no more', async () => {
    const server = await devo();
    const store = freshStore();
    approve(store, [row(1), row(2), row(3)]);
    await hand(store, server, { update: 'full' });
    server.forget('d', 'CEWL');
    approve(store, [row(2, 2, 'changed'), row(3, 2, 'gone'), row(4)]);
    const { result } = await hand(store, server, { update: 'full', batchRecords: 2 });
    expect(result).toMatchObject({ messages: 3, failure: null });
    expect(rowsOf(server)).toEqual({ 'CVE-1': 1, 'CVE-2': 2, 'CVE-4': 1 });
  });

  it('that fail at the job leave the records failed with its text after all attempts', async () => {
    const server = await devo();
    const store = freshStore();
    approve(store, [row(1)]);
    const failing = setInterval(() => {
      server.trouble.failJob = 'No space left.';
    }, 1);
    const { result } = await hand(store, server);
    clearInterval(failing);
    expect(result).toMatchObject({
      messages: 0,
      failed: 1,
      queued: 0,
      failure: { code: 'devo.lookup-job-failed' },
    });
    expect(server.uploads).toBe(3);
    expect(store.records.get(1)?.deliveries[0]?.failure?.message).toContain('No space left.');
    expect(server.held('d', 'CEWL')).toBeNull();
  });

  it('that are cancelled while a job runs are not believed, and go out again', async () => {
    const server = await devo(300);
    const store = freshStore();
    approve(store, [row(1), row(2)]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    const { result } = await hand(store, server, { signal: controller.signal });
    expect(result).toMatchObject({ messages: 0, queued: 2, failed: 0, run: { state: 'cancelled' } });
    expect(store.outbox.totals()).toMatchObject([{ handedOver: 0, queued: 2 }]);
    await server.settled();
    expect((await hand(store, server)).result).toMatchObject({ messages: 2, failure: null });
    expect(rowsOf(server)).toEqual({ 'CVE-1': 1, 'CVE-2': 1 });
  });

  it('refuse what is no row and hand over the rest', async () => {
    const server = await devo();
    const store = freshStore();
    approve(store, [row(1), { ...row(2), raw: '{"v":1}' }, row(3)]);
    expect((await hand(store, server)).result).toMatchObject({
      messages: 2,
      refused: 1,
      failed: 1,
      failure: null,
    });
    expect(rowsOf(server)).toEqual({ 'CVE-1': 1, 'CVE-3': 1 });
    expect(store.records.get(2)?.deliveries[0]?.failure?.message).toContain('no cve');
  });
});
