import { readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { jsonLines, sluice, start } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, taxiiInput, USERNAME } from './lab.ts';
import { filesHolding } from './sweep.ts';

let lab: Lab;
let server: TaxiiServer;
let devo: DevoEndpoint;
const said: string[] = [];
const { collections } = generateSample({ objects: 120 });
const objects = collections.reduce((sum, c) => sum + c.objects.length, 0);

beforeAll(async () => {
  lab = openLab();
  server = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
  devo = await DevoEndpoint.start({ certificates: lab.certificates });
});
afterAll(async () => {
  await Promise.all([server.close(), devo.close()]);
  lab.close();
});

test('run pulls on schedule, forwards only what says auto_forward, and ends with 0 on SIGTERM', async () => {
  const input = (more: Record<string, unknown>) =>
    taxiiInput(server.url, { all_versions: true, manifests: false, request_period_in_seconds: 5, ...more });
  const config = lab.config({
    outputs: { devo: devoOutput(devo.ports.syslog) },
    inputs: { by_itself: input({ auto_forward: true }), by_hand: input({}) },
  });
  const running = start(['run', '--config', config, '--data', lab.data]);
  // The second cycle of both sources has begun and ended.
  await running.until(/(The data is up to date![\s\S]*){2}/);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  said.push(ran.stdout, ran.stderr);
  expect(ran.signal).toBeNull();
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe('Stopped.');
  expect(ran.stderr.match(/Pull Started/g)?.length).toBeGreaterThanOrEqual(4);
  expect(devo.total).toBe(objects);
  const records = jsonLines<{ source: string; decision: string; delivery: string }>(
    await sluice(['records', '--data', lab.data]),
  );
  const states = new Set(records.map((r) => `${r.source} ${r.decision} ${r.delivery}`));
  expect(states).toEqual(new Set(['by_itself approved handed_over', 'by_hand staged none']));
}, 40_000);

test('run hands over again after another process had the hand-over', async () => {
  const data = join(lab.dir, 'busy');
  const config = lab.config({
    outputs: { devo: devoOutput(devo.ports.syslog) },
    inputs: {
      feed: taxiiInput(server.url, { manifests: false, request_period_in_seconds: 5, auto_forward: true }),
    },
  });
  const store = openStore({ dir: data, clock: systemClock });
  const lock = store.locks.acquire('forward');
  const running = start(['run', '--config', config, '--data', data]);
  await running.until('hand-over');
  lock.release();
  store.close();
  await running.until(/devo: \d+ messages handed over/);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  expect(ran.code, ran.stderr).toBe(0);
}, 40_000);

test('SIGTERM in the middle of a pull finishes the page and keeps what is stored; the next pull goes on', async () => {
  // Every page after the first comes only when asked to: the signal surely finds the pull waiting.
  let hold = true;
  const slow = createServer(async (request, response) => {
    const from = await fetch(new URL(request.url ?? '/', server.url), {
      headers: {
        accept: request.headers.accept ?? '*/*',
        authorization: `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`,
      },
    });
    const body = Buffer.from(await from.arrayBuffer());
    if (hold && request.url?.includes('next='))
      await new Promise((resolve) => setTimeout(resolve, 20_000).unref());
    const type = from.headers.get('content-type') ?? '';
    response.writeHead(from.status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/taxii2/`;
  const config = lab.config({ inputs: { feed: taxiiInput(url, { all_versions: true, page_size: 10 }) } });
  const data = join(lab.dir, 'stopped');
  const running = start(['pull', '--config', config, '--data', data, '--json']);
  await running.until('Fetching');
  await new Promise((resolve) => setTimeout(resolve, 400));
  const asked = performance.now();
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  expect(performance.now() - asked).toBeLessThan(5000);
  expect(ran.code, ran.stderr).toBe(1);
  expect(ran.stderr).toContain('cancelled; what was stored stays');
  hold = false;
  const later = await sluice(['pull', '--config', config, '--data', data, '--json']);
  expect(later.code, later.stderr).toBe(0);
  expect(jsonLines(await sluice(['records', '--data', data]))).toHaveLength(objects * 2);
  slow.closeAllConnections();
  slow.close();
}, 40_000);

test('serve prints one URL on stdout and nothing else there, and ends with 0 on SIGTERM', async () => {
  const config = lab.config({ inputs: { feed: { ...taxiiInput(server.url), enabled: false } } });
  const running = start(['serve', '--config', config, '--data', lab.data]);
  await running.until('\n', 'stdout');
  const url = running.stdout().trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32,}$/);
  const first = await fetch(url, { redirect: 'manual' });
  expect(first.status).toBe(303);
  running.child.kill('SIGTERM');
  const ran = await running.ended;
  said.push(ran.stderr);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout).toBe(`${url}\n`);
}, 60_000);

test('serve on a port that is taken says so', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const ran = await sluice(['serve', '--data', join(lab.dir, 'port'), '--port', String(port)]);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`Port ${port} on 127.0.0.1 cannot be used (EADDRINUSE).\n`);
  taken.close();
}, 60_000);

test('demo --once goes all the way and prints the counts on both sides', async () => {
  const tmp = join(lab.dir, 'tmp');
  rmSync(tmp, { recursive: true, force: true });
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-demo-'));
  const ran = await sluice(['demo', '--once']);
  expect(ran.code, ran.stderr).toBe(0);
  const count = (word: string): number =>
    Number(new RegExp(`^${word} +([\\d,]+)`, 'm').exec(ran.stdout)?.[1]?.replaceAll(',', ''));
  expect(count('pulled')).toBeGreaterThan(5000);
  expect(count('approved')).toBe(count('pulled'));
  expect(count('handed over')).toBe(count('arrived'));
  const lookups = [...ran.stdout.matchAll(/^rows +(\d+) handed over to (\w+), which holds (\d+)$/gm)];
  expect(lookups.map(([, , name]) => name)).toEqual(['lookup_demo', 'lookup_messages_demo']);
  for (const [, sent, , held] of lookups) expect(held).toBe(sent);
  const rows = Number(lookups[0]?.[1]);
  expect(rows).toBe(400);
  expect(count('handed over') + count('blocked') + rows).toBe(count('approved'));
  // It leaves nothing behind.
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('sluice-demo-'))).toEqual(before);
}, 60_000);

test('no secret in what these said and stored', () => {
  expect(said.join('')).not.toContain(PASSWORD);
  expect(filesHolding(lab.data, PASSWORD)).toEqual([]);
});
