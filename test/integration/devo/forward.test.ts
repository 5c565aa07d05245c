import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Destination } from '../../../main/engine/devo/destination.ts';
import { type ForwardTarget, forward } from '../../../main/engine/devo/forward.ts';
import { planForward } from '../../../main/engine/devo/plan.ts';
import type { Clock, Log } from '../../../main/engine/ports.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { HandoverRun } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { makeDomain, testClock, testDestination } from '../../servers/devo-client.ts';
import { startOddPeer } from '../../servers/devo-odd.ts';
import { approveAll, makeStore, type StoredText, storeRecords } from '../../servers/devo-store.ts';

const domain = makeDomain();
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
afterAll(() => domain.remove());

const timeouts = { connect: 3000, stall: 800, confirm: 800, settle: 50, settleAfterTicket: 25 };
/** Back-off passes at once; how long it would have been is kept. */
function quickClock(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    ...testClock,
    slept,
    sleep: async (ms, signal) => {
      slept.push(ms);
      signal?.throwIfAborted();
    },
  };
}
function bookLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return { lines, debug: at('DEBUG'), info: at('INFO'), warning: at('WARNING'), error: at('ERROR') };
}
function freshStore(records: Iterable<StoredText>, source = 'feed'): Store {
  const made = makeStore();
  cleanup.push(made.remove);
  storeRecords(made.store, source, records);
  approveAll(made.store);
  return made.store;
}
function* many(count: number, pad = 500): Generator<StoredText> {
  for (let n = 0; n < count; n++) {
    yield {
      id: `indicator--${n}`,
      raw: Buffer.from(`{"n":${n},"pad":"${'x'.repeat(pad)}"}`),
      kind: n % 10 === 9 ? 'manifest' : 'object',
    };
  }
}
const syslog = (port: number, over: { name?: string } = {}) =>
  testDestination(
    { kind: 'devo-syslog', address: '127.0.0.1', port, ...domain.files, ...over },
    { timeouts },
  );
const endpoint = async (keep = 100_000) => {
  const started = await DevoEndpoint.start({ certificates: domain.certificates, keep });
  cleanup.push(() => started.close());
  return started;
};
const target = (destination: Destination, over: Partial<ForwardTarget> = {}): ForwardTarget => ({
  destination,
  route: { destination: destination.name, sources: ['feed'], kinds: ['object', 'manifest'], maxTlp: 'red' },
  batchRecords: 1000,
  maxAttempts: 3,
  ...over,
});
const options = (store: Store, destinations: ForwardTarget[]) => ({
  store,
  destinations,
  clock: quickClock(),
  log: bookLog(),
  signal: new AbortController().signal,
});
/** How often each record arrived. */
const arrivals = (devo: DevoEndpoint) => {
  const counts = new Map<number, number>();
  for (const event of devo.last) {
    const n = JSON.parse(event.message.toString()).n as number;
    counts.set(n, (counts.get(n) ?? 0) + 1);
  }
  return counts;
};
const totalsOf = (store: Store) => store.outbox.totals().map(({ destination: _, ...rest }) => rest);

describe('a hand-over', () => {
  it('takes everything approved to Devo once, keeps history and says so as the collectors do', async () => {
    const devo = await endpoint();
    const store = freshStore(many(2500));
    const told: HandoverRun[] = [];
    const given = options(store, [target(syslog(devo.ports.syslog))]);
    const [result] = await forward({ ...given, onProgress: (run) => told.push(run) });
    expect(result).toMatchObject({ messages: 2500, refused: 0, queued: 0, failed: 0, failure: null });
    expect(devo.total).toBe(2500);
    expect([...arrivals(devo).values()].every((n) => n === 1)).toBe(true);
    expect(Object.fromEntries(devo.counts)).toEqual({
      'my.app.taxii.objects': 2250,
      'my.app.taxii.manifests': 250,
    });
    expect(totalsOf(store)).toEqual([{ queued: 0, inFlight: 0, handedOver: 2500, failed: 0 }]);
    expect(store.records.count({ delivery: ['handed_over'] })).toBe(2500);
    const [run] = store.outbox.runs({ limit: 10 });
    expect(run).toMatchObject({ state: 'done', messages: 2500, bytes: result?.bytes, failure: null });
    expect(run?.tags).toEqual(['my.app.taxii.objects', 'my.app.taxii.manifests']);
    expect(run?.pullingIds).toHaveLength(1);
    expect(told[0]).toMatchObject({ state: 'running', messages: 0 });
    expect(told.at(-1)).toMatchObject({ state: 'done', messages: 2500 });
    expect(given.log.lines.slice(0, 3)).toEqual([
      'INFO DevoSender(standard_senders,devo_sender_0) -> Starting thread',
      'INFO DevoSenderManagerMonitor(standard_senders,devo_1) -> Starting thread (every 300 seconds)',
      'INFO DevoSenderManager(standard_senders,manager,devo_1) -> Starting thread',
    ]);
    const text = given.log.lines.join('\n');
    expect(text).toContain(
      'INFO Number of available senders: 1\nINFO sender manager internal queue size: 0\n',
    );
    expect(text).toMatch(
      /Standard - Total number of messages sent: 2500, messages sent since "\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00": 2500 \(elapsed \d+\.\d{3} seconds\)/,
    );
  });

  it('takes texts over HTTP that are no longer in memory when the request goes out', async () => {
    const devo = await DevoEndpoint.start({
      certificates: domain.certificates,
      token: 'a5370g9e8f7d7edf9da5370g9e8f7d7e',
      keep: 5000,
    });
    cleanup.push(() => devo.close());
    const store = freshStore(many(2500, 1000));
    const destination = testDestination(
      { kind: 'devo-http', endpoint: `http://127.0.0.1:${devo.ports.http}`, domain: 'acme' },
      { secrets: async () => 'a5370g9e8f7d7edf9da5370g9e8f7d7e' },
    );
    const [result] = await forward(options(store, [target(destination, { batchRecords: 2500 })]));
    expect(result).toMatchObject({ messages: 2500, refused: 0, failure: null });
    expect(arrivals(devo).size).toBe(2500);
  });

  it('connects once a batch, ahead of time, and to nothing more', async () => {
    const devo = await endpoint();
    const store = freshStore(many(2500));
    await forward(options(store, [target(syslog(devo.ports.syslog))]));
    expect(devo.connections).toBe(3);
  });

  it('does nothing, and connects nowhere, when nothing is queued', async () => {
    const store = freshStore([]);
    const [result] = await forward(options(store, [target(syslog(1))]));
    expect(result).toMatchObject({ run: null, messages: 0, failure: null });
    expect(store.outbox.runs({ limit: 10 })).toEqual([]);
  });

  it('dry run: the very counts and bytes, without a connection', async () => {
    const devo = await endpoint();
    const bad: StoredText[] = [
      { id: 'x', raw: Buffer.from('[1]'), problems: [{ code: 'json', message: 'no object', at: null }] },
    ];
    const red: StoredText[] = [{ id: 'r', raw: Buffer.from('{"n":-1}'), tlp: 'red' }];
    const store = freshStore([...many(700), ...bad, ...red]);
    const to = target(syslog(devo.ports.syslog), {
      route: { destination: 'devo_1', sources: ['feed'], kinds: ['object', 'manifest'], maxTlp: 'amber' },
    });
    const [plan] = await planForward({ store, destinations: [to], exact: true, clock: testClock });
    expect(devo.connections).toBe(0);
    expect(plan?.records).toBe(700);
    expect(plan?.blocked).toEqual(
      expect.arrayContaining([
        { reason: expect.stringContaining('TLP:RED'), source: 'feed', records: 1, tlp: 'red' },
        { reason: 'The text is not one well-formed JSON object.', source: 'feed', records: 1, tlp: null },
      ]),
    );
    expect(plan?.groups.map((g) => [g.kind, g.tag, g.records])).toEqual([
      ['object', 'my.app.taxii.objects', 630],
      ['manifest', 'my.app.taxii.manifests', 70],
    ]);
    const [result] = await forward(options(store, [to]));
    expect(result).toMatchObject({ messages: 700, bytes: plan?.bytes, refused: 1 });
  });

  it('leaves out what cannot be sent, marks it failed, and goes on', async () => {
    const devo = await endpoint();
    const bad: StoredText = {
      id: 'bad',
      raw: Buffer.from('{"broken":'),
      problems: [{ code: 'json', message: 'cut off', at: null }],
    };
    const store = freshStore([...many(5), bad, ...[...many(10)].slice(5)]);
    const [result] = await forward(options(store, [target(syslog(devo.ports.syslog))]));
    expect(result).toMatchObject({ messages: 10, refused: 1, queued: 0, failed: 1, failure: null });
    expect(devo.total).toBe(10);
    const [row] = store.records.page({
      filter: { delivery: ['failed'] },
      sort: { by: 'arrival', dir: 'asc' },
      limit: 5,
    }).rows;
    expect(store.records.get(row?.key ?? 0)?.deliveries[0]?.failure?.message).toContain(
      'not one well-formed JSON object',
    );
  });

  it('goes to several destinations at the same time, one failing alone', async () => {
    const devo = await endpoint();
    const store = freshStore(many(1200));
    const good = target(syslog(devo.ports.syslog, { name: 'good' }));
    const gone = target(syslog(1, { name: 'gone' }));
    const results = await forward(options(store, [good, gone]));
    expect(results.map((r) => [r.destination, r.messages, r.failure?.code ?? null])).toEqual([
      ['good', 1200, null],
      ['gone', 0, 'devo.refused'],
    ]);
    expect(devo.total).toBe(1200);
  });
});

describe('trouble on the way', () => {
  it.each(['reset', 'stops-reading', 'never-ends', 'closes-early'] as const)(
    '%s: retried, bounded, marked, then handed over',
    async (oddity) => {
      const peer = await startOddPeer(oddity, domain.certificates);
      cleanup.push(() => peer.close());
      const store = freshStore(many(3000, 3000));
      const destination = target(syslog(peer.port), { batchRecords: 5000, maxAttempts: 2 });
      const given = options(store, [destination]);
      const [failed] = await forward(given);
      expect(failed?.failure?.code).toMatch(/^devo\.(connection-lost|stalled|confirm-timeout|closed-early)$/);
      expect(failed).toMatchObject({ messages: 0, queued: 0, failed: 3000 });
      // The 50 ms are the head start that connections get, not a wait between attempts: every other wait counts.
      expect(given.clock.slept.filter((ms) => ms !== 50)).toEqual([1000]);
      const [row] = store.records.page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 1 }).rows;
      expect(row).toMatchObject({ delivery: 'failed', maybeTwice: true });

      peer.recover();
      const [again] = await forward({ ...given, retryFailed: true });
      expect(again).toMatchObject({ messages: 3000, queued: 0, failed: 0, failure: null });
    },
  );

  it('a peer that cannot be reached uses up no attempts and marks nothing as twice', async () => {
    const store = freshStore(many(10));
    const [result] = await forward(options(store, [target(syslog(1))]));
    expect(result).toMatchObject({ queued: 10, failed: 0, failure: { code: 'devo.refused' } });
    const [row] = store.records.page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 1 }).rows;
    expect(row?.maybeTwice).toBe(false);
  });

  it('what a person must put right uses up no attempts', async () => {
    const store = freshStore(many(10));
    const broken = testDestination({
      kind: 'devo-syslog',
      address: '127.0.0.1',
      port: 1,
      ...domain.files,
      keyFile: '/gone.key',
    });
    const given = options(store, [target(broken, { maxAttempts: 1 })]);
    const [result] = await forward(given);
    expect(result).toMatchObject({ queued: 10, failed: 0, failure: { code: 'devo.credential-missing' } });
    expect(result?.run?.state).toBe('failed');
    expect(given.log.lines.at(-2)).toContain('The key file /gone.key does not exist.');
  });

  it('cancelling in the middle loses nothing: what was not confirmed goes again', async () => {
    const devo = await endpoint();
    const store = freshStore(many(5000));
    const stop = new AbortController();
    const given = {
      ...options(store, [target(syslog(devo.ports.syslog), { batchRecords: 500 })]),
      signal: stop.signal,
    };
    const [result] = await forward({
      ...given,
      onProgress: (run) => {
        if (run.messages >= 1000) stop.abort();
      },
    });
    expect(result?.run?.state).toBe('cancelled');
    const handedOver = result?.messages ?? 0;
    expect(handedOver).toBeGreaterThanOrEqual(1000);
    expect(totalsOf(store)).toEqual([{ queued: 5000 - handedOver, inFlight: 0, handedOver, failed: 0 }]);
    await forward(options(store, [target(syslog(devo.ports.syslog))]));
    const counts = arrivals(devo);
    expect(counts.size).toBe(5000);
    const twice = [...counts].filter(([, n]) => n > 1).map(([n]) => n);
    for (const n of twice.slice(0, 20)) {
      const [row] = store.records.page({
        filter: { id: [`indicator--${n}`] },
        sort: { by: 'arrival', dir: 'asc' },
        limit: 1,
      }).rows;
      expect(row?.maybeTwice).toBe(true);
    }
  });

  it('records on their way when the process died go again, marked', async () => {
    const devo = await endpoint();
    const made = makeStore();
    storeRecords(made.store, 'feed', many(100));
    approveAll(made.store);
    made.store.outbox.route({
      destination: 'devo_1',
      sources: ['feed'],
      kinds: ['object', 'manifest'],
      maxTlp: 'red',
    });
    expect(made.store.outbox.begin('devo_1', { maxRecords: 60, maxBytes: 1e9 })?.count).toBe(60);
    made.store.close();
    const store = openStore({ dir: made.dir, clock: testClock });
    cleanup.push(() => store.close());
    const given = options(store, [target(syslog(devo.ports.syslog))]);
    const [result] = await forward(given);
    expect(result).toMatchObject({ messages: 100, failure: null });
    expect(given.log.lines[0]).toContain('60 records were on their way');
    const rows = store.records.page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 100 }).rows;
    expect(rows.filter((row) => row.maybeTwice)).toHaveLength(60);
  });

  it('two hand-overs at once exclude each other', async () => {
    const devo = await endpoint();
    const store = freshStore(many(10));
    const lock = store.locks.acquire('forward');
    await expect(forward(options(store, [target(syslog(devo.ports.syslog))]))).rejects.toMatchObject({
      failure: { code: 'store.busy' },
    });
    lock.release();
    expect((await forward(options(store, [target(syslog(devo.ports.syslog))])))[0]?.messages).toBe(10);
  });
});
