import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Handover } from '../../../main/engine/devo/destination.ts';
import { sendTestEvent } from '../../../main/engine/devo/test-event.ts';
import { issue, makeAuthority, makeDevoCertificates } from '../../../main/node/demo/certificates.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { SluiceError } from '../../../shared/errors.ts';
import { makeDomain, outbound, testClock, testDestination } from '../../servers/devo-client.ts';
import { type Oddity, startOddPeer } from '../../servers/devo-odd.ts';

const domain = makeDomain();
const never = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const it of open.splice(0)) await it.close();
});
afterAll(() => domain.remove());

const timeouts = { connect: 1500, stall: 1000, confirm: 1000, settle: 100, settleAfterTicket: 25 };
const syslog = (port: number, over = {}, options = {}) =>
  testDestination(
    { kind: 'devo-syslog', address: '127.0.0.1', port, ...domain.files, ...over },
    { timeouts, ...options },
  );
const endpoint = async (options = {}) => {
  const started = await DevoEndpoint.start({ certificates: domain.certificates, ...options });
  open.push(started);
  return started;
};
const odd = async (oddity: Oddity, tls = {}) => {
  const started = await startOddPeer(oddity, domain.certificates, tls);
  open.push(started);
  return started;
};
const record = (n: number, bytes = 1000) => outbound(`{"n":${n},"pad":"${'x'.repeat(bytes)}"}`);

/** Writes records until it fails or is through, then confirms. */
async function batch(
  handover: Handover,
  count: number,
  bytes = 1000,
): Promise<{ failure: string | null; maybeTaken: boolean }> {
  try {
    for (let n = 0; n < count; n++) await handover.write(record(n, bytes));
    await handover.confirm();
    return { failure: null, maybeTaken: true };
  } catch (thrown) {
    if (!(thrown instanceof SluiceError)) throw thrown;
    return { failure: thrown.failure.code, maybeTaken: handover.abort().maybeTaken };
  }
}

const refusal = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (thrown) {
    if (thrown instanceof SluiceError) return thrown.failure.code;
    throw thrown;
  }
  return 'nothing';
};

describe('a batch over TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('arrives whole and in order over %s', async (maxVersion) => {
    const devo = await endpoint({ maxVersion, keep: 10_000 });
    const to = syslog(devo.ports.syslog);
    for (let round = 0; round < 3; round++) {
      expect(await batch(await to.open(never), 2000)).toEqual({ failure: null, maybeTaken: true });
      expect(devo.total).toBe((round + 1) * 2000);
    }
    expect(devo.last.slice(-2000).map((e) => JSON.parse(e.message.toString()).n)).toEqual([
      ...Array(2000).keys(),
    ]);
    expect(devo.errors).toEqual([]);
  });

  it.each([false, true])('arrives byte for byte as encoded (gzip %s)', async (gzip) => {
    const frames: Buffer[] = [];
    const devo = await endpoint({ onEvent: (e: { frame: Buffer }) => frames.push(Buffer.from(e.frame)) });
    const to = syslog(devo.ports.syslog, { gzip });
    const texts = [
      '{}',
      '{"é":"\\u00e9","n":12345678901234567890}',
      '{\n\t"pretty": 1.0\n}',
      `{"big":"${'ü'.repeat(200_000)}"}`,
      '{"tab":"\\t"}',
    ];
    const records = [
      ...texts,
      ...Array.from({ length: 300 }, (_, n) => `{"n":${n},"p":"${'y'.repeat(n * 7)}"}`),
    ].map((t) => outbound(t));
    const handover = await to.open(never);
    for (const r of records) await handover.write(r);
    const { messages, bytes } = await handover.confirm();
    const encoded = records.map((r) => to.encode(r));
    expect(messages).toBe(records.length);
    expect(bytes).toBe(encoded.reduce((sum, e) => sum + e.length, 0));
    const withoutCount = encoded.map((e) => e.toString().replace(/^\d+ (?=<)/, ''));
    expect(frames.map((f) => f.toString())).toEqual(withoutCount);
  });

  it('goes on over a new connection when the old one is idle or old, and loses nothing', async () => {
    const devo = await endpoint();
    let now = 0;
    const clock = { ...testClock, monotonic: () => now };
    const handover = await syslog(devo.ports.syslog, {}, { clock }).open(never);
    await handover.write(record(1));
    now += 31_000;
    await handover.write(record(2));
    now += 29_000;
    await handover.write(record(3));
    expect(await handover.confirm()).toMatchObject({ messages: 3 });
    expect([devo.total, devo.connections]).toEqual([3, 2]);
  });

  it('skips a record that cannot be sent without breaking', async () => {
    const devo = await endpoint();
    const handover = await syslog(devo.ports.syslog).open(never);
    await handover.write(record(1));
    expect(() => handover.write(outbound('[1]'))).toThrow('cannot be sent');
    await handover.write(record(2));
    expect(await handover.confirm()).toMatchObject({ messages: 2 });
    expect(devo.total).toBe(2);
  });

  it('sends a test event under any tag', async () => {
    const devo = await endpoint();
    const { bytes } = await sendTestEvent(
      syslog(devo.ports.syslog),
      { tag: 'my.app.test.event', now: 1_700_000_000_000 },
      never,
    );
    expect(devo.last[0]?.frame.equals(bytes)).toBe(true);
    expect(devo.counts.get('my.app.test.event')).toBe(1);
  });
});

describe('an odd peer is never taken for a hand-over', () => {
  it.each([
    ['stops-reading', 'devo.stalled'],
    ['reset', 'devo.connection-lost'],
    ['never-ends', 'devo.confirm-timeout'],
    ['closes-early', 'devo.closed-early'],
  ] as const)('%s', async (oddity, code) => {
    const peer = await odd(oddity);
    const result = await batch(await syslog(peer.port).open(never), 20_000);
    expect(result).toEqual({ failure: code, maybeTaken: true });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'closing right after the %s handshake is a refusal before anything is written',
    async (maxVersion) => {
      const peer = await odd('closes-at-once', { maxVersion });
      expect(await refusal(syslog(peer.port).open(never))).toBe('devo.closed-early');
      expect(peer.received()).toBe(0);
    },
  );

  it('slow is fine', async () => {
    const peer = await odd('slow');
    expect(await batch(await syslog(peer.port).open(never), 3000)).toMatchObject({ failure: null });
  });

  it('cancelling cuts at once', async () => {
    const peer = await odd('stops-reading');
    const stop = new AbortController();
    const handover = await syslog(peer.port, {}, { timeouts: { ...timeouts, stall: 60_000 } }).open(
      stop.signal,
    );
    setTimeout(() => stop.abort(), 50);
    expect(await batch(handover, 20_000)).toEqual({ failure: 'cancelled', maybeTaken: true });
  });
});

describe('a connection that does not come about', () => {
  it('says why', async () => {
    const silent = await odd('silent');
    const plain = await odd('plain');
    expect(await refusal(syslog(silent.port).open(never))).toBe('devo.connect-timeout');
    expect(await refusal(syslog(plain.port).open(never))).toBe('devo.not-tls');
    await silent.close();
    expect(await refusal(syslog(silent.port).open(never))).toBe('devo.refused');
    expect(await refusal(syslog(1, { address: 'no-such-host.invalid' }).open(never))).toBe('devo.dns');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is refused by the server over %s when the client certificate is of another domain',
    async (maxVersion) => {
      const devo = await endpoint({ maxVersion });
      const stranger = makeDomain({ ...makeDevoCertificates('stranger'), chain: domain.certificates.chain });
      try {
        const to = syslog(devo.ports.syslog, stranger.files);
        expect(await refusal(to.open(never))).toMatch(
          /^devo\.(client-certificate-refused|closed-early|connection-lost)$/,
        );
        const report = await to.preflight(never);
        expect(report.ok).toBe(false);
        expect(report.failure?.code).toBe('devo.certificate-chain-mismatch');
      } finally {
        stranger.remove();
      }
    },
  );

  it('is refused by us when the server is not of the chain or has another name', async () => {
    const devo = await endpoint();
    const other = join(domain.dir, 'other.crt');
    writeFileSync(other, makeAuthority('other').cert);
    expect(await refusal(syslog(devo.ports.syslog, { chainFile: other }).open(never))).toBe(
      'devo.unknown-ca',
    );
    const elsewhere = issue(domain.certificates.authority, {
      commonName: 'x',
      usage: 'server',
      names: ['devo.example'],
    });
    const named = await endpoint({ certificates: { ...domain.certificates, server: elsewhere } });
    expect(await refusal(syslog(named.ports.syslog).open(never))).toBe('devo.wrong-name');
  });

  it('is not tried when a file is missing or does not fit', async () => {
    const devo = await endpoint();
    expect(await refusal(syslog(devo.ports.syslog, { chainFile: 'gone.crt' }).open(never))).toBe(
      'devo.credential-missing',
    );
    const otherKey = join(domain.dir, 'other.key');
    writeFileSync(otherKey, makeAuthority('other').key);
    expect(await refusal(syslog(devo.ports.syslog, { keyFile: otherKey }).open(never))).toBe(
      'devo.key-mismatch',
    );
    expect(devo.connections).toBe(0);
  });
});

describe('the pre-flight', () => {
  it('is one line for the command line and findings for the interface', async () => {
    const devo = await endpoint();
    const good = await syslog(devo.ports.syslog).preflight(never);
    expect(good).toMatchObject({ ok: true, failure: null });
    expect(good.line).toMatch(
      /^devo_1: ok, TLS connection to 127\.0\.0\.1:\d+, client certificate valid until \d{4}-\d\d-\d\d\.$/,
    );
    const bad = await syslog(devo.ports.syslog, { certFile: '/nowhere/acme.crt' }).preflight(never);
    expect(bad.line).toBe('devo_1: failed. The cert file /nowhere/acme.crt does not exist.');
    expect(devo.total).toBe(0);
  });

  it('believes a peer that takes a certificate of another CA', async () => {
    const clients = makeAuthority('clients CA');
    const client = issue(clients, { commonName: 'acme', usage: 'client' });
    const devo = await endpoint({ certificates: { ...domain.certificates, chain: clients.cert } });
    const certFile = join(domain.dir, 'client2.crt');
    const keyFile = join(domain.dir, 'client2.key');
    writeFileSync(certFile, client.cert);
    writeFileSync(keyFile, client.key);
    const report = await syslog(devo.ports.syslog, { certFile, keyFile }).preflight(never);
    expect(report.ok).toBe(true);
    expect(report.findings.find((f) => f.message.includes('is not signed by a CA'))?.level).toBe('warning');
  });
});
