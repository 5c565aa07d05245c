import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../main/engine/store/open-store.ts';
import { draft, FEED, fixedClock, pulling, stixId } from '../../unit/store/store-fixture.ts';
import { jsonLines, sluice } from './command.ts';
import { type Lab, openLab } from './lab.ts';

/** Records out through the command line. SPEC 3. */

const FORMULA = '=HYPERLINK("https://attacker.example","click")';
const TEXTS = [
  `{"type":"indicator","id":"${stixId(1)}","x":1.0,"name":${JSON.stringify(FORMULA)}}`,
  `{\n "type":"malware",\r\n "id":"${stixId(2, 'malware')}"}`,
];

let lab: Lab;
beforeAll(() => {
  lab = openLab();
  mkdirSync(lab.data, { recursive: true });
  const store = openStore({ dir: lab.data, clock: fixedClock() });
  pulling(store).page([
    draft({ id: stixId(1), name: FORMULA, raw: Buffer.from(TEXTS[0] ?? '') }),
    draft({ id: stixId(2, 'malware'), raw: Buffer.from(TEXTS[1] ?? '') }),
    draft({
      id: stixId(3),
      raw: Buffer.from('{"cut'),
      problems: [{ code: 'json.malformed', message: 'The text is not valid JSON.', at: null }],
    }),
  ]);
  pulling(store, 'feed', { ...FEED, kind: 'manifest' }).page([
    draft({ id: stixId(1), type: 'indicator', raw: Buffer.from('{"id":"m"}') }),
  ]);
  store.close();
});
afterAll(() => lab.close());

const run = (...args: string[]) => sluice(['export', '--data', lab.data, ...args]);

test('a bundle to standard output: the server’s own text, and what is left out on the other stream', async () => {
  const { code, stdout, stderr } = await run('--format', 'stix');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'Left out: 1 manifest entry.\nLeft out: 1 record with problems.\n',
  });
  expect(stdout).toContain(`[\n${TEXTS.join(',\n')}\n]`);
  expect(JSON.parse(stdout)).toMatchObject({ type: 'bundle', objects: [{ x: 1 }, { type: 'malware' }] });
});

test('JSON lines and CSV, filtered as records are', async () => {
  const lines = await run('--format', 'jsonl', '--kind', 'object');
  expect(jsonLines<{ id: string }>(lines).map((line) => line.id)).toEqual([stixId(1), stixId(2, 'malware')]);
  const csv = await run('--format', 'csv', '--type', 'indicator', '--limit', '1');
  const rows = parse(csv.stdout, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ id: stixId(1), name: `'${FORMULA}`, source: 'feed', decision: 'staged' });
});

test('into a new file that nobody else may read, never over one that is there', async () => {
  const out = join(lab.dir, 'bundle.json');
  const { code, stdout, stderr } = await run('--format', 'stix', '--out', out);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain(`${out}: 2 records, `);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(out, 'utf8')).objects).toHaveLength(2);
  expect(readdirSync(lab.dir).filter((name) => name.includes('.part'))).toEqual([]);

  writeFileSync(out, 'precious');
  const again = await run('--format', 'stix', '--out', out);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain(`There is already a file ${out}.`);
  expect(readFileSync(out, 'utf8')).toBe('precious');
});

test('a selection of nothing is an empty table or bundle, not an error', async () => {
  const bundle = await run('--format', 'stix', '--kind', 'event');
  expect(bundle.code).toBe(0);
  expect(Object.keys(JSON.parse(bundle.stdout))).toEqual(['type', 'id']);
  expect((await run('--format', 'jsonl', '--kind', 'event')).stdout).toBe('');
});

test('wrong use ends with 2', async () => {
  expect((await run()).code).toBe(2);
  expect((await run('--format', 'xlsx')).code).toBe(2);
  const nowhere = await sluice(['export', '--data', join(lab.dir, 'nowhere'), '--format', 'csv']);
  expect(nowhere).toMatchObject({ code: 2, stdout: '' });
  expect(nowhere.stderr).toContain('There is no Sluice store in');
});
