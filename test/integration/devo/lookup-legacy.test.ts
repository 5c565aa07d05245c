import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { DestinationOptions } from '../../../main/engine/devo/create-destination.ts';
import type { Destination, OutboundRecord } from '../../../main/engine/devo/destination.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { type Failure, SluiceError } from '../../../shared/errors.ts';
import { openWire } from '../../crash/wire.ts';
import { makeDomain, outbound, testClock, testDestination } from '../../servers/devo-client.ts';

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
async function devo(): Promise<DevoEndpoint> {
  const server = await DevoEndpoint.start({ certificates: domain.certificates, keep: 100_000 });
  cleanup.push(() => server.close());
  return server;
}
function lookup(port: number, over: object = {}, options: Partial<DestinationOptions> = {}): Destination {
  const made = testDestination(
    {
      kind: 'devo-lookup-legacy',
      address: 'localhost',
      port,
      ...domain.files,
      columns: COLUMNS,
      pauseSeconds: 0,
      ...over,
    } as Parameters<typeof testDestination>[0],
    { timeouts: { connect: 2000, stall: 2000, confirm: 2000 }, ...options },
  );
  cleanup.push(() => made.close());
  return made;
}
const row = (cve: string, more = '', over: Partial<OutboundRecord> = {}) =>
  outbound(`{"cve":"${cve}"${more}}`, { kind: 'cewl', type: 'cve', ...over });
const gone = (cve: string) => row(cve, '', { revoked: true });

async function send(to: Destination, records: OutboundRecord[]) {
  const handover = await to.open(never);
  try {
    for (const record of records) await handover.write(record);
    return { failure: null as Failure | null, ...(await handover.confirm()) };
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    return { failure: thrown.failure, ...handover.abort() };
  }
}
const keysOf = (server: DevoEndpoint) => [...(server.lookups.held.get('CEWL')?.rows.keys() ?? [])].sort();

describe('a lookup as messages', () => {
  it('is replaced at first, then changed, row by row and delete by delete', async () => {
    const server = await devo();
    const to = lookup(server.ports.syslog);
    const records = [row('CVE-1', ',"year":2021,"note":"a \\"b\\"\\n\\\\n,c"'), row('CVE-2'), row('CVE-3')];
    expect(await send(to, records)).toEqual({
      failure: null,
      messages: 3,
      bytes: Buffer.concat(records.map((record) => to.encode(record))).length,
    });
    expect(server.lookups.held.get('CEWL')?.rows.get('CVE-1')).toEqual(['CVE-1', '2021', 'a "b"\n\\n,c']);
    expect(await send(to, [row('CVE-2', ',"note":"new"'), gone('CVE-3'), row('CVE-4')])).toMatchObject({
      failure: null,
      messages: 3,
    });
    expect(keysOf(server)).toEqual(['CVE-1', 'CVE-2', 'CVE-4']);
    expect(server.last.map(({ tag }) => tag)).toEqual([
      'my.lookup.control.CEWL.FULL',
      ...Array(3).fill('my.lookup.data.CEWL'),
      'my.lookup.control.CEWL.FULL',
      'my.lookup.control.CEWL.INC',
      ...Array(2).fill('my.lookup.data.CEWL'),
      'my.lookup.data.CEWL.DELETE',
      'my.lookup.control.CEWL.INC',
    ]);
    const ids = new Set(server.last.map(({ message }) => message.toString().split('|')[0]));
    expect(ids.size).toBe(2);
    expect([...ids].every((id) => /^\d{10}\.\d{3}_CEWL$/.test(id ?? ''))).toBe(true);
    expect([server.errors, server.lookups.errors]).toEqual([[], []]);
  });

  it('holds everything again where the settings say so', async () => {
    const server = await devo();
    await send(lookup(server.ports.syslog), [row('stale')]);
    const holding = { begun: () => true, records: () => [row('CVE-1'), row('CVE-2'), gone('CVE-1')] };
    await send(lookup(server.ports.syslog, { update: 'full' }, { holding }), [row('CVE-3')]);
    expect(keysOf(server)).toEqual(['CVE-2', 'CVE-3']);
  });

  it('waits after START and before END, by the clock it is given', async () => {
    const server = await devo();
    const waits: [number, string[]][] = [];
    const tags = () => server.last.map(({ message }) => message.toString().split('|')[1]?.slice(0, 7) ?? '');
    const clock = {
      ...testClock,
      sleep: async (ms: number) => {
        // What was written before the pause is there before it ends.
        await testClock.sleep(100);
        waits.push([ms, tags()]);
      },
    };
    await send(lookup(server.ports.syslog, { pauseSeconds: 5 }, { clock }), [row('CVE-1')]);
    expect(waits).toEqual([
      [5000, ['START']],
      [5000, ['START', '"CVE-1"']],
    ]);
    expect(tags()).toEqual(['START', '"CVE-1"', 'END']);
  });

  it('is not handed over by a connection that is cut before END has arrived, and the repetition is another upload', async () => {
    const server = await devo();
    const wire = await openWire(server.ports.syslog);
    cleanup.push(() => wire.close());
    const to = lookup(wire.port);
    const rows = Array.from({ length: 2000 }, (_, n) => row(`CVE-${n}`, `,"note":"${'x'.repeat(200)}"`));
    for (const bytes of [3000, 20_000, 300_000]) {
      wire.cutAfter(bytes);
      const result = await send(to, rows);
      expect(result.failure?.retryable).toBe(true);
      expect(server.lookups.uploads).toBe(0);
    }
    expect(wire.cuts).toBe(3);
    wire.cutAfter(null);
    expect(await send(to, rows)).toMatchObject({ failure: null, messages: 2000 });
    expect(server.lookups.uploads).toBe(1);
    expect(server.lookups.held.get('CEWL')?.rows.size).toBe(2000);
  });

  it('needs the certificates of the domain', async () => {
    const server = await devo();
    expect(await send(lookup(server.ports.syslog, { chainFile: 'gone.crt' }), [row('CVE-1')])).toMatchObject({
      failure: { code: 'devo.credential-missing' },
      maybeTaken: false,
    });
    expect(server.total).toBe(0);
  });

  it('says in its pre-flight that Devo announced the end of these messages', async () => {
    const server = await devo();
    const columns = [{ name: 'cve' }, { name: 'seen', type: 'TIMESTAMP' }];
    const report = await lookup(server.ports.syslog, { columns }).preflight(never);
    expect(report).toMatchObject({ ok: true, failure: null });
    expect(report.line).toContain('Warning: Devo announced the end');
    expect(report.line).toContain('2026-01-01');
    expect(report.findings.filter((f) => f.level === 'warning').map((f) => f.message)).toEqual([
      expect.stringContaining('2026-01-01'),
      'The messages have no type TIMESTAMP: the column seen is sent as text.',
    ]);
    expect(server.total).toBe(0);
  });
});
