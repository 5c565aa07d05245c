import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { generateSample, type SampleCollection } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { jsonLines, sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, TOKEN, taxiiInput, USERNAME } from './lab.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { filesHolding } from './sweep.ts';

/** The main job through the command line, in the order a person does it. Each test goes on from the one before. */

let lab: Lab;
let server: TaxiiServer;
let receiver: Receiver;
let second: DevoEndpoint;
let config: string;
let collections: SampleCollection[];
const said: string[] = [];

beforeAll(async () => {
  lab = openLab();
  ({ collections } = generateSample({ objects: 400 }));
  server = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
  receiver = await openReceiver(lab.certificates);
  second = await DevoEndpoint.start({ certificates: lab.certificates, token: TOKEN });
  const input = taxiiInput(server.url, { taxii_version: 2.1, all_versions: true });
  config = lab.config({
    globals: { id: 'not_used', name: 'lab', debug: false },
    outputs: {
      devo_one: devoOutput(receiver.port, { max_tlp: 'amber', hostname: 'lab' }),
      devo_two: {
        type: 'devo_http',
        config: { endpoint: `http://127.0.0.1:${second.ports.http}`, domain: 'demo', token: TOKEN },
      },
    },
    inputs: { feed: { ...input, outputs: ['devo_one'] } },
  });
});
afterAll(async () => {
  await Promise.all([server.close(), receiver.close(), second.close()]);
  lab.close();
});

async function run(...args: string[]) {
  const ran = await sluice(args);
  said.push(ran.stdout, ran.stderr);
  return ran;
}
const wanted = (): string[] => collections.flatMap((c) => c.objects.map((o) => o.raw));

const LOG_LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3} {1,5}(DEBUG|INFO|WARNING|ERROR) (InputProcess|OutputProcess|MainProcess)::[^\n]+ -> [^\n]+$/;

test('check says one line for each source and destination', async () => {
  const ran = await run('check', '--config', config);
  expect(ran.code, ran.stderr).toBe(0);
  const lines = ran.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^source feed: ok, /);
  expect(lines[1]).toMatch(/^destination devo_one: ok, .*valid until \d{4}-\d\d-\d\d/);
  expect(lines[2]).toMatch(/^destination devo_two: ok, /);
});

test('pull --json tells every collection and kind, then the totals', async () => {
  const ran = await run('pull', '--config', config, '--data', lab.data, '--json');
  expect(ran.code, ran.stderr).toBe(0);
  const lines = jsonLines<Record<string, unknown>>(ran);
  const totals = lines.at(-1) ?? {};
  const feeds = lines.slice(0, -1);
  expect(feeds).toHaveLength(collections.length * 2);
  for (const feed of feeds) {
    for (const field of [
      'source',
      'apiRoot',
      'collection',
      'title',
      'kind',
      'pages',
      'requests',
      'received',
      'stored',
      'duplicates',
      'announced',
      'complete',
      'error',
    ])
      expect(feed, field).toHaveProperty(field);
    expect(feed).toMatchObject({ source: 'feed', complete: 'yes', error: null, duplicates: 0 });
  }
  const sizes = new Map(collections.map((c) => [c.id, c.objects.length]));
  for (const feed of feeds) expect(feed.stored).toBe(sizes.get(String(feed.collection)));
  const objects = collections.reduce((sum, c) => sum + c.objects.length, 0);
  expect(totals).toMatchObject({ received: objects * 2, stored: objects * 2, complete: 'yes', error: null });
  expect(totals.pullingId).toMatch(/^\d{13}$/);
  expect(totals.elapsedMs).toBeGreaterThan(0);
  const log = ran.stderr.split('\n').filter((line) => /^\d{4}-/.test(line));
  expect(log.length).toBeGreaterThan(5);
  for (const line of log) expect(line).toMatch(LOG_LINE);
  expect(ran.stderr).toContain(
    '    INFO InputProcess::TaxiiPuller(feed,12345,objects_and_manifests,predefined) -> Pull Started',
  );
  expect(ran.stderr).toContain(`(@devo_pulling_id=${String(totals.pullingId)}):Number of requests made: `);
});

test("a second pull has nothing new and says so in the seed's words", async () => {
  const ran = await run('pull', '--config', config, '--data', lab.data, '--json');
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain(' -> The data is up to date!');
  expect(jsonLines<{ stored: number }>(ran).at(-1)?.stored).toBe(0);
});

interface Line {
  kind: string;
  id: string;
  type: string;
  raw?: string;
  tlp: string;
  delivery: string;
  decision: string;
}
const records = async (...args: string[]) =>
  jsonLines<Line>(await run('records', '--data', lab.data, ...args));

test("records has the fields of the contract; --raw is the server's text", async () => {
  const all = await records('--kind', 'object', '--raw');
  expect(all.map((r) => r.raw).sort()).toEqual(wanted().sort());
  for (const field of [
    'source',
    'collection',
    'kind',
    'id',
    'version',
    'decision',
    'delivery',
    'maybeTwice',
    'pullingId',
    'problems',
  ])
    expect(all[0], field).toHaveProperty(field);
  expect((await records('--limit', '1'))[0]).not.toHaveProperty('raw');
});

test('records filters, alone and together', async () => {
  const all = await records();
  const some = all.find((r) => r.type === 'indicator' && r.kind === 'object');
  const by = async (...args: string[]) => (await records(...args)).length;
  const count = (test: (r: Line) => boolean) => all.filter(test).length;
  expect(await by('--kind', 'manifest')).toBe(count((r) => r.kind === 'manifest'));
  expect(await by('--type', 'malware', '--type', 'tool', '--kind', 'object')).toBe(
    count((r) => r.kind === 'object' && ['malware', 'tool'].includes(r.type)),
  );
  expect(await by('--id', some?.id ?? '')).toBe(count((r) => r.id === some?.id));
  expect(await by('--source', 'feed', '--decision', 'staged', '--delivery', 'none')).toBe(all.length);
  expect(await by('--source', 'other')).toBe(0);
  expect(await by('--collection', collections[0]?.id ?? '')).toBe((collections[0]?.objects.length ?? 0) * 2);
  expect(await by('--text', 'relay answered', '--kind', 'object')).toBeGreaterThan(0);
  expect(await by('--text', 'thereisnosuchwordanywhere')).toBe(0);
  expect(await by('--limit', '7')).toBe(7);
});

test('decide changes what the filters match and counts it', async () => {
  const indicators = (await records('--type', 'indicator', '--kind', 'object')).length;
  const held = await run(
    'decide',
    'hold',
    '--data',
    lab.data,
    '--type',
    'tool',
    '--reason',
    'wait for the desk',
  );
  expect(held.stdout).toMatch(/^Held [\d,]+ records?\.\n$/);
  const rejected = await run('decide', 'reject', '--data', lab.data, '--type', 'identity', '--limit', '1');
  expect(rejected.stdout).toBe('Rejected 1 record.\n');
  const approved = await run(
    'decide',
    'approve',
    '--data',
    lab.data,
    '--type',
    'indicator',
    '--kind',
    'object',
  );
  expect(approved).toMatchObject({ code: 0, stdout: `Approved ${indicators} records.\n` });
  expect(new Set((await records('--type', 'indicator', '--kind', 'object')).map((r) => r.decision))).toEqual(
    new Set(['approved']),
  );
});

test('preview, dry run and the wire agree byte for byte', async () => {
  const approved = ['--decision', 'approved'];
  const preview = await run(
    'preview',
    '--config',
    config,
    '--data',
    lab.data,
    '--output',
    'devo_one',
    ...approved,
  );
  expect(preview.code, preview.stderr).toBe(0);
  const before = await records(...approved);
  const dry = jsonLines<Record<string, unknown>>(
    await run('forward', '--config', config, '--data', lab.data, '--dry-run', '--json'),
  );
  const dryOne = dry.find((d) => d.destination === 'devo_one');
  expect(dry.find((d) => d.destination === 'devo_two')).toMatchObject({ records: 0, bytes: 0 });
  expect(await records(...approved)).toEqual(before);
  expect(receiver.bytes()).toHaveLength(0);

  const ran = await run('forward', '--config', config, '--data', lab.data, '--json');
  expect(ran.code, ran.stderr).toBe(0);
  const sent = jsonLines<Record<string, unknown>>(ran).find((d) => d.destination === 'devo_one');
  expect(receiver.bytes().equals(preview.out)).toBe(true);
  expect(sent).toMatchObject({ state: 'done', records: dryOne?.records, bytes: dryOne?.bytes, queued: 0 });
  expect(sent?.bytes).toBe(preview.out.length);
  expect(second.total).toBe(0);

  const blocked = before.filter((r) => ['amber+strict', 'red'].includes(r.tlp));
  expect(sent?.records).toBe(before.length - blocked.length);
  const after = await records(...approved);
  expect(after.filter((r) => r.delivery === 'handed_over')).toHaveLength(before.length - blocked.length);
});

test('what was handed over is not handed over again', async () => {
  const length = receiver.bytes().length;
  const ran = await run('forward', '--config', config, '--data', lab.data);
  expect(ran.code).toBe(0);
  expect(receiver.bytes()).toHaveLength(length);
});

test('without outputs records go to every destination, also when it is handed over to one at a time', async () => {
  const wide = lab.config(
    readFileSync(config, 'utf8').replace(/ {4}outputs:\n {6}- devo_one\n/, ''),
    'wide.yaml',
  );
  const fresh = ['--type', 'malware', '--type', 'attack-pattern'];
  const count = (await records(...fresh)).length;
  await run('decide', 'approve', '--data', lab.data, ...fresh);
  const waiting = (await records('--decision', 'approved', '--delivery', 'queued')).length;
  const one = await run('forward', '--config', wide, '--data', lab.data, '--json', '--output', 'devo_one');
  expect(one.code, one.stderr).toBe(0);
  expect(second.total).toBe(0);
  const both = await run('forward', '--config', wide, '--data', lab.data, '--json');
  expect(both.code, both.stderr).toBe(0);
  expect(jsonLines(both)).toMatchObject([
    { destination: 'devo_one', records: 0 },
    { destination: 'devo_two' },
  ]);
  // devo_two takes every TLP: also what devo_one may not have.
  expect(second.total).toBe(waiting);
  expect(waiting).toBeGreaterThan(count);
});

test('no secret is said, logged or stored anywhere', () => {
  const text = said.join('\n');
  expect(text.length).toBeGreaterThan(10_000);
  for (const secret of [PASSWORD, TOKEN]) {
    expect(text).not.toContain(secret);
    expect(filesHolding(lab.data, secret)).toEqual([]);
    expect(
      filesHolding(lab.dir, secret)
        .map((f) => f.slice(lab.dir.length + 1))
        .sort(),
    ).toEqual(['config.yaml', 'wide.yaml']);
  }
});
