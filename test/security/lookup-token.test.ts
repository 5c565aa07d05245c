import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { type Ran, sluice } from '../integration/cli/command.ts';
import { type Lab, openLab, TOKEN, taxiiInput } from '../integration/cli/lab.ts';
import { filesHolding } from '../integration/cli/sweep.ts';
import { storeRows } from '../servers/cewl-store.ts';

/** A Lookups API that gives the token back wherever it can: in headers, ids, states, texts and titles. */
type Answer = (method: string, path: string) => { status: number; body: unknown } | null;
let answer: Answer = () => null;
let server: Server;
let lab: Lab;
let config: string;
const said: string[] = [];
const asked: { url: string; authorization: string }[] = [];

beforeAll(async () => {
  lab = openLab();
  server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    asked.push({ url, authorization: request.headers.authorization ?? '' });
    for await (const _ of request);
    const given = answer(method, url);
    if (given === null) return void request.socket.destroy();
    response.writeHead(given.status, {
      'content-type': 'application/json',
      'retry-after': '0',
      'x-echo': TOKEN,
    });
    response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outputs = {
    cewl: {
      type: 'devo_lookup',
      config: {
        base_url: `http://127.0.0.1:${port}/lookup-api`,
        domain: 'acme',
        token: TOKEN,
        columns: ['cve'],
        max_attempts: 1,
        job_timeout_in_seconds: 1,
        job_poll_in_seconds: 0.05,
      },
    },
  };
  config = lab.config({ outputs, inputs: { feed: taxiiInput('http://127.0.0.1:9/') } });
  const store = openStore({ dir: lab.data, clock: systemClock });
  storeRows(store, 'feed', [{ id: 'CVE-1', version: 1, change: 'new', raw: '{"cve":"CVE-1"}' }]);
  store.decisions.decide({ filter: {} }, 'approved', null, Date.now());
  store.close();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  lab.close();
});

async function run(...args: string[]): Promise<Ran> {
  const ran = await sluice([...args, '--config', config, '--data', lab.data]);
  said.push(ran.stdout, ran.stderr);
  return ran;
}

const echo = {
  title: `Bad token ${TOKEN}`,
  detail: `Bearer ${TOKEN}`,
  message: TOKEN,
  error: { reason: TOKEN, [TOKEN]: 1 },
};
const taken =
  (status: unknown): Answer =>
  (method, path) => {
    if (method !== 'GET') return { status: 202, body: { jobId: 'job-1', note: TOKEN } };
    if (path.endsWith('/job')) return { status: 200, body: { jobs: [TOKEN.replace('!', '-')] } };
    if (path.includes('/job/')) return { status: 200, body: status };
    return { status: 404, body: echo };
  };

test.each<[string, Answer]>([
  ['refuses everything', () => ({ status: 403, body: echo })],
  ['fails at everything', () => ({ status: 500, body: `<h1>${TOKEN}</h1>` })],
  [
    'refuses the upload',
    (method) => (method === 'GET' ? { status: 404, body: echo } : { status: 400, body: echo }),
  ],
  ['fails the job', taken({ statuses: [{ status: 'FAILED', ...echo }] })],
  [
    'tells it as the job',
    (method, path) =>
      method === 'GET'
        ? { status: path.endsWith('/job') ? 200 : 404, body: [TOKEN.replace('!', '')] }
        : { status: 202, body: { jobId: TOKEN } },
  ],
  [
    'hides it behind escapes',
    () => ({ status: 400, body: JSON.stringify({ detail: TOKEN }).replace('Tk', '\\u0054k') }),
  ],
  ['never ends the job', taken({ statuses: [{ status: `WAITING ${TOKEN}`, message: TOKEN }] })],
  ['cuts every connection', () => null],
])('a server that %s and gives the token back does not get it said', async (_, answers) => {
  answer = answers;
  const ran = await run('forward', '--json', '--retry-failed');
  expect(ran.code).toBe(1);
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN);
  expect(ran.stdout).toContain('"error":"');
});

test('nothing that was said, written or asked for holds the token, but the header it belongs into', async () => {
  said.push(
    (await sluice(['records', '--data', lab.data])).stdout,
    (await run('preview')).stdout,
    (await run('forward', '--dry-run')).stdout,
  );
  expect(said.join('').length).toBeGreaterThan(3000);
  expect(said.join('')).not.toContain(TOKEN);
  expect(filesHolding(lab.data, TOKEN)).toEqual([]);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter(({ authorization }) => authorization !== `Bearer ${TOKEN}`)).toEqual([]);
  expect(asked.filter(({ url }) => decodeURIComponent(url).includes(TOKEN))).toEqual([]);
});
