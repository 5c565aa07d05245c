import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import { DevoEndpoint } from '../../../main/node/demo/devo-endpoint.ts';
import { LookupsServer } from '../../../main/node/demo/lookups-server.ts';
import { type StoredRow, storeRows } from '../../servers/cewl-store.ts';
import { jsonLines, type Ran, sluice } from './command.ts';
import { type Lab, openLab, TOKEN, taxiiInput } from './lab.ts';
import { filesHolding } from './sweep.ts';

let lab: Lab;
let api: LookupsServer;
let devo: DevoEndpoint;
let outputs: Record<string, unknown>;
let config: string;
const said: string[] = [];

const COLUMNS = ['cve', { name: 'year', type: 'INT8' }, 'description'];
const row = (n: number, version = 1, change: StoredRow['change'] = 'new', more = ''): StoredRow => ({
  id: `CVE-${n}`,
  version,
  change,
  raw: `{"cve":"CVE-${n}","year":${n % 5 === 0 ? '"Unknown"' : 2000 + n},"description":"v${version} \\"é\\",\\n=1+1"${more}}`,
});

beforeAll(async () => {
  lab = openLab();
  api = await LookupsServer.start({ token: TOKEN, jobMs: 30 });
  devo = await DevoEndpoint.start({ certificates: lab.certificates });
  const common = { lookup: 'CEWL', columns: COLUMNS };
  outputs = {
    cewl_api: {
      type: 'devo_lookup',
      config: { ...common, base_url: api.url, domain: 'acme', token: TOKEN, job_poll_in_seconds: 0.05 },
    },
    cewl_messages: {
      type: 'devo_lookup',
      config: {
        ...common,
        mode: 'legacy',
        address: 'localhost',
        port: devo.ports.syslog,
        chain: 'certs/chain.crt',
        cert: 'certs/demo.crt',
        key: 'certs/demo.key',
        pause_in_seconds: 0.05,
      },
    },
  };
  // Rows are put into the store by hand: what is asked here is how they leave.
  config = lab.config({ outputs, inputs: { feed: taxiiInput('http://127.0.0.1:9/') } });
});
afterAll(async () => {
  await Promise.all([api.close(), devo.close()]);
  lab.close();
});

async function run(...args: string[]): Promise<Ran> {
  const ran = await sluice([...args, '--data', lab.data]);
  said.push(ran.stdout, ran.stderr);
  return ran;
}
async function pulled(rows: StoredRow[]): Promise<void> {
  const store = openStore({ dir: lab.data, clock: systemClock });
  storeRows(store, 'feed', rows);
  store.close();
}
const approve = () => run('decide', 'approve', '--decision', 'staged');
const preview = (output: string, ...more: string[]) =>
  run('preview', '--config', config, '--output', output, '--delivery', 'queued', ...more);
const forward = (...more: string[]) => run('forward', '--config', config, '--json', ...more);

test('a lookup is created with what was approved; preview, dry run and hand-over agree', async () => {
  await pulled(Array.from({ length: 12 }, (_, n) => row(n + 1)));
  await approve();
  const csv = await preview('cewl_api');
  expect(csv.code, csv.stderr).toBe(0);
  expect(csv.stdout.split('\r\n').slice(0, 2)).toEqual([
    'cve,year,description',
    '"CVE-1",2001,"v1 ""é"",\n=1+1"',
  ]);
  expect(csv.stderr).toContain('2 rows: year (INT8) is left empty');
  const messages = await preview('cewl_messages');
  expect(
    messages.stdout.split('\n').filter((line) => line.includes('|START|') || line.includes('|END|')),
  ).toHaveLength(2);
  expect(messages.stdout).toContain('|"CVE-1",2001,"v1 ""é"",\\n=1+1"\n');

  const dry = jsonLines<{ destination: string; records: number; bytes: number; notes: unknown[] }>(
    await forward('--dry-run'),
  );
  expect(dry).toMatchObject([
    { destination: 'cewl_api', records: 12, bytes: csv.out.length - 'cve,year,description\r\n'.length },
    { destination: 'cewl_messages', records: 12 },
  ]);
  expect(dry[0]?.notes).toEqual([{ note: expect.stringContaining('year (INT8)'), records: 2 }]);
  expect(api.uploads).toBe(0);

  const ran = await forward();
  expect(ran.code, ran.stderr).toBe(0);
  expect(jsonLines(ran)).toMatchObject([
    {
      state: 'done',
      records: 12,
      bytes: dry[0]?.bytes,
      queued: 0,
      linq: ['from my.lookuplist.CEWL select *'],
    },
    {
      state: 'done',
      records: 12,
      bytes: dry[1]?.bytes,
      queued: 0,
      linq: ['from my.lookuplist.CEWL select *'],
    },
  ]);
  for (const line of [
    'DevoSender(lookup_senders,devo_sender_0) -> Starting thread',
    'cewl_api: uploading all 12 rows of the lookup CEWL',
    'Lookup - Total number of messages sent: 12',
  ])
    expect(ran.stderr).toContain(line);
  expect(api.held('acme', 'CEWL')?.rows.size).toBe(12);
  expect(devo.lookups.held.get('CEWL')?.rows).toEqual(api.held('acme', 'CEWL')?.rows);
});

test('afterwards exactly what changed, came and went', async () => {
  await pulled([
    row(1, 2, 'changed'),
    row(2, 2, 'changed'),
    row(3, 2, 'changed'),
    row(13),
    row(14),
    row(4, 2, 'gone'),
  ]);
  await approve();
  const csv = await preview('cewl_api');
  expect(csv.stdout.match(/^"CVE-\d+"/gm)).toEqual(['"CVE-1"', '"CVE-2"', '"CVE-3"', '"CVE-13"', '"CVE-14"']);
  expect(csv.stderr).toContain('1 rows would be deleted; --deletes shows them.');
  const deletes = await preview('cewl_api', '--deletes');
  expect(deletes.stdout.split('\r\n').map((line) => line.split(',')[0])[1]).toBe('"CVE-4"');
  const uploads = api.uploads;
  const ran = await forward();
  expect(ran.code, ran.stderr).toBe(0);
  expect(jsonLines(ran)).toMatchObject([{ records: 6 }, { records: 6 }]);
  expect(api.uploads).toBe(uploads + 2);
  for (const held of [api.held('acme', 'CEWL'), devo.lookups.held.get('CEWL')]) {
    expect(held?.rows.size).toBe(13);
    expect(held?.rows.has('CVE-4')).toBe(false);
    expect(held?.rows.get('CVE-2')?.[2]).toBe('v2 "é",\n=1+1');
    expect(held?.rows.get('CVE-5')?.[2]).toBe('v1 "é",\n=1+1');
  }
});

test('a job that fails is a failed delivery with its text, and the same rows go out again', async () => {
  await pulled([row(20)]);
  await approve();
  api.trouble.failJob = 'Disk of the lookup node is full.';
  const once = lab.config(
    {
      outputs: {
        cewl_api: {
          type: 'devo_lookup',
          config: {
            base_url: api.url,
            domain: 'acme',
            token: TOKEN,
            columns: COLUMNS,
            job_poll_in_seconds: 0.05,
            max_attempts: 1,
          },
        },
      },
      inputs: { feed: taxiiInput('http://127.0.0.1:9/') },
    },
    'once.yaml',
  );
  const failed = await run('forward', '--config', once, '--json');
  expect(failed.code).toBe(1);
  expect(jsonLines(failed)).toMatchObject([
    { state: 'failed', failed: 1, error: expect.stringContaining('Disk of the lookup node is full.') },
  ]);
  expect(api.held('acme', 'CEWL')?.rows.has('CVE-20')).toBe(false);
  const again = await run('forward', '--config', once, '--json', '--retry-failed');
  expect(again.code, again.stderr).toBe(0);
  expect(api.held('acme', 'CEWL')?.rows.has('CVE-20')).toBe(true);
});

test('check says whether the lookup is there, and that the messages are at their end', async () => {
  const ran = await sluice(['check', '--config', lab.config({ outputs }, 'outputs.yaml')]);
  said.push(ran.stdout, ran.stderr);
  expect(ran.stdout).toMatch(
    /^destination cewl_api: ok, .*Lookups API at 127\.0\.0\.1:\d+, lookup CEWL of acme/m,
  );
  expect(ran.stdout).toMatch(/^destination cewl_messages: ok, .*2026-01-01/m);
});

test('the token is said, logged or stored nowhere', () => {
  const text = said.join('\n');
  expect(text.length).toBeGreaterThan(5000);
  expect(text).not.toContain(TOKEN);
  expect(filesHolding(lab.data, TOKEN)).toEqual([]);
});
