import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import type { Destination } from '../../../main/engine/devo/destination.ts';
import { type ForwardTarget, forward } from '../../../main/engine/devo/forward.ts';
import { planForward } from '../../../main/engine/devo/plan.ts';
import type { Log } from '../../../main/engine/ports.ts';
import { runPull } from '../../../main/engine/pull/run-pull.ts';
import { outboundOf, previewOf } from '../../../main/engine/review/wire-preview.ts';
import { sendPlan } from '../../../main/engine/send-plan.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import type { DestinationSettings } from '../../../shared/settings.ts';
import { type ThreatqSettings, threatqSettings } from '../../../shared/settings-threatq.ts';
import { makeDomain, testClock, testDestination } from '../../servers/devo-client.ts';
import { startOddPeer } from '../../servers/devo-odd.ts';
import { approveAll, makeStore, storeRecords } from '../../servers/devo-store.ts';
import { START, startServer, threatqSource } from '../../servers/threatq-pulling.ts';

/** Events that leave as several messages, from the server that has them to the peer that gets them. */

const domain = makeDomain();
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
afterAll(() => domain.remove());

const quiet: Log = { debug() {}, info() {}, warning() {}, error() {} };
const signal = new AbortController().signal;
const OWN = { flatten: 'sources' } as const;

function emptyStore(): Store {
  const made = makeStore();
  cleanup.push(made.remove);
  return made.store;
}
async function endpoint(): Promise<DevoEndpoint> {
  const devo = await DevoEndpoint.start({ certificates: domain.certificates, token: 'token', keep: 100_000 });
  cleanup.push(() => devo.close());
  return devo;
}
/** A destination that sends by the settings of a ThreatQuotient source. */
function destination<K extends DestinationSettings['kind']>(
  settings: Parameters<typeof testDestination<K>>[0],
  own: Partial<ThreatqSettings> = OWN,
): Destination {
  const source = threatqSettings.parse({
    kind: 'threatq',
    name: 'tq',
    id: '1',
    apiBaseUrl: 'https://x',
    username: 'x',
    ...own,
  });
  const made = testDestination<K>(settings, {
    sendPlan: (_source, kind, type) => sendPlan(source, kind, type),
    secrets: async () => 'token',
    timeouts: { connect: 3000, stall: 2000, confirm: 2000, settle: 50, settleAfterTicket: 25 },
  });
  cleanup.push(() => made.close());
  return made;
}
const target = (to: Destination, over: Partial<ForwardTarget> = {}): ForwardTarget => ({
  destination: to,
  route: { destination: to.name, sources: ['tq'], kinds: ['object', 'event'], maxTlp: 'red' },
  batchRecords: 1000,
  maxAttempts: 2,
  ...over,
});
const hand = async (store: Store, to: ForwardTarget, retryFailed = false) => {
  const clock = { ...testClock, sleep: async () => {} };
  return (await forward({ store, destinations: [to], clock, log: quiet, signal, retryFailed }))[0];
};

/** Three events of the stand-in: of one source, of three, of none. Plain neighbours must not carry the second away. */
async function pulled(own: Partial<ThreatqSettings>): Promise<Store> {
  const server = await startServer({ typeNames: true });
  cleanup.push(() => server.close());
  const sources = ['Ärzte', 'Two\n"]', 'three'].map((name, i) => ({ name, tlp_id: 3, pivot: { id: i } }));
  server.shelf.add({ type_id: 1, title: 'several', sources }, START + 1000);
  server.shelf.add({ type_id: 1, title: 'one', sources: sources.slice(1, 2) }, START);
  server.shelf.add({ type_id: 2, title: 'none', sources: [] }, START + 2000);
  const store = emptyStore();
  const source = threatqSource(server.url, own);
  const { view } = await runPull({
    source,
    store,
    clock: systemClock,
    logAs: () => quiet,
    signal,
    onProgress: () => {},
    periodSeconds: null,
  });
  await source.close();
  expect(view).toMatchObject({ state: 'done', stored: 3, generated: own.flatten === 'sources' ? 5 : 3 });
  approveAll(store);
  return store;
}
const previews = (store: Store, to: Destination) =>
  [1, 2, 3].map((key) => {
    const detail = store.records.get(key);
    if (detail === null) throw new Error(`no record ${key}`);
    return previewOf(to, outboundOf(detail));
  });

describe('an event of several sources', () => {
  it.each([false, true])('arrives over TLS as the preview and the dry run say (gzip %s)', async (gzip) => {
    const devo = await endpoint();
    const own = {
      ...OWN,
      obfuscation: [
        { name: 'sources.name', value: 'X' },
        { name: 'title', value: '*' },
      ],
    };
    const store = await pulled(own);
    const to = destination(
      { kind: 'devo-syslog', address: '127.0.0.1', port: devo.ports.syslog, gzip, ...domain.files },
      own,
    );
    const shown = previews(store, to);
    expect(shown.map(({ messages }) => messages.length)).toEqual([1, 3, 1]);
    const given = target(to);
    const [plan] = await planForward({ store, destinations: [given], exact: true, clock: testClock });
    const result = await hand(store, given);
    const bytes = shown.reduce((sum, { length }) => sum + length, 0);
    expect(plan).toMatchObject({ records: 3, messages: 5, bytes });
    expect(result).toMatchObject({ records: 3, messages: 5, bytes, failure: null });
    expect(store.outbox.runs({ limit: 1 })[0]).toMatchObject({ records: 3, messages: 5 });
    const frames = shown.flatMap(({ bytes, messages }) => {
      const all = Buffer.from(bytes, 'base64');
      return messages.map(([from, end]) => all.toString('utf8', from, end));
    });
    expect(devo.last.map(({ frame }) => frame.toString('utf8'))).toEqual(frames);
    const first = devo.last.slice(1, 4).map(({ message }) => JSON.parse(String(message)));
    expect(first.map(({ sources }) => sources)).toEqual(
      [0, 1, 2].map((id) => [{ name: 'X', tlp_id: 3, pivot: { id } }]),
    );
    expect(new Set(first.map((event) => event['@devo_pulling_id'])).size).toBe(1);
    // What the preview marks as hidden is what was hidden.
    const several = shown[1];
    const all = Buffer.from(several?.bytes ?? '', 'base64');
    const hidden = several?.obfuscated.map(([from, end]) => all.toString('utf8', from, end)) ?? [];
    expect(hidden.toSorted()).toEqual(['"*"', '"*"', '"*"', '"X"', '"X"', '"X"']);
    expect(devo.last.map(({ message }) => String(message)).join()).not.toContain('several');
  });

  it.each([false, true])('arrives over HTTP and through a relay alike (gzip %s)', async (gzip) => {
    const devo = await endpoint();
    const store = await pulled(OWN);
    const http = destination({
      kind: 'devo-http',
      name: 'http',
      endpoint: `http://127.0.0.1:${devo.ports.http}/`,
      domain: 'acme',
      gzip,
    });
    const relay = destination({
      kind: 'devo-relay',
      name: 'relay',
      address: '127.0.0.1',
      port: devo.ports.relay,
      gzip,
    });
    const shown = [relay, http].map((to) =>
      previews(store, to).flatMap(({ bytes, messages }) =>
        messages.map(([from, end]) => Buffer.from(bytes, 'base64').toString('utf8', from, end)),
      ),
    );
    // Both get it: what one has taken alone would else never be given to the other.
    for (const to of [http, relay]) store.outbox.route(target(to).route);
    expect(await hand(store, target(relay))).toMatchObject({ records: 3, messages: 5, failure: null });
    expect(devo.last.map(({ frame }) => frame.toString('utf8'))).toEqual(shown[0]);
    expect(await hand(store, target(http))).toMatchObject({ records: 3, messages: 5, failure: null });
    const posted = devo.last.slice(5).map(({ message }) => `${message}\n`);
    expect(posted.toSorted()).toEqual(shown[1]?.toSorted());
  });

  it('stays one message where the source does not flatten', async () => {
    const devo = await endpoint();
    const store = await pulled({});
    const to = destination(
      { kind: 'devo-syslog', address: '127.0.0.1', port: devo.ports.syslog, ...domain.files },
      {},
    );
    expect(await hand(store, target(to))).toMatchObject({ records: 3, messages: 3 });
    const detail = store.records.get(2);
    const raw = detail?.raw.toString('utf8') ?? '';
    expect(String(devo.last[1]?.message).startsWith(raw.slice(0, -1))).toBe(true);
  });
});

/** Texts with line feeds, so that frames are counted; of these 2,000 every other is of 40 elements. */
function indented(): { id: string; raw: Buffer; elements: number }[] {
  return Array.from({ length: 2000 }, (_, n) => {
    const elements = n % 2 === 0 ? 40 : 1;
    const sources = Array.from({ length: elements }, (_, i) => ({ n, i }));
    return { id: `e${n}`, raw: Buffer.from(JSON.stringify({ n, sources }, null, n % 3)), elements };
  });
}

describe('frames of one record', () => {
  it('follow one another on the wire, counted where a text has line feeds, over pieces and members', async () => {
    for (const gzip of [false, true]) {
      const devo = await endpoint();
      const store = emptyStore();
      const texts = indented();
      storeRecords(store, 'tq', texts);
      approveAll(store);
      const to = destination({
        kind: 'devo-syslog',
        address: '127.0.0.1',
        port: devo.ports.syslog,
        gzip,
        ...domain.files,
      });
      const messages = texts.reduce((sum, { elements }) => sum + elements, 0);
      const batches = target(to, { batchRecords: 700 });
      expect(await hand(store, batches)).toMatchObject({ records: 2000, messages, failure: null });
      expect(devo.errors).toEqual([]);
      const got = devo.last.map(
        ({ message }) => JSON.parse(String(message)) as { n: number; sources: unknown[] },
      );
      expect(got.map(({ n, sources }) => [n, sources])).toEqual(
        texts.flatMap(({ elements }, n) => Array.from({ length: elements }, (_, i) => [n, [{ n, i }]])),
      );
    }
  });

  it('are one record when the peer breaks between them: queued or failed as a whole, maybe twice, sent whole again', async () => {
    const peer = await startOddPeer('reset', domain.certificates);
    cleanup.push(() => peer.close());
    const store = emptyStore();
    // One event whose messages are many times what the peer takes before it breaks.
    const sources = Array.from({ length: 300 }, (_, i) => ({ i, pad: 'x'.repeat(20_000) }));
    storeRecords(store, 'tq', [{ id: 'e', raw: Buffer.from(JSON.stringify({ sources })) }]);
    approveAll(store);
    const to = destination({ kind: 'devo-syslog', address: '127.0.0.1', port: peer.port, ...domain.files });
    expect(await hand(store, target(to))).toMatchObject({ records: 0, messages: 0, failed: 1, queued: 0 });
    const row = store.records.row(1);
    expect(row).toMatchObject({ delivery: 'failed', maybeTwice: true });
    peer.recover();
    expect(await hand(store, target(to), true)).toMatchObject({ records: 1, messages: 300, failure: null });
    expect(store.records.row(1)).toMatchObject({ delivery: 'handed_over', maybeTwice: true });
  });

  it('are none when the event would be too many: it is refused with the reason and the rest goes', async () => {
    const devo = await endpoint();
    const store = emptyStore();
    storeRecords(store, 'tq', [
      { id: 'many', raw: Buffer.from(`{"n":0,"sources":[${'1,'.repeat(10_000)}1]}`) },
      { id: 'few', raw: Buffer.from('{"n":1,"sources":[1,2]}') },
    ]);
    approveAll(store);
    const to = destination({
      kind: 'devo-syslog',
      address: '127.0.0.1',
      port: devo.ports.syslog,
      ...domain.files,
    });
    const given = target(to);
    const [plan] = await planForward({ store, destinations: [given], exact: true, clock: testClock });
    expect(plan).toMatchObject({
      records: 1,
      messages: 2,
      blocked: [{ records: 1, reason: expect.stringContaining('10,000') }],
    });
    expect(await hand(store, given)).toMatchObject({ records: 1, messages: 2, refused: 1, failed: 1 });
    expect(devo.total).toBe(2);
  });
});
