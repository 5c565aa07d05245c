import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CtciServer } from '../../../main/node/demo/ctci-server.ts';
import { LookupsServer } from '../../../main/node/demo/lookups-server.ts';
import { ctciServer, SAMPLE_TOKEN } from '../../servers/ctci-pulling.ts';
import { jsonLines, type Ran, sluice } from './command.ts';
import { type Lab, openLab, TOKEN } from './lab.ts';
import { filesHolding } from './sweep.ts';

/** CTCI's list through the command line, in the order a person does it. Each test goes on from the one before. */

let lab: Lab;
let server: CtciServer;
let api: LookupsServer;
let config: string;
const said: string[] = [];

const inputs = (more: Record<string, unknown> = {}, token = TOKEN): Record<string, unknown> => ({
  ctci_collector: {
    id: 'ctci1',
    enabled: true,
    base_url: server.url,
    credentials: { api_token: token },
    services: { cewl: { request_period_in_seconds: 3600, max_attempts: 1, ...more } },
  },
});

beforeAll(async () => {
  lab = openLab();
  server = await ctciServer(300, { token: TOKEN });
  api = await LookupsServer.start({ token: TOKEN, jobMs: 20 });
  const lookup = {
    base_url: api.url,
    domain: 'acme',
    lookup: 'CEWL',
    token: TOKEN,
    job_poll_in_seconds: 0.05,
  };
  config = lab.config({ inputs: inputs(), outputs: { cewl_1: { type: 'devo_lookup', config: lookup } } });
});
afterAll(async () => {
  await Promise.all([server.close(), api.close()]);
  lab.close();
});

async function run(...args: string[]): Promise<Ran> {
  const ran = await sluice(args);
  said.push(ran.stdout, ran.stderr);
  return ran;
}
interface Line {
  id: string;
  version: string;
  raw: string;
  revoked?: boolean;
  cells: { change: string; score: number | null } | null;
}
const records = async (...args: string[]): Promise<Line[]> =>
  jsonLines<Line>(await run('records', '--data', lab.data, '--kind', 'cewl', '--raw', ...args));
const pull = (file = config) => run('pull', '--config', file, '--data', lab.data, '--json');
const rowsHeld = (): string[] => [...(api.held('acme', 'CEWL')?.rows.keys() ?? [])].sort();
const listed = (): string[] => server.shelf.rows.map((row) => String(row.cve)).sort();

test('check says how many rows there are and how the token goes', async () => {
  const ran = await run('check', '--config', config);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stdout.split('\n')[0]).toMatch(
    /^source ctci_collector: ok, .*CVE Early Warning List at 127\.0\.0\.1:\d+, 300 rows, token sent in the header x-api-key$/,
  );
});

test('pull --json tells the list, then the totals; the log has the collector’s words', async () => {
  const ran = await pull();
  expect(ran.code, ran.stderr).toBe(0);
  expect(jsonLines(ran)).toMatchObject([
    {
      source: 'ctci_collector',
      apiRoot: `${server.url}/`,
      collection: 'cewl',
      title: 'CVE Early Warning List',
      kind: 'cewl',
      received: 300,
      stored: 300,
      duplicates: 0,
      complete: 'yes',
      error: null,
    },
    { received: 300, stored: 300, duplicates: 0, complete: 'yes', error: null },
  ]);
  const thread = '(ctci_collector,ctci_collector#ctci1,cewl#predefined)';
  for (const line of [
    `InputProcess::MainThread -> [SETUP] CTCIDataPullerSetup${thread} - Starting thread`,
    `InputProcess::CTCIDataPullerSetup${thread} -> Setup for module "CTCIDataPuller" has been successfully executed`,
    `InputProcess::CTCIDataPuller${thread} -> Pull Started`,
  ])
    expect(ran.stderr).toContain(line);
  expect(ran.stderr).toMatch(
    /-> Statistics for this pull cycle \(@devo_pulling_id=\d{10}\.\d{6}\): Number of requests performed: 1; Number of events received: 300; Number of duplicated events filtered out: 0; Number of events generated and sent: 300 \(from 300 unflattened events\); Average of events per second: [\d.]+\.\n/,
  );
});

test('records --kind cewl has each row with its cve and its own text', async () => {
  const all = await records();
  expect(all.map((r) => r.raw)).toEqual(server.shelf.rows.map((row) => JSON.stringify(row)));
  expect(all.every((r) => r.cells?.change === 'new')).toBe(true);
  const [one] = await records('--id', all[7]?.id ?? '');
  expect(one).toEqual(all[7]);
});

test('what is approved becomes the lookup', async () => {
  await run('decide', 'approve', '--data', lab.data, '--kind', 'cewl');
  const ran = await run('forward', '--config', config, '--data', lab.data, '--json');
  expect(ran.code, ran.stderr).toBe(0);
  expect(rowsHeld()).toEqual(listed());
});

test('a second pull stages 3 changed, 2 new and 1 gone, and exactly those are handed over', async () => {
  const { changed, added, removed } = server.turn();
  const ran = await pull();
  expect(jsonLines(ran).at(-1)).toMatchObject({ received: 301, stored: 6, duplicates: 296, complete: 'yes' });
  const staged = await records('--decision', 'staged');
  expect(staged.map((r) => [r.id, r.cells?.change]).sort()).toEqual(
    [
      ...changed.map((id) => [id, 'changed']),
      ...added.map((id) => [id, 'new']),
      ...removed.map((id) => [id, 'gone']),
    ].sort(),
  );
  expect((await records('--change', 'gone')).map((r) => r.id).sort()).toEqual([...removed].sort());
  const critical = await records('--severity', 'Critical', '--change', 'new');
  expect(critical.length).toBeGreaterThan(0);
  expect(critical.every((r) => (r.cells?.score ?? 0) >= 9)).toBe(true);
  await run('decide', 'approve', '--data', lab.data, '--kind', 'cewl', '--decision', 'staged');
  const sent = await run('forward', '--config', config, '--data', lab.data, '--json');
  expect(jsonLines(sent)).toMatchObject([{ state: 'done', records: 6 }]);
  expect(rowsHeld()).toEqual(listed());
});

test('a token without a subscription is warned of, and nothing counts as gone', async () => {
  const sample = lab.config({ inputs: inputs({}, SAMPLE_TOKEN) }, 'sample.yaml');
  const checked = await run('check', '--config', sample);
  expect(checked.code).toBe(0);
  expect(checked.stdout).toContain('24 rows or fewer are what a token without a subscription gets');
  const ran = await pull(sample);
  expect(jsonLines(ran).at(-1)).toMatchObject({ received: 24, complete: 'unknown', error: null });
  expect(ran.stderr).toMatch(/ WARNING InputProcess::CTCIDataPuller\S+ -> Only 24 rows came/);
  expect((await records()).filter((r) => r.cells?.change === 'gone')).toHaveLength(1);
});

test.each<[string, Record<string, unknown>, string, number, string]>([
  [
    'a wrong token',
    {},
    'wrong',
    1,
    'ApiError 401: Unexpected status code when fetching the CTCI CEWL: 401 (Unauthorized: The token is not known or not enabled.)',
  ],
  [
    'a wrong path',
    { path: '/api/v1/users' },
    TOKEN,
    1,
    'ApiError 404: Unexpected status code when fetching the CTCI CEWL: 404 (Not Found: There is no /api/v1/users.)',
  ],
  ['an empty token', {}, '', 2, 'SetupError 6: Required setting, api_token not found in user configuration'],
  ['a path that is none', { path: 'cewl' }, TOKEN, 2, 'SetupError 3: path must start with a slash'],
])('%s is said in one sentence with its cause and remedy', async (_name, more, token, code, sentence) => {
  const file = lab.config({ inputs: inputs(more, token) }, 'wrong.yaml');
  for (const ran of [await run('check', '--config', file), await pull(file)]) {
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(sentence);
  }
  expect((await records()).filter((r) => r.cells?.change === 'gone')).toHaveLength(1);
});

test('no token in what these said and stored', () => {
  expect(said.join('')).not.toContain(TOKEN);
  expect(said.join('')).not.toContain(SAMPLE_TOKEN);
  expect(filesHolding(lab.data, TOKEN)).toEqual([]);
});
