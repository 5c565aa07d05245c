import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPackageWithOptions, extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageProblems } from '../../build/check-package.ts';
import { electronBinary } from '../../main/node/electron-binary.ts';
import { StandInRun } from '../electron/driver/launch.ts';
import { fakeElectron } from './fake-electron.ts';

/** What an installed app would have in it. Packed with Electron's own binary where it is on this machine, else with a folder of its shape. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUILDER = join(ROOT, 'node_modules/electron-builder/cli.js');
const ARCHES = ['x64', 'arm64'] as const;
const PACK_MS = 180_000;
let dir: string;

function pack(arch: (typeof ARCHES)[number], electron: string, env: Record<string, string>): string {
  const output = join(dir, arch);
  const config = [
    'build/electron-builder.config.ts',
    `electronDist=${electron}`,
    `directories.output=${output}`,
  ];
  const args = [
    '--dir',
    '--linux',
    `--${arch}`,
    ...config.map((one, i) => (i === 0 ? `--config=${one}` : `-c.${one}`)),
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [BUILDER, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: PACK_MS,
    env: { ...process.env, ...env },
  });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return join(output, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`);
}

const unpacked = (arch: string): string =>
  join(dir, arch, arch === 'x64' ? 'linux-unpacked' : `linux-${arch}-unpacked`);
const archive = (at: string): string => join(at, 'resources/app.asar');
const LINUX_X64 = { platform: 'linux', arch: 'x64' } as const;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-package-'));
  const built = spawnSync(process.execPath, [join(ROOT, 'build/build-all.ts')], {
    encoding: 'utf8',
    cwd: ROOT,
  });
  if (built.status !== 0) throw new Error(built.stderr);
  const electron = await fakeElectron(join(dir, 'electron'));
  for (const arch of ARCHES) pack(arch, electron, { SLUICE_DIST_TRIAL: '1' });
}, 2 * PACK_MS);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe.each(ARCHES)('packed for linux %s', (arch) => {
  test('it holds what the app needs and nothing else, within its size', async () => {
    expect(await packageProblems(unpacked(arch), { platform: 'linux', arch })).toEqual([]);
  });

  test('nothing of the tests, of the sources or of another system', () => {
    const names = listPackage(archive(unpacked(arch)), { isPack: false });
    expect(names.filter((name) => /\.(ts|tsx|map|spec\.|test\.)|\/test\/|\/docs\/|\.env/.test(name))).toEqual(
      [],
    );
    expect(names.filter((name) => name.endsWith('.node'))).toEqual([
      `/node_modules/better-sqlite3/prebuilds/linux-${arch}.node`,
    ]);
  });

  test('two languages, no demo app of Electron, the program by its name', () => {
    expect(readdirSync(join(unpacked(arch), 'locales')).sort()).toEqual(['en-GB.pak', 'en-US.pak']);
    expect(existsSync(join(unpacked(arch), 'resources/default_app.asar'))).toBe(false);
    expect(existsSync(join(unpacked(arch), 'sluice'))).toBe(true);
  });
});

test('the packed files alone start, open the window and answer', async () => {
  const app = join(dir, 'extracted');
  extractAll(archive(unpacked(process.arch)), app);
  const run = await StandInRun.launch({ appDir: app, userData: join(dir, 'data') });
  const page = await run.page();
  const answer = await page.evaluate(() => window.sluice?.call('app.snapshot', {}));
  expect(await run.close()).toBe(0);
  expect(answer).toMatchObject({ ok: true });
  expect(run.complaints).toEqual([]);
}, 60_000);

describe('what the check says of a spoilt package', () => {
  /** A copy of the package with the archive changed. */
  async function spoil(change: (app: string) => void): Promise<string[]> {
    const copy = mkdtempSync(join(dir, 'spoilt-'));
    cpSync(unpacked('x64'), copy, { recursive: true });
    const app = join(copy, 'app');
    extractAll(archive(copy), app);
    change(app);
    await createPackageWithOptions(app, archive(copy), { unpack: '*.node' });
    rmSync(app, { recursive: true });
    return await packageProblems(copy, LINUX_X64);
  }
  const append = (file: string, text: string): void =>
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n${text}`);

  test('nothing, when nothing was changed', async () => {
    expect(await spoil(() => {})).toEqual([]);
  });

  test.each<[string, (app: string) => void, RegExp]>([
    [
      'a source map',
      (app) => writeFileSync(join(app, 'out/main/index.js.map'), '{}'),
      /index\.js\.map does not belong/,
    ],
    [
      'a test',
      (app) => writeFileSync(join(app, 'out/main/window.spec.ts'), ''),
      /window\.spec\.ts does not belong/,
    ],
    [
      'a private key',
      (app) => append(join(app, 'out/main/index.js'), `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}`),
      /contains a private key/,
    ],
    [
      'a token',
      (app) => append(join(app, 'out/main/engine.js'), `ghp_${'a'.repeat(36)}`),
      /contains a token/,
    ],
    [
      'a map inside a file',
      (app) => append(join(app, 'out/main/engine.js'), '//# sourceMappingURL=data:x'),
      /contains a source map/,
    ],
    [
      'the machine that built it',
      (app) => append(join(app, 'out/main/engine.js'), ROOT),
      /contains a path of the machine/,
    ],
    ['scripts', (app) => spoilPackage(app), /still has scripts/],
    [
      'too much',
      (app) => writeFileSync(join(app, 'out/renderer/assets/x.js'), 'x'.repeat(9_000_000)),
      /more than 8000000/,
    ],
    ['no engine', (app) => rmSync(join(app, 'out/main/engine.js')), /engine\.js is missing/],
    [
      'another native module',
      (app) => writeFileSync(join(app, 'node_modules/better-sqlite3/prebuilds/win32-x64.node'), 'MZ'),
      /does not belong to linux x64/,
    ],
    [
      'a native module of another system',
      (app) => writeFileSync(join(app, 'node_modules/better-sqlite3/prebuilds/linux-x64.node'), 'MZ'),
      /is no binary of linux/,
    ],
  ])('%s', async (_, change, said) => {
    expect((await spoil(change)).join('\n')).toMatch(said);
  });

  function spoilPackage(app: string): void {
    const file = join(app, 'package.json');
    writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), scripts: { start: 'x' } }),
    );
  }

  test(
    'an executable without fuses ends a build that is not a trial',
    () => {
      expect(() => pack('x64', join(dir, 'electron'), { SLUICE_DIST_TRIAL: '' })).toThrow('has no fuses');
    },
    PACK_MS,
  );
});

test.runIf(process.platform === 'linux' && electronBinary() !== null)(
  "with Electron's own binary, where it is on this machine: its fuses are burnt in and read back",
  async () => {
    const binary = electronBinary() ?? '';
    const arch = process.arch as (typeof ARCHES)[number];
    const at = pack(arch, join(binary, '..'), { SLUICE_DIST_TRIAL: '' });
    expect(await packageProblems(at, { platform: 'linux', arch })).toEqual([]);
  },
  PACK_MS,
);
