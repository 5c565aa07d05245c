import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { sluice, start } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, taxiiInput, USERNAME } from './lab.ts';

/** The sender service internal_senders on the command line: `run` in the background, `pull` and `forward` at their end. */

const LOG = 'my.app.sluice.log';
const METRICS = 'my.app.sluice.metrics';
let lab: Lab;
let server: TaxiiServer;
let devo: DevoEndpoint;
const { collections } = generateSample({ objects: 40 });
const objects = collections.reduce((sum, c) => sum + c.objects.length, 0);

beforeAll(async () => {
  lab = openLab();
  server = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
});
afterAll(async () => {
  await server.close();
  lab.close();
});
beforeEach(async () => {
  devo = await DevoEndpoint.start({ certificates: lab.certificates, keep: 10_000 });
});
afterEach(() => devo.close());

const bodies = (tag: string): Record<string, unknown>[] =>
  devo.last.filter((event) => event.tag === tag).map((event) => JSON.parse(event.message.toString('utf8')));
const lines = (): string[] => bodies(LOG).map((body) => String(body.message));
const config = (output: Record<string, unknown>, input: Record<string, unknown> = {}): string =>
  lab.config({
    outputs: { devo: devoOutput(devo.ports.syslog, output) },
    inputs: { feed: taxiiInput(server.url, { all_versions: true, manifests: false, ...input }) },
  });

test('run sends log and metrics in the background and at its end; the password is in none of it', async () => {
  const file = config({ internal_senders: true }, { auto_forward: true });
  const running = start(['run', '--config', file, '--data', join(lab.dir, 'run')]);
  // The first batch: the pull and the hand-over are over long before.
  await running.until('DevoSender(internal_senders,devo_sender_0) -> Starting thread');
  expect(lines()).toContain('Pull Started');
  expect(lines().join('\n')).toContain(`devo: ${objects} messages handed over`);
  expect(bodies(METRICS)).toMatchObject([
    {
      metric: 'pull',
      source: 'feed',
      state: 'done',
      stored: objects,
      bytes: expect.any(Number),
      error: null,
    },
    { metric: 'handover', destination: 'devo', state: 'done', messages: objects },
    { metric: 'memory' },
  ]);
  const [pull] = bodies(METRICS);
  const event = devo.last.find((e) => e.tag === 'my.app.taxii.objects');
  expect(pull?.['@devo_pulling_id']).toBe(JSON.parse(String(event?.message))['@devo_pulling_id']);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).toMatch(/Internal - Total number of messages sent: \d+, messages sent since "/);
  expect(devo.counts.get('my.app.taxii.objects')).toBe(objects);
  expect(lines().filter((line) => line.includes('internal_senders'))).toEqual([]);
  expect(devo.last.map((e) => e.message.toString('utf8')).join('\n')).not.toContain(PASSWORD);
}, 50_000);

test('pull and forward send theirs once, at their end', async () => {
  const file = config({ internal_senders: { enabled: true, log_tag: 'my.app.own.log' } });
  const data = join(lab.dir, 'once');
  const pulled = await sluice(['pull', '--config', file, '--data', data]);
  expect(pulled.code, pulled.stderr).toBe(0);
  expect(devo.connections).toBe(1);
  expect(bodies('my.app.own.log').map((body) => body.message)).toContain('Pull Started');
  expect(bodies(METRICS)).toMatchObject([{ metric: 'pull', stored: objects }, { metric: 'memory' }]);
  await sluice(['decide', 'approve', '--data', data]);
  const before = devo.connections;
  const forwarded = await sluice(['forward', '--config', file, '--data', data]);
  expect(forwarded.code, forwarded.stderr).toBe(0);
  expect(devo.connections).toBe(before + 2);
  expect(devo.counts.get('my.app.taxii.objects')).toBe(objects);
  expect(bodies(METRICS).slice(2)).toMatchObject([
    { metric: 'handover', messages: objects },
    { metric: 'memory' },
  ]);
  const planned = await sluice(['forward', '--dry-run', '--config', file, '--data', data]);
  expect(planned.code, planned.stderr).toBe(0);
  expect(devo.connections).toBe(before + 2);
}, 50_000);

test('off, as it is unless asked for, neither connects of its own accord', async () => {
  const file = config({});
  const data = join(lab.dir, 'off');
  await sluice(['pull', '--config', file, '--data', data]);
  expect(devo.connections).toBe(0);
  await sluice(['decide', 'approve', '--data', data]);
  await sluice(['forward', '--config', file, '--data', data]);
  expect(Object.fromEntries(devo.counts)).toEqual({ 'my.app.taxii.objects': objects });
}, 50_000);

test('an endpoint that is down changes nothing of what pull says and answers', async () => {
  const file = config({ internal_senders: true });
  await devo.close();
  const begun = performance.now();
  const pulled = await sluice(['pull', '--config', file, '--data', join(lab.dir, 'down'), '--json']);
  expect(pulled.code, pulled.stderr).toBe(0);
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(pulled.stderr).toContain('devo: log and metrics could not be sent: ');
  expect(JSON.parse(pulled.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ stored: objects });
}, 50_000);
