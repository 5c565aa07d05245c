import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, TOKEN, taxiiInput, USERNAME } from './lab.ts';
import { filesHolding } from './sweep.ts';

/** What is configured, out to a collector's file. SPEC 5. */

let lab: Lab;
let config: string;
beforeAll(() => {
  lab = openLab();
  config = lab.config({
    globals: { id: '77', name: 'lab' },
    outputs: { devo: devoOutput(443) },
    inputs: {
      feed: taxiiInput('https://taxii.example/taxii2/', { taxii_version: '2.1', outputs: ['devo'] }),
      ctci: { credentials: { api_token: TOKEN }, services: { cewl: {} } },
      tq: {
        credentials: { username: USERNAME, password: PASSWORD },
        services: { events: { api_base_url: 'https://tq.example' } },
      },
    },
  });
});
afterAll(() => lab.close());

const run = (...args: string[]) => sluice(['export-config', '--config', config, '--data', lab.data, ...args]);

test('goes to standard output without secrets, as the collectors know it', async () => {
  const { code, stdout, stderr } = await run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toContain(PASSWORD);
  expect(stdout).not.toContain(TOKEN);
  const file = parse(stdout);
  expect(file.globals).toMatchObject({ id: '77', name: 'lab', persistence: { type: 'filesystem' } });
  expect(file.outputs.devo.config).toMatchObject({ type: 'SSL', chain: join(lab.dir, 'certs/chain.crt') });
  expect(file.inputs.feed.services.objects_and_manifests).toMatchObject({ taxii_version: '2.1' });
  expect(file.inputs.tq.credentials).toEqual({ username: USERNAME });
});

test('with secrets only into a new file that nobody else may read, and it is the same configuration', async () => {
  const refused = await run('--with-secrets');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('Secrets are written to a file only: --with-secrets needs --out.');
  const out = join(lab.dir, 'exported.yaml');
  const written = await run('--with-secrets', '--out', out);
  expect(written.code, written.stderr).toBe(0);
  expect(written.stdout + written.stderr).not.toContain(PASSWORD);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readFileSync(out, 'utf8')).toContain(PASSWORD);
  // Exported again from what was exported: nothing is lost or added on the way.
  const again = join(lab.dir, 'again.yaml');
  const second = await sluice([
    'export-config',
    '--config',
    out,
    '--data',
    lab.data,
    '--with-secrets',
    '--out',
    again,
  ]);
  expect(second.code, second.stderr).toBe(0);
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(out, 'utf8'));
});

test('never over a file that is there', async () => {
  const out = join(lab.dir, 'precious.txt');
  writeFileSync(out, 'precious');
  const { code, stderr } = await run('--with-secrets', '--out', out);
  expect(code).toBe(1);
  expect(stderr).toContain(`There is already a file ${out}.`);
  expect(readFileSync(out, 'utf8')).toBe('precious');
});

test('as the Collector Server’s parameters: the inputs alone', async () => {
  const { stdout, stderr } = await run('--format', 'json');
  expect(Object.keys(JSON.parse(stdout))).toEqual(['global_overrides', 'inputs']);
  expect(stdout).not.toContain(PASSWORD);
  expect(stderr).toBe('');
});

test('leaves no secret in the data directory', () => {
  if (existsSync(lab.data))
    expect([...filesHolding(lab.data, PASSWORD), ...filesHolding(lab.data, TOKEN)]).toEqual([]);
});
