import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { sluice } from './command.ts';
import { devoOutput, type Lab, openLab, PASSWORD, taxiiInput } from './lab.ts';

/** Wrong use and wrong configuration: exit status 2 (1 where a file is at fault), one clear sentence, no stack, nothing on stdout. */

let lab: Lab;
beforeAll(() => {
  lab = openLab();
});
afterAll(() => lab.close());

const URL = 'http://127.0.0.1:9/taxii2/';
const source = (more: Record<string, unknown>) => ({ inputs: { feed: taxiiInput(URL, more) } });
const output = (more: Record<string, unknown>) => ({ outputs: { devo: devoOutput(1, more) } });

/** The command with a configuration; what it says on stderr and how it ends. */
async function fails(command: string[], value: unknown): Promise<{ code: number | null; said: string }> {
  const config = lab.config(value, 'wrong.yaml');
  const ran = await sluice([...command, '--config', config]);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(ran.stderr).not.toContain(PASSWORD);
  return { code: ran.code, said: ran.stderr };
}

describe('configurations that are refused', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'a URL that is none',
      source({ discovery_url: 'feeds.example' }),
      /^Input "feed": discovery_url: The discovery URL must be an http or https URL\.\n/,
    ],
    [
      'a historic date in the future',
      source({ historic_date_utc: '2999-01-01T00:00:00Z' }),
      /^InitVariableError 3: historic datetime cannot be greater than the present UTC time\n/,
    ],
    [
      'an unknown service',
      { inputs: { feed: { services: { sightings: {} } } } },
      /^Input "feed" defines the service "sightings", which Sluice cannot pull\. Known: [a-z_, ]+\.\n/,
    ],
    [
      'no chain',
      output({ chain: null }),
      /^Output "devo": chain is not set\. Without chain, cert and key nothing is sent\.\n/,
    ],
  ])('%s', async (_, value, sentence) => {
    const { code, said } = await fails(['check'], value);
    expect(said).toMatch(sentence);
    expect(code).toBe(2);
  });

  test('broken YAML: line and column, never what the line says', async () => {
    const text = `inputs:\n  feed:\n    credentials:\n      password: "${PASSWORD}\n    services: [\n`;
    const { code, said } = await fails(['check'], text);
    expect(code).toBe(2);
    expect(said).toMatch(/^The configuration file is not valid YAML \(line \d+, column \d+\): [^\n]+\n/);
  });

  test('the same key twice is told, not guessed', async () => {
    const { code, said } = await fails(['check'], 'inputs: {}\ninputs: {}\n');
    expect({ code, said }).toMatchObject({ code: 2, said: expect.stringMatching(/line 2, column 1/) });
  });

  test('a file that is not there', async () => {
    const ran = await sluice(['check', '--config', join(lab.dir, 'absent.yaml')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^The configuration file cannot be read: .*absent\.yaml \(ENOENT\)\.\n/);
  });

  test('settings that mean nothing are named and ignored', async () => {
    const { said } = await fails(['pull', '--data', lab.data], {
      globals: { colour: true },
      inputs: { feed: { ...taxiiInput(URL, { enabled: false, frequency: 7 }) } },
    });
    expect(said).toContain(
      'WARNING MainProcess::MainThread -> [WARNING] Illegal global setting has been ignored -> colour: True',
    );
    expect(said).toContain('[WARNING] Illegal setting of input "feed" has been ignored -> frequency: 7');
  });
});

describe('wrong use', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', [], /Usage: sluice/],
    ['an unknown command', ['push'], /unknown command 'push'/],
    ['an unknown option', ['records', '--data', 'x', '--fast'], /unknown option '--fast'/],
    ['a missing option', ['pull', '--config', 'x'], /required option '--data <dir>' not specified/],
    [
      'an unknown kind',
      ['records', '--data', 'x', '--kind', 'bundle'],
      /--kind.*It is one of object, manifest, cewl, event\./,
    ],
    ['a verb that is missing', ['decide'], /Usage: sluice decide/],
    ['a port that is none', ['serve', '--data', 'x', '--port', '99999'], /A port is a number up to 65535\./],
  ])('%s', async (_, args, sentence) => {
    const ran = await sluice(args);
    expect(ran.stderr).toMatch(sentence);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
  });

  test('--help and --version are not errors', async () => {
    expect(await sluice(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
    const help = await sluice(['pull', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--source <name...>');
  });

  test('names that the configuration does not have', async () => {
    const config = lab.config({ ...source({}), ...output({}) });
    const pull = await sluice(['pull', '--config', config, '--data', lab.data, '--source', 'other']);
    expect(pull).toMatchObject({ code: 2, stderr: 'The configuration defines no input named "other".\n' });
    mkdirSync(lab.data, { recursive: true });
    await sluice(['pull', '--config', config, '--data', lab.data]);
    const forward = await sluice(['forward', '--config', config, '--data', lab.data, '--output', 'other']);
    expect(forward).toMatchObject({ code: 2, stderr: 'There is no destination named "other".\n' });
    const preview = await sluice(['preview', '--config', config, '--data', lab.data, '--output', 'other']);
    expect(preview).toMatchObject({ code: 2, stderr: 'There is no destination named "other".\n' });
    const empty = lab.config({}, 'empty-ish.yaml');
    expect(
      await sluice(['pull', '--config', lab.config({ globals: {} }, 'none.yaml'), '--data', lab.data]),
    ).toMatchObject({
      code: 2,
      stderr: 'The configuration defines no enabled input.\n',
    });
    expect((await sluice(['check', '--config', empty])).code).toBe(0);
  });
});

describe('data directories', () => {
  test.each([['records'], ['decide', 'approve']])('%s without a store', async (...command) => {
    const ran = await sluice([...command, '--data', join(lab.dir, 'nothing-here')]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^There is no Sluice store in .*nothing-here\.\n/);
  });

  test('a store written by a newer Sluice is left as it is', async () => {
    const dir = join(lab.dir, 'newer');
    await sluice(['pull', '--config', lab.config(source({}), 'n.yaml'), '--data', dir]);
    const db = new Database(join(dir, 'sluice.db'));
    db.pragma('user_version = 4711');
    db.close();
    const ran = await sluice(['records', '--data', dir]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(
      /^The store file .* was written by a newer Sluice \(format 4711; this one knows \d+\)\.\n/,
    );
    expect(ran.stderr).toContain('The file was not touched.');
  });

  test('a file that is no store', async () => {
    const dir = join(lab.dir, 'garbage');
    mkdirSync(dir);
    writeFileSync(join(dir, 'sluice.db'), 'this is a shopping list\n'.repeat(50));
    const ran = await sluice(['records', '--data', dir]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^The store file .* is damaged or is not a Sluice store\.\n/);
  });

  test('settings that cannot be read, or that a newer Sluice wrote', async () => {
    const dir = join(lab.dir, 'settings');
    await sluice(['pull', '--config', lab.config(source({}), 's.yaml'), '--data', dir]);
    writeFileSync(join(dir, 'settings.json'), '{"version": 1, "sources": ');
    const broken = await sluice(['records', '--data', dir]);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toMatch(
      /^The settings file cannot be used, it is not valid JSON: .*settings\.json\.\n/,
    );
    writeFileSync(join(dir, 'settings.json'), '{"version": 99}');
    const newer = await sluice(['records', '--data', dir]);
    expect(newer.code).toBe(2);
    expect(newer.stderr).toMatch(/^The settings file was written by a newer version of Sluice: /);
  });
});

test("a configuration as the collectors' guides print it is taken", async () => {
  const text = stringify({
    globals: {
      debug: false,
      id: 'not_used',
      name: 'taxii',
      persistence: { type: 'filesystem', config: { directory_name: 'state' } },
    },
    outputs: { devo_eu_1: devoOutput(1), console_1: { type: 'console' } },
    inputs: {
      taxii: {
        ...taxiiInput(URL, { taxii_version: 2, historic_date_utc: '2022-11-15T14:32:33Z' }),
        enabled: false,
      },
    },
  });
  const ran = await sluice(['check', '--config', lab.config(text, 'guide.yaml')]);
  expect(ran.stdout).toContain('source taxii: not enabled, not tried\n');
  expect(ran.stdout).toMatch(/destination devo_eu_1: failed, /);
  expect(ran.code).toBe(1);
});
