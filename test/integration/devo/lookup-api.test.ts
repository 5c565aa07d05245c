import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { DestinationOptions } from '../../../main/engine/devo/create-destination.ts';
import type { Destination, OutboundRecord } from '../../../main/engine/devo/destination.ts';
import { LookupsServer, type LookupsServerOptions } from '../../../main/node/demo/lookups-server.ts';
import { type Failure, SluiceError } from '../../../shared/errors.ts';
import { makeDomain, outbound, testDestination } from '../../servers/devo-client.ts';

const TOKEN = 'Tk-5f2c!never-to-be-seen';
const domain = makeDomain();
const never = new AbortController().signal;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo();
});
afterAll(() => domain.remove());

const COLUMNS = [
  { name: 'cve', type: 'STRING' },
  { name: 'year', type: 'INT8' },
  { name: 'note', type: 'STRING' },
];
async function devo(options: Partial<LookupsServerOptions> = {}): Promise<LookupsServer> {
  const server = await LookupsServer.start({ token: TOKEN, jobMs: 5, ...options });
  cleanup.push(() => server.close());
  return server;
}
function lookup(baseUrl: string, over: object = {}, options: Partial<DestinationOptions> = {}): Destination {
  const settings = {
    kind: 'devo-lookup' as const,
    baseUrl,
    domain: 'acme',
    lookup: 'CEWL',
    jobPollSeconds: 0.02,
    ...over,
  };
  const made = testDestination({ columns: COLUMNS, ...settings } as Parameters<typeof testDestination>[0], {
    secrets: async () => TOKEN,
    timeouts: { connect: 2000, stall: 2000, request: 5000 },
    ...options,
  });
  cleanup.push(() => made.close());
  return made;
}
const row = (cve: string, more = '', over: Partial<OutboundRecord> = {}) =>
  outbound(`{"cve":"${cve}"${more}}`, { kind: 'cewl', type: 'cve', ...over });
const gone = (cve: string) => row(cve, '', { revoked: true });

/** Hands a batch over as the outbox does. */
async function send(to: Destination, records: OutboundRecord[], states: string[] = []) {
  const handover = await to.open(never, undefined, (text) => states.push(text));
  try {
    for (const record of records) await handover.write(record);
    const confirmed = await handover.confirm();
    return { failure: null as Failure | null, ...confirmed };
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    expect(JSON.stringify(thrown.failure) + String(thrown.stack) + String(thrown.cause)).not.toContain(TOKEN);
    return { failure: thrown.failure, ...handover.abort() };
  }
}
const keysOf = (server: LookupsServer) => [...(server.held('acme', 'CEWL')?.rows.keys() ?? [])].sort();

describe('a lookup over the REST API', () => {
  it('is created, then changed, then has rows deleted', async () => {
    const server = await devo({ jobMs: 60 });
    let held = false;
    const to = lookup(server.url, {}, { holding: { begun: () => held, records: () => [] } });
    const states: string[] = [];
    const records = [row('CVE-1', ',"year":2021,"note":"a \\"b\\"\\n,c"'), row('CVE-2'), row('CVE-3')];
    const first = await send(to, records, states);
    expect(first).toMatchObject({
      failure: null,
      messages: 3,
      bytes: Buffer.concat(records.map((r) => to.encode(r))).length,
    });
    expect(server.held('acme', 'CEWL')).toMatchObject({
      columns: ['cve', 'year', 'note'],
      types: ['STRING', 'INT8', 'STRING'],
    });
    expect(server.held('acme', 'CEWL')?.rows.get('CVE-1')).toEqual(['CVE-1', '2021', 'a "b"\n,c']);
    expect(server.asked.filter((line) => line.includes('deploy-csv'))).toEqual([
      'POST /lookup-api/lookup/acme/CEWL/deploy-csv',
    ]);
    expect(states[0]).toBe('uploading all 3 rows of the lookup CEWL');
    expect(states.at(-1)).toMatch(/^job \S+: (PENDING|RUNNING)$/);
    held = true;
    expect(await send(to, [row('CVE-2', ',"note":"new"'), row('CVE-4'), gone('CVE-3')])).toMatchObject({
      failure: null,
      messages: 3,
    });
    expect(keysOf(server)).toEqual(['CVE-1', 'CVE-2', 'CVE-4']);
    expect(server.held('acme', 'CEWL')?.rows.get('CVE-2')).toEqual(['CVE-2', '', 'new']);
    expect(server.asked.filter((line) => line.includes('deploy-csv')).slice(1)).toEqual([
      'PUT /lookup-api/lookup/acme/CEWL/deploy-csv',
      'PUT /lookup-api/lookup/acme/CEWL/deploy-csv',
    ]);
  });

  it('is replaced at the first hand-over, and only then', async () => {
    const server = await devo();
    await send(lookup(server.url), [row('stranger')]);
    const to = lookup(server.url);
    await send(to, [row('CVE-1')]);
    expect(keysOf(server)).toEqual(['CVE-1']);
    // The store has not yet been told of the first batch, as after a crash of its disk: the second adds all the same.
    await send(to, [row('CVE-2')]);
    expect(keysOf(server)).toEqual(['CVE-1', 'CVE-2']);
  });

  it('is replaced with everything it should hold where the settings say so, and when it has gone', async () => {
    const server = await devo();
    const holding = {
      begun: () => true,
      records: () => [row('CVE-1'), row('CVE-2'), gone('CVE-1'), row('CVE-3', ',"year":1')],
    };
    await send(lookup(server.url), [row('stale')]);
    await send(lookup(server.url, { update: 'full' }, { holding }), [
      row('CVE-3', ',"year":2'),
      row('CVE-4'),
    ]);
    expect(keysOf(server)).toEqual(['CVE-2', 'CVE-3', 'CVE-4']);
    expect(server.held('acme', 'CEWL')?.rows.get('CVE-3')?.[1]).toBe('2');
    server.forget('acme', 'CEWL');
    await send(lookup(server.url, {}, { holding }), [row('CVE-5')]);
    expect(keysOf(server)).toEqual(['CVE-2', 'CVE-3', 'CVE-5']);
  });

  it('is left empty by deletes, and deletes need no lookup', async () => {
    const server = await devo();
    const holding = { begun: () => true, records: () => [row('CVE-1')] };
    expect(await send(lookup(server.url, {}, { holding }), [gone('CVE-1')])).toMatchObject({
      failure: null,
      messages: 1,
    });
    expect(server.uploads).toBe(0);
    await send(lookup(server.url), [row('CVE-1')]);
    await send(lookup(server.url, { update: 'full' }, { holding }), [gone('CVE-1')]);
    expect(keysOf(server)).toEqual([]);
  });

  it.each([
    { states: ['created', 'in progress', 'Succeeded'] },
    { states: ['QUEUED', 'RUNNING', 'finished'], tellsJob: false },
    { busy: true },
  ])('waits for the job whatever its words: %j', async (options) => {
    const server = await devo(options);
    expect(await send(lookup(server.url), [row('CVE-1')])).toMatchObject({ failure: null });
    expect(keysOf(server)).toEqual(['CVE-1']);
  });

  it('carries 20,000 rows in pieces', async () => {
    const server = await devo();
    const records = Array.from({ length: 20_000 }, (_, n) =>
      row(`CVE-${n}`, `,"year":${n},"note":"${'é'.repeat(50)}"`),
    );
    expect(await send(lookup(server.url), records)).toMatchObject({ failure: null, messages: 20_000 });
    expect(server.held('acme', 'CEWL')?.rows.size).toBe(20_000);
    expect(server.held('acme', 'CEWL')?.rows.get('CVE-19999')).toEqual([
      'CVE-19999',
      '19999',
      'é'.repeat(50),
    ]);
  });
});

describe('what goes wrong', () => {
  it.each([
    [400, 'devo.lookup-refused', false, false],
    [401, 'devo.token-refused', false, false],
    [403, 'devo.token-refused', false, false],
    [404, 'devo.lookup-unknown', false, false],
    [413, 'devo.lookup-refused', false, false],
    [429, 'devo.http-throttled', true, false],
    [500, 'devo.lookup-refused', true, true],
    [503, 'devo.lookup-refused', true, true],
  ])('an upload answered with %s is %s', async (status, code, retryable, maybeTaken) => {
    const server = await devo();
    server.trouble.refuseUploads = {
      status,
      times: 1,
      retryAfter: '7',
      body: `no ${TOKEN} no ${'x'.repeat(9999)}`,
    };
    const result = await send(lookup(server.url), [row('CVE-1')]);
    expect(result).toMatchObject({ failure: { code, retryable }, maybeTaken });
    expect(result.failure?.message).toContain('no … no');
    expect(result.failure?.message.length).toBeLessThan(500);
    expect(result.failure?.details.retryAfterMs).toBe(7000);
    expect(server.held('acme', 'CEWL')).toBeNull();
  });

  it('a lookup that is being changed is waited for', async () => {
    const server = await devo();
    server.trouble.refuseUploads = { status: 409, times: 1 };
    const states: string[] = [];
    expect(await send(lookup(server.url), [row('CVE-1')], states)).toMatchObject({ failure: null });
    expect(states).toContain('the lookup CEWL is being changed by another job, waiting');
    server.trouble.refuseUploads = { status: 423, times: 99 };
    expect(await send(lookup(server.url, { jobTimeoutSeconds: 0.5 }), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.lookup-busy', retryable: true },
      maybeTaken: false,
    });
  });

  it('a failed job is a failed delivery with its text', async () => {
    const server = await devo();
    server.trouble.failJob = `The column year is broken. ${TOKEN}`;
    const result = await send(lookup(server.url), [row('CVE-1')]);
    expect(result).toMatchObject({
      failure: { code: 'devo.lookup-job-failed', retryable: true },
      maybeTaken: true,
    });
    expect(result.failure?.message).toContain('ended as FAILED: The column year is broken. …');
  });

  it('of two jobs both must end well', async () => {
    const server = await devo();
    const to = lookup(server.url, {}, { holding: { begun: () => true, records: () => [row('CVE-1')] } });
    await send(to, [row('CVE-1')]);
    const asked = server.uploads;
    const handover = await to.open(never, undefined, (text) => {
      if (text.startsWith('deleting')) server.trouble.failJob = 'No.';
    });
    for (const record of [row('CVE-2'), gone('CVE-1')]) await handover.write(record);
    await expect(handover.confirm()).rejects.toThrow('ended as FAILED');
    expect(handover.abort()).toEqual({ maybeTaken: true });
    expect(server.uploads).toBe(asked + 2);
    expect(await send(to, [row('CVE-2'), gone('CVE-1')])).toMatchObject({ failure: null });
    expect(keysOf(server)).toEqual(['CVE-2']);
  });

  it('a connection cut after the upload leaves the outcome open, and the repetition makes it right', async () => {
    const server = await devo();
    server.trouble.dropAfterUpload = true;
    const to = lookup(server.url);
    expect(await send(to, [row('CVE-1'), row('CVE-2')])).toMatchObject({
      failure: { code: 'devo.connection-lost', retryable: true },
      maybeTaken: true,
    });
    await server.settled();
    expect(await send(to, [row('CVE-1'), row('CVE-2')])).toMatchObject({ failure: null });
    expect(keysOf(server)).toEqual(['CVE-1', 'CVE-2']);
  });

  it('a job that is lost or never ends is no hand-over', async () => {
    const server = await devo();
    server.trouble.loseJob = true;
    expect(await send(lookup(server.url), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.lookup-job-lost', retryable: true },
      maybeTaken: true,
    });
    server.trouble.hangJob = true;
    const began = performance.now();
    const late = await send(lookup(server.url, { jobTimeoutSeconds: 0.6 }), [row('CVE-1')]);
    expect(late).toMatchObject({
      failure: { code: 'devo.lookup-job-timeout', retryable: true },
      maybeTaken: true,
    });
    expect(late.failure?.message).toContain('PENDING');
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('a word that nobody knows is never taken for success', async () => {
    const server = await devo({ states: ['PENDING', 'RUNNING', 'SHIMMERING'] });
    const result = await send(lookup(server.url, { jobTimeoutSeconds: 0.6 }), [row('CVE-1')]);
    expect(result).toMatchObject({ failure: { code: 'devo.lookup-job-timeout' }, maybeTaken: true });
    expect(result.failure?.message).toContain('SHIMMERING');
  });

  it('asks again when asking after a job fails, but not with a token that is refused', async () => {
    const server = await devo();
    server.trouble.refuseJobs = { status: 503, times: 2 };
    expect(await send(lookup(server.url), [row('CVE-1')])).toMatchObject({ failure: null });
    server.trouble.refuseJobs = { status: 403, times: 99 };
    expect(await send(lookup(server.url), [row('CVE-2')])).toMatchObject({
      failure: { code: 'devo.token-refused' },
      maybeTaken: true,
    });
  });

  it('can be cancelled while it waits', async () => {
    const server = await devo();
    server.trouble.hangJob = true;
    const controller = new AbortController();
    const handover = await lookup(server.url).open(controller.signal);
    await handover.write(row('CVE-1'));
    setTimeout(() => controller.abort(new SluiceError({ code: 'cancelled', message: 'Cancelled.' })), 300);
    await expect(handover.confirm()).rejects.toThrow('Cancelled.');
    expect(handover.abort()).toEqual({ maybeTaken: true });
  });

  it('a server that is not there, or not private without TLS, gets nothing', async () => {
    expect(await send(lookup('http://127.0.0.1:1/lookup-api'), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.refused' },
      maybeTaken: false,
    });
    expect(await send(lookup('http://203.0.113.5/lookup-api'), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.relay-not-private' },
      maybeTaken: false,
    });
    await expect(lookup('http://127.0.0.1:1', {}, { secrets: async () => null }).open(never)).rejects.toThrow(
      'has no token',
    );
  });

  it('verifies the server over HTTPS, with an extra CA where one is set', async () => {
    const { key, cert } = domain.certificates.server;
    const server = await devo({ https: { key, cert } });
    expect(await send(lookup(server.url), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.unknown-ca' },
      maybeTaken: false,
    });
    const caFile = join(domain.dir, 'ca.pem');
    writeFileSync(caFile, domain.certificates.chain);
    expect(await send(lookup(server.url, { caFile }), [row('CVE-1')])).toMatchObject({ failure: null });
  });
});

describe('the pre-flight', () => {
  it('says whether the lookup is there and compares its columns, changing nothing', async () => {
    const server = await devo();
    const to = lookup(server.url);
    const before = await to.preflight(never);
    expect(before).toMatchObject({ ok: true });
    expect(before.findings.map((f) => f.message).join()).toContain('The lookup CEWL will be created.');
    expect(before.line).toContain('Lookups API at 127.0.0.1');
    await send(to, [row('CVE-1')]);
    const uploads = server.uploads;
    const after = await to.preflight(never);
    expect(after.findings.map((f) => f.message).join()).toContain('The lookup CEWL is there.');
    expect(after.findings.filter((f) => f.level === 'warning').map((f) => f.message)).toEqual([
      'The base URL is plain HTTP: rows and token are not encrypted.',
    ]);
    const other = await lookup(server.url, {
      columns: [
        { name: 'cve', type: 'STRING' },
        { name: 'score', type: 'INT8' },
      ],
    }).preflight(never);
    expect(other.line).toContain(
      "The lookup's columns differ. In Devo: cve STRING, year INT8, note STRING. Here: cve STRING, score INT8.",
    );
    expect(server.uploads).toBe(uploads);
  });

  it('fails with a token that is not accepted, without telling it', async () => {
    const server = await devo({ token: 'another' });
    const report = await lookup(server.url).preflight(never);
    expect(report).toMatchObject({ ok: false, failure: { code: 'devo.token-refused' } });
    expect(JSON.stringify(report)).not.toContain(TOKEN);
  });
});
