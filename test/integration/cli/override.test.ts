import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { jsonLines, sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, taxiiInput, USERNAME } from './lab.ts';
import { openReceiver, type Receiver } from './receiver.ts';

/** Records above a destination's highest TLP, from the command line. Each test goes on from the one before. */

let lab: Lab;
let server: TaxiiServer;
let receiver: Receiver;
let config: string;

beforeAll(async () => {
  lab = openLab();
  const { collections } = generateSample({ objects: 400 });
  server = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
  receiver = await openReceiver(lab.certificates);
  config = lab.config({
    globals: { id: 'not_used', name: 'lab', debug: false },
    outputs: { devo: devoOutput(receiver.port, { max_tlp: 'amber', hostname: 'lab' }) },
    inputs: { feed: taxiiInput(server.url, { taxii_version: 2.1, manifests: false }) },
  });
  const pulled = await sluice(['pull', '--config', config, '--data', lab.data]);
  expect(pulled.code, pulled.stderr).toBe(0);
  await sluice(['decide', 'approve', '--data', lab.data]);
}, 60_000);
afterAll(async () => {
  await Promise.all([server.close(), receiver.close()]);
  lab.close();
});

interface Line {
  id: string;
  tlp: string;
  raw: string;
  delivery: string;
}
const override = (...args: string[]) =>
  sluice(['override', '--config', config, '--data', lab.data, '--destination', 'devo', ...args]);
const forward = (...args: string[]) => sluice(['forward', '--config', config, '--data', lab.data, ...args]);
const records = async (...args: string[]) =>
  jsonLines<Line>(await sluice(['records', '--data', lab.data, '--raw', ...args]));
/** Whether the record's own text came, between the braces: the pulling id is beside it. */
const arrived = (line: Line): boolean => receiver.bytes().includes(Buffer.from(line.raw.slice(1, -1)));
const log = () => readFileSync(join(lab.data, 'logs', 'sluice.log'), 'utf8').split('\n');

test('a record above the ceiling is held back', async () => {
  expect((await forward()).code).toBe(0);
  const above = await records('--tlp', 'TLP:RED', '--tlp', 'amber+strict');
  expect(above.length).toBeGreaterThan(3);
  expect(above.map((line) => [line.tlp, line.delivery])).toContainEqual(['red', 'queued']);
  expect(above.filter(arrived)).toEqual([]);
  expect((await records('--tlp', 'amber')).every(arrived)).toBe(true);
});

test('without a reason, or with too many wishes, nothing is overridden and the exit status is 2', async () => {
  for (const args of [[], ['--reason', ' . '], ['--reason', 'asked for', '--withdraw']]) {
    expect((await override('--tlp', 'red', ...args)).code).toBe(2);
  }
  const missing = await override('--tlp', 'red');
  expect(missing.stderr).toContain('An override needs a reason in writing.');
  const nowhere = await sluice([
    ...[
      'override',
      '--config',
      config,
      '--data',
      lab.data,
      '--destination',
      'other',
      '--reason',
      'asked for',
    ],
  ]);
  expect(nowhere).toMatchObject({ code: 2 });
  expect((await override('--list')).stdout).toBe('');
});

test('what nothing is held back of is said, with exit status 1', async () => {
  const ran = await override('--reason', 'asked for', '--tlp', 'green');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('No record that was asked for is held back from devo for its TLP.');
});

test('an override lets what matches through, in the dry run and on the wire, and is in the log', async () => {
  const red = await records('--tlp', 'red');
  const ran = await override('--tlp', 'red', '--limit', '2', '--reason', 'agreed with\nthe producer');
  expect(ran).toMatchObject({
    code: 0,
    stdout: 'Override 1: 2 records up to TLP:RED may be handed over to devo.\n',
  });
  const line =
    ' WARNING OutputProcess::MainThread -> Override 1: 2 records up to TLP:RED may be handed over to devo, which accepts up to TLP:AMBER. Reason: agreed with\\u000athe producer';
  expect(ran.stderr).toContain(line);
  expect(log().filter((said) => said.endsWith(line))).toHaveLength(1);
  const [dry] = jsonLines<{ records: number }>(await forward('--dry-run', '--json'));
  expect(dry?.records).toBe(2);
  const preview = await sluice(['preview', '--config', config, '--data', lab.data, '--tlp', 'red']);
  expect(preview.stdout.split('\n').filter((l) => l !== '')).toHaveLength(2);
  expect((await forward()).code).toBe(0);
  expect(red.map(arrived)).toEqual(red.map((_, n) => n < 2));
  expect((await override('--list')).stdout).toMatch(
    /^1 {2}\S+ {2}2 records up to TLP:RED {2}\(0 to go, 2 handed over\) {2}agreed with\\u000athe producer\n$/,
  );
});

test('withdrawing takes back what has not gone', async () => {
  await override('--tlp', 'amber+strict', '--reason', 'for the exercise');
  await override('--tlp', 'red', '--reason', 'for the exercise');
  const one = await override('--withdraw', '3');
  expect(one.stdout).toMatch(
    /^Override 3 withdrawn: \d+ records taken back, 0 on their way, 0 handed over\.\n$/,
  );
  const all = await override('--withdraw');
  // What the first one let through has gone: nothing of it is to be withdrawn.
  expect(all.stdout).toMatch(/^Override 2 withdrawn: [^\n]*\n$/);
  expect(log().filter((said) => / WARNING .* -> Override \d for devo withdrawn\. /.test(said))).toHaveLength(
    2,
  );
  expect(await override('--withdraw')).toMatchObject({ code: 1 });
  expect(await override('--withdraw', '9')).toMatchObject({ code: 1 });
  const before = receiver.bytes().length;
  expect((await forward()).code).toBe(0);
  expect(receiver.bytes()).toHaveLength(before);
});
