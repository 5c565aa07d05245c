/** One measurement of the deliver bench in a process of its own: `node deliver-run.ts prepare|floor|ours DIR PORT [COUNT]`. Prints JSON. */
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { connect } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../main/engine/clock.ts';
import { createDestination } from '../../main/engine/devo/create-destination.ts';
import { forward } from '../../main/engine/devo/forward.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { destinationSettings } from '../../shared/settings.ts';

const [mode = '', dir = '', port = '0', count = '100000'] = process.argv.slice(2);
const SOURCE = 'bench';
const PIECE = 65_536;

/** Real STIX where it lies beside the repository, else generated objects; each with an id of its own. */
async function* texts(n: number): AsyncGenerator<{ raw: Buffer; id: string }> {
  const real = resolve(import.meta.dirname, '../../../shared/data/stix/21-enterprise.ndjson.gz');
  if (!existsSync(real)) {
    const { generateMany } = await import('../../main/node/demo/sample-many.ts');
    let i = 0;
    for (const { raw } of generateMany(n)) yield { raw: Buffer.from(raw), id: `object-${i++}` };
    return;
  }
  const lines = gunzipSync(readFileSync(real)).toString('utf8').trimEnd().split('\n');
  for (let i = 0; i < n; i++) yield { raw: Buffer.from(lines[i % lines.length] ?? '{}'), id: `object-${i}` };
}

const settings = destinationSettings.parse({
  kind: 'devo-syslog',
  name: 'devo_1',
  address: '127.0.0.1',
  port: Number(port) || 1,
  chainFile: 'chain.crt',
  certFile: 'bench.crt',
  keyFile: 'bench.key',
});

function destination() {
  return createDestination({
    settings,
    secrets: async () => null,
    baseDir: dir,
    resolveProxy: null,
    sendPlan: (_, kind) => ({ tag: `my.app.taxii.${kind}s`, obfuscation: [] }),
    hostname: 'benchhost',
    clock: systemClock,
  });
}

const route = {
  destination: 'devo_1',
  sources: [SOURCE],
  kinds: ['object', 'manifest'] as const,
  maxTlp: 'red' as const,
};

async function prepare(): Promise<void> {
  // Only here: what the measured process does not need must not be in its memory.
  const { approveAll, storeRecords } = await import('../servers/devo-store.ts');
  const store = openStore({ dir, clock: systemClock });
  const records: { raw: Buffer; id: string }[] = [];
  for await (const record of texts(Number(count))) records.push(record);
  storeRecords(store, SOURCE, records);
  approveAll(store);
  // The floor's bytes are the very frames.
  const out = openSync(join(dir, 'framed.bin'), 'w');
  const to = destination();
  let bytes = 0;
  for (const record of store.outbox.pending(route)) bytes += writeSync(out, to.encode(record));
  closeSync(out);
  store.close();
  console.log(JSON.stringify({ bytes }));
}

async function floor(): Promise<void> {
  const framed = readFileSync(join(dir, 'framed.bin'));
  const socketOptions = {
    host: '127.0.0.1',
    port: Number(port),
    ca: readFileSync(join(dir, 'chain.crt')),
    cert: readFileSync(join(dir, 'bench.crt')),
    key: readFileSync(join(dir, 'bench.key')),
  };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const socket = connect(socketOptions);
  await new Promise((done) => socket.once('secureConnect', done));
  socket.resume();
  for (let at = 0; at < framed.length; at += PIECE) {
    if (!socket.write(framed.subarray(at, at + PIECE)))
      await new Promise((done) => socket.once('drain', done));
  }
  socket.end();
  await new Promise((done) => socket.once('end', done));
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  console.log(JSON.stringify({ ms: performance.now() - started, cpuMs }));
  process.exit(0);
}

async function ours(): Promise<void> {
  const store = openStore({ dir, clock: systemClock });
  const quiet = { debug() {}, info() {}, warning() {}, error() {} };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const [result] = await forward({
    store,
    destinations: [
      { destination: destination(), route, batchRecords: settings.batchRecords, maxAttempts: 1 },
    ],
    clock: systemClock,
    log: quiet,
    signal: new AbortController().signal,
  });
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  store.close();
  if (result?.failure !== null) throw new Error(result?.failure?.message ?? 'nothing was forwarded');
  const { messages, bytes, queued } = result;
  console.log(
    JSON.stringify({ ms, cpuMs, messages, bytes, queued, peakMb: process.resourceUsage().maxRSS / 1024 }),
  );
  process.exit(0);
}

if (mode === 'prepare') await prepare();
else if (mode === 'floor') await floor();
else if (mode === 'ours') await ours();
else {
  writeFileSync(2, 'prepare, floor or ours\n');
  process.exit(2);
}
