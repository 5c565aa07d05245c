import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { forward } from '../../../main/engine/devo/forward.ts';
import { makeDomain, outbound, testClock, testDestination } from '../../servers/devo-client.ts';
import { approveAll, makeStore, storeRecords } from '../../servers/devo-store.ts';

const RSYSLOGD = ['/usr/sbin/rsyslogd', '/usr/bin/rsyslogd'].find((path) => existsSync(path));
const DRIVER = driver();
/** Between messages in rsyslog's file: raw messages may hold line feeds themselves. */
const MARK = '\n=== end of message ===\n';

/** The name of the TLS driver that is installed, or null. */
function driver(): 'gtls' | 'ossl' | null {
  try {
    const dirs = [
      '/usr/lib/x86_64-linux-gnu/rsyslog',
      '/usr/lib/aarch64-linux-gnu/rsyslog',
      '/usr/lib/rsyslog',
      '/usr/lib64/rsyslog',
    ];
    for (const name of ['gtls', 'ossl'] as const) {
      if (dirs.some((dir) => existsSync(join(dir, `lmnsd_${name}.so`)))) return name;
    }
  } catch {
    // Not installed.
  }
  return null;
}

const domain = makeDomain();
const dir = mkdtempSync(join(tmpdir(), 'sluice-rsyslog-'));
let daemon: ChildProcess | null = null;
afterAll(async () => {
  await stop();
  domain.remove();
  rmSync(dir, { recursive: true, force: true });
});

async function stop(): Promise<void> {
  const running = daemon;
  daemon = null;
  if (running === null || running.exitCode !== null) return;
  const ended = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function until(done: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Starts rsyslogd in the foreground with mutual TLS, writing raw messages unchanged. Answers port and file. */
async function startRsyslog(program: string, driverName: string): Promise<{ port: number; file: string }> {
  const port = await freePort();
  const file = join(dir, 'received');
  const path = (name: string, content: string) => {
    writeFileSync(join(dir, name), content, { mode: 0o600 });
    return join(dir, name);
  };
  const conf = path(
    'rsyslog.conf',
    `global(
  workDirectory="${dir}" maxMessageSize="1m"
  parser.escapeControlCharactersOnReceive="off" parser.dropTrailingLFOnReception="on"
  defaultNetstreamDriver="${driverName}"
  defaultNetstreamDriverCAFile="${path('ca.pem', domain.certificates.chain)}"
  defaultNetstreamDriverCertFile="${path('server.pem', domain.certificates.server.cert)}"
  defaultNetstreamDriverKeyFile="${path('server.key', domain.certificates.server.key)}"
)
module(load="imtcp" maxFrameSize="2000000"
  streamDriver.name="${driverName}" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
template(name="raw" type="list") {
  property(name="rawmsg")
  constant(value="${MARK.replaceAll('\n', '\\n')}")
}
ruleset(name="in") { action(type="omfile" file="${file}" template="raw") }
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="in")
`,
  );
  let said = '';
  daemon = spawn(program, ['-n', '-f', conf, '-i', join(dir, 'pid')], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [daemon.stdout, daemon.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  try {
    await until(async () => daemon?.exitCode !== null || (await listens(port)));
  } catch {
    throw new Error(`rsyslogd does not listen: ${said}`);
  }
  if (daemon.exitCode !== null) throw new Error(`rsyslogd ended: ${said}`);
  return { port, file };
}

/** Objects that are hard on framing, and real ones where they lie beside the repository. */
function texts(): string[] {
  const hard = [
    '{}',
    '{"id":"x","n":12345678901234567890,"f":1.0,"e":1e3,"escaped":"\\u00e9\\n\\t\\\\"}',
    '{"text":"Ünïcödé — 漢字 😀 \u202eright to left\u202c"}',
    '{\n  "pretty": true,\n\t"list": [\n    1,\n    2\n  ]\n}',
    '{\r\n"crlf": 1\r\n}',
    '{"tab":\t"between tokens"}',
    '{"csv":"=cmd|\' /C calc\'!A0","ansi":"\\u001b[31m","proto":{"__proto__":1}}',
    `{"big":"${'0123456789abcdef'.repeat(15_000)}"}`,
    `{\n"big and pretty":"${'é'.repeat(120_000)}"\n}`,
  ];
  const real = join(import.meta.dirname, '../../../../shared/data/stix/21-ics.ndjson.gz');
  const stix = existsSync(real) ? gunzipSync(readFileSync(real)).toString('utf8').trimEnd().split('\n') : [];
  return [
    ...hard,
    ...stix,
    ...hard.map((text, i) => text.replace(/}$/, `${text === '{}' ? '' : ','}"again":${i}}`)),
  ];
}

describe("Debian's rsyslog with mutual TLS", () => {
  if (RSYSLOGD === undefined || DRIVER === null) {
    const why =
      RSYSLOGD === undefined
        ? 'rsyslogd is not installed'
        : 'rsyslog has no TLS driver (package rsyslog-gnutls or rsyslog-openssl)';
    it(`was not run: ${why}`, () => {
      console.log(`NOT RUN: hand-over to rsyslog: ${why}.`);
      expect(RSYSLOGD === undefined || DRIVER === null).toBe(true);
    });
    return;
  }
  const program = RSYSLOGD;
  const driverName = DRIVER;

  it('gets the bytes that encode() shows, each record once and in order', { timeout: 30_000 }, async () => {
    const { port, file } = await startRsyslog(program, driverName);
    const destination = testDestination({ kind: 'devo-syslog', address: 'localhost', port, ...domain.files });
    const route = {
      destination: destination.name,
      sources: ['feed'],
      kinds: ['object' as const],
      maxTlp: 'red' as const,
    };
    const { store, remove } = makeStore();
    onTestFinished(remove);
    storeRecords(
      store,
      'feed',
      texts().map((text, n) => ({ id: `indicator--${n}`, raw: Buffer.from(text) })),
    );
    approveAll(store);
    // Without the octet count, which is framing that the receiver consumes, and without the line feed that ends a frame.
    const expected = Array.from(store.outbox.pending(route), (record) =>
      destination
        .encode(record)
        .toString('utf8')
        .replace(/^\d+ (?=<)/, '')
        .replace(/\n$/, ''),
    );
    expect(expected.length).toBe(texts().length);
    const [result] = await forward({
      store,
      destinations: [{ destination, route, batchRecords: 25_000, maxAttempts: 1 }],
      clock: testClock,
      log: { debug() {}, info() {}, warning() {}, error() {} },
      signal: AbortSignal.timeout(20_000),
    });
    expect(result).toMatchObject({ failure: null, messages: expected.length, queued: 0, failed: 0 });

    await until(() => existsSync(file) && readFileSync(file, 'utf8').split(MARK).length > expected.length);
    await stop();
    const received = readFileSync(file, 'utf8').split(MARK).slice(0, -1);
    expect(received.length).toBe(expected.length);
    expect(received).toEqual(expected);
  });

  it('refuses a certificate of another domain, and nothing counts as handed over', {
    timeout: 30_000,
  }, async () => {
    const { port, file } = await startRsyslog(program, driverName);
    const before = existsSync(file) ? readFileSync(file, 'utf8').length : 0;
    const stranger = makeDomain();
    try {
      const destination = testDestination({
        kind: 'devo-syslog',
        address: 'localhost',
        port,
        ...stranger.files,
        chainFile: domain.files.chainFile,
      });
      const attempt = async () => {
        const handover = await destination.open(AbortSignal.timeout(20_000));
        await handover.write(outbound('{"never":"taken"}'));
        await handover.confirm();
      };
      await expect(attempt()).rejects.toThrow();
    } finally {
      stranger.remove();
    }
    await stop();
    expect(existsSync(file) ? readFileSync(file, 'utf8').length : 0).toBe(before);
  });
});
