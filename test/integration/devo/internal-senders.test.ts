import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { sessionSecrets } from '../../../main/engine/config/secrets.ts';
import { createEngine, type Engine } from '../../../main/engine/engine.ts';
import { passGate } from '../../../main/engine/gate.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import type { ReceivedEvent } from '../../../main/node/demo/syslog-parser.ts';
import type { CallInput, CallName, CallOutput } from '../../../shared/contract.ts';
import type { DestinationView } from '../../../shared/views/destination.ts';
import { makeDomain, testClock } from '../../servers/devo-client.ts';
import { approveAll, makeStore, storeRecords } from '../../servers/devo-store.ts';

/** The sender service internal_senders, from the settings of a destination to what arrives at the endpoint. SPEC 4. */

const TOKEN = 'a5370g9e8f7d7edf9da5370g9e8f7d7e';
const LOG = 'my.app.sluice.log';
const METRICS = 'my.app.sluice.metrics';
const domain = makeDomain();
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
afterAll(() => domain.remove());

/** A wall clock that is moved by hand and runs on by itself as well. */
function movedClock() {
  let ahead = 0;
  return {
    ...testClock,
    now: () => Date.now() + ahead,
    ahead: (ms: number) => {
      ahead += ms;
    },
  };
}

interface Bench {
  engine: Engine;
  ask: <N extends CallName>(name: N, input: CallInput<N>) => Promise<CallOutput<N>>;
  /** Time passes, less than what a sleeping computer would show. */
  later: (ms?: number) => void;
  destination: (name?: string) => Promise<DestinationView>;
}

async function bench(options: { records?: number; online?: () => boolean } = {}): Promise<Bench> {
  const made = makeStore();
  storeRecords(
    made.store,
    'feed',
    Array.from({ length: options.records ?? 0 }, (_, n) => ({
      id: `indicator--${n}`,
      raw: Buffer.from(`{"n":${n}}`),
    })),
  );
  approveAll(made.store);
  made.store.close();
  const clock = movedClock();
  const engine = createEngine({
    dataDir: made.dir,
    clock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
    version: '0',
    host: 'direct',
    schedule: true,
    network: { online: options.online ?? (() => true) },
  });
  cleanup.push(() => engine.close());
  const ask: Bench['ask'] = async (name, input) => {
    const result = await passGate(engine.answer, name, input, null);
    if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
    return result.value as never;
  };
  await ask('sources.save', {
    settings: {
      kind: 'taxii',
      name: 'feed',
      id: '1',
      enabled: false,
      discoveryUrl: 'https://feeds.example/taxii2/',
    },
    previousName: null,
  });
  return {
    engine,
    ask,
    later: (ms = 16_000) => {
      clock.ahead(ms);
      engine.hear({});
    },
    destination: async (name = 'out') => {
      const { destinations } = await ask('app.snapshot', {});
      const found = destinations.find((d) => d.settings.name === name);
      if (found === undefined) throw new Error(`no destination ${name}`);
      return found;
    },
  };
}

async function endpoint(): Promise<DevoEndpoint> {
  const devo = await DevoEndpoint.start({ certificates: domain.certificates, token: TOKEN });
  cleanup.push(() => devo.close());
  return devo;
}

type Way = 'devo-syslog' | 'devo-relay' | 'devo-http';
/** Settings of a destination at the stand-in endpoint. */
function way(kind: Way, { ports }: Pick<DevoEndpoint, 'ports'>, internalSenders: object | undefined) {
  const common = {
    name: 'out',
    hostname: 'desk',
    ...(internalSenders === undefined ? {} : { internalSenders }),
  };
  switch (kind) {
    case 'devo-syslog':
      return { kind, ...common, address: '127.0.0.1', port: ports.syslog, ...domain.files };
    case 'devo-relay':
      return { kind, ...common, address: '127.0.0.1', port: ports.relay };
    case 'devo-http':
      return { kind, ...common, endpoint: `http://127.0.0.1:${ports.http}`, domain: 'acme' };
  }
}

async function save({ ask }: Bench, settings: CallInput<'destinations.save'>['settings']): Promise<void> {
  await ask('destinations.save', { settings, previousName: null });
  if (settings.kind === 'devo-http')
    await ask('destinations.setSecret', { name: settings.name, field: 'token', value: TOKEN });
}

async function handOver({ ask, destination }: Bench, name = 'out'): Promise<void> {
  await ask('forward.start', { destinations: null });
  await expect.poll(async () => (await destination(name)).lastRun?.endedAt ?? null).not.toBeNull();
}

const bodies = (devo: DevoEndpoint, tag: string) =>
  devo.last.filter((event) => event.tag === tag).map((event) => JSON.parse(event.message.toString('utf8')));
const messages = (devo: DevoEndpoint): string[] => bodies(devo, LOG).map((body) => body.message);
const idle = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('log and metrics', () => {
  test.each<Way>(['devo-syslog', 'devo-relay', 'devo-http'])(
    'of %s: nothing of them arrives unless asked for',
    async (kind) => {
      const devo = await endpoint();
      const made = await bench({ records: 3 });
      await save(made, way(kind, devo, undefined));
      made.engine.hear({ problem: 'Something happened.' });
      await handOver(made);
      for (let n = 0; n < 3; n++) {
        made.later();
        await idle();
      }
      expect(Object.fromEntries(devo.counts)).toEqual({ 'my.app.taxii.objects': 3 });
      expect((await made.destination()).internal).toBeNull();
    },
  );

  test.each<Way>(['devo-syslog', 'devo-relay', 'devo-http'])(
    'of %s: arrive under their tags once asked for, in the frame of every event',
    async (kind) => {
      const devo = await endpoint();
      const made = await bench({ records: 3 });
      await save(made, way(kind, devo, { enabled: true, level: 'WARNING' }));
      made.engine.hear({ problem: 'Something "happened".' });
      await handOver(made);
      made.later();
      await expect.poll(() => devo.counts.get(METRICS)).toBe(2);
      expect(devo.counts.get('my.app.taxii.objects')).toBe(3);
      expect(devo.errors).toEqual([]);
      expect(bodies(devo, LOG)).toEqual([
        {
          time: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]{12}Z$/),
          level: 'ERROR',
          process: 'MainProcess',
          thread: 'MainThread',
          message: 'Something "happened".',
          '@devo_pulling_id': expect.stringMatching(/^\d{13}$/),
        },
      ]);
      expect(bodies(devo, METRICS)).toMatchObject([
        { metric: 'handover', destination: 'out', state: 'done', messages: 3, bytes: expect.any(Number) },
        { metric: 'memory', rss_bytes: expect.any(Number) },
      ]);
      const event = devo.last.find((e) => e.tag === LOG) as ReceivedEvent;
      expect(event.host).toBe('desk');
      if (kind !== 'devo-http')
        expect(event.frame.toString('utf8')).toBe(
          `<14>Jan  1 00:00:00 desk ${LOG}: ${event.message.toString('utf8')}\n`,
        );
      await expect
        .poll(async () => (await made.destination()).internal)
        .toMatchObject({ waiting: 0, sent: 3, dropped: 0, held: null, failure: null });
    },
  );

  test('what the service says of itself is not sent: it comes to rest', async () => {
    const devo = await endpoint();
    const made = await bench();
    await save(made, way('devo-relay', devo, { enabled: true, level: 'DEBUG', metrics: false }));
    made.engine.hear({ problem: 'Once.' });
    made.later();
    await expect.poll(() => messages(devo)).toEqual(['Once.']);
    const { connections } = devo;
    for (let n = 0; n < 4; n++) {
      made.later();
      await idle();
    }
    expect(devo.connections).toBe(connections);
    const lines = await made.ask('log.page', { limit: 50 });
    expect(lines.map((l) => l.message)).toContain(
      'DevoSenderManager(internal_senders,manager,out) -> Starting thread',
    );
  });
});

describe('a hand-over', () => {
  test('is not held up or failed by an endpoint that keeps the log waiting', async () => {
    const seen: string[] = [];
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      open.add(socket);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
      });
      socket.on('error', () => {});
      socket.on('end', () => {
        seen.push(text);
        // Whoever sends log lines is never told that they have been read.
        if (!text.includes(LOG)) socket.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => {
      for (const socket of open) socket.destroy();
      server.close();
    });
    const made = await bench({ records: 5 });
    const ports = { relay: (server.address() as AddressInfo).port, syslog: 0, http: 0 };
    await save(made, way('devo-relay', { ports }, { enabled: true, metrics: false }));
    made.engine.hear({ problem: 'Kept waiting.' });
    made.later();
    await expect.poll(() => seen.length).toBe(1);
    const begun = performance.now();
    await handOver(made);
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(seen[1]?.split('\n').filter((l) => l !== '')).toHaveLength(5);
    expect(await made.destination()).toMatchObject({ handedOver: 5, queued: 0, failed: 0 });
    // Nor does it take away what waits.
    expect((await made.destination()).internal?.waiting).toBeGreaterThan(0);
  }, 15_000);

  test('comes first: nothing of the log is begun beside it', async () => {
    const devo = await endpoint();
    const made = await bench({ records: 3 });
    // A peer that never answers: the hand-over runs for as long as the test does.
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await save(made, {
      ...way('devo-relay', devo, undefined),
      kind: 'devo-relay',
      address: '127.0.0.1',
      port,
    });
    await save(made, { ...way('devo-relay', devo, { enabled: true }), name: 'log' } as never);
    await made.ask('forward.start', { destinations: ['out'] });
    for (let n = 0; n < 3; n++) {
      made.later();
      await idle();
    }
    expect(devo.connections).toBe(0);
    // What has waited goes as soon as the hand-over is over.
    await made.ask('forward.cancel', {});
    await expect.poll(() => devo.counts.get(METRICS)).toBeGreaterThan(0);
  }, 15_000);

  test('of an endpoint that is down fails by itself; the log is tried again later and loses nothing', async () => {
    const devo = await endpoint();
    const made = await bench();
    const { relay } = devo.ports;
    await devo.close();
    await save(made, way('devo-relay', devo, { enabled: true, level: 'ERROR', metrics: false }));
    made.engine.hear({ problem: 'While it was down.' });
    made.later();
    await expect.poll(async () => (await made.destination()).internal?.failure?.code).toBeTruthy();
    const first = await made.destination();
    expect(first.internal).toMatchObject({ waiting: 1, sent: 0 });
    const again = await DevoEndpoint.start({ certificates: domain.certificates, ports: { relay } });
    cleanup.push(() => again.close());
    made.later(20_000);
    await idle();
    expect(again.connections).toBe(0);
    made.later(20_000);
    await expect.poll(() => messages(again)).toEqual(['While it was down.']);
    await expect.poll(async () => (await made.destination()).internal?.failure).toBeNull();
  });
});

describe('the end of the program', () => {
  test('sends the last lines', async () => {
    const devo = await endpoint();
    const made = await bench();
    await save(made, way('devo-syslog', devo, { enabled: true }));
    made.engine.hear({ problem: 'Last words.' });
    await made.engine.close();
    expect(messages(devo)).toContain('Last words.');
  });

  test('does not wait for a peer that keeps it waiting, and not at all while schedules are paused', async () => {
    let connections = 0;
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      connections += 1;
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => server.close());
    const ports = { relay: (server.address() as AddressInfo).port, syslog: 0, http: 0 };
    const made = await bench();
    await save(made, way('devo-relay', { ports }, { enabled: true }));
    const begun = performance.now();
    await made.engine.close();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(connections).toBe(1);
    const paused = await bench();
    await paused.ask('app.pause', { paused: true });
    await save(paused, way('devo-relay', { ports }, { enabled: true }));
    await paused.engine.close();
    expect(connections).toBe(1);
  });
});

describe('no connection of its own accord', () => {
  test('while schedules are paused', async () => {
    const devo = await endpoint();
    const made = await bench();
    await made.ask('app.pause', { paused: true });
    await save(made, way('devo-relay', devo, { enabled: true }));
    made.engine.hear({ problem: 'Paused.' });
    made.later();
    await idle();
    expect(devo.connections).toBe(0);
    expect((await made.destination()).internal).toMatchObject({ held: 'paused' });
    await made.ask('app.pause', { paused: false });
    await expect.poll(() => messages(devo)).toContain('Paused.');
  });

  test('without a network, but for an endpoint on this computer', async () => {
    const devo = await endpoint();
    let online = false;
    const made = await bench({ online: () => online });
    const there = { ...way('devo-relay', devo, { enabled: true }), name: 'there' };
    await save(made, { ...there, kind: 'devo-relay', address: '192.0.2.1', port: 9 });
    await save(made, way('devo-relay', devo, { enabled: true }));
    made.engine.hear({ problem: 'No network.' });
    made.later();
    await expect.poll(() => messages(devo)).toContain('No network.');
    const held = await made.destination('there');
    expect(held.internal).toMatchObject({ held: 'offline', failure: null });
    online = true;
    made.later();
    // 192.0.2.1 is no private network: the relay's own rule refuses it, so nothing is connected even now.
    await expect.poll(async () => (await made.destination('there')).internal?.failure).not.toBeNull();
  });

  test('without the chain: it fails closed as a hand-over does', async () => {
    const devo = await endpoint();
    const made = await bench();
    const settings = way('devo-syslog', devo, { enabled: true });
    await save(made, {
      ...settings,
      kind: 'devo-syslog',
      address: '127.0.0.1',
      ...domain.files,
      chainFile: '/nowhere/chain.crt',
    });
    made.engine.hear({ problem: 'Not without a chain.' });
    made.later();
    await expect
      .poll(async () => (await made.destination()).internal?.failure)
      .toMatchObject({ message: expect.stringContaining('/nowhere/chain.crt') });
    expect(devo.connections).toBe(0);
  });
});

test('no secret leaves this way, whatever fails', async () => {
  const devo = await endpoint();
  const made = await bench({ records: 2 });
  // A token that is refused, and one that is taken for what is said about it.
  await save(made, { ...way('devo-http', devo, { enabled: true, level: 'DEBUG' }), name: 'taken' } as never);
  await made.ask('destinations.save', {
    settings: { ...way('devo-http', devo, undefined), name: 'refused' } as never,
    previousName: null,
  });
  const wrong = 'Tk-77ab-never-to-be-seen-anywhere';
  await made.ask('destinations.setSecret', { name: 'refused', field: 'token', value: wrong });
  await made.ask('destinations.setSecret', { name: 'taken', field: 'token', value: TOKEN });
  await handOver(made, 'refused');
  made.later();
  await expect.poll(() => messages(devo).join('\n')).toContain('refuses the token');
  const all = devo.last.map((event) => event.message.toString('utf8')).join('\n');
  expect(all).not.toContain(wrong);
  expect(all).not.toContain(TOKEN);
});
