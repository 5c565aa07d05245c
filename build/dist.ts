/** `npm run dist`: builds the app and its packages for this system, and checks what is in them. Says first what it needs. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Arch, build, type Configuration, Platform } from 'electron-builder';
import { electronBinary } from '../main/node/electron-binary.ts';
import { type PackageTarget, packageProblems } from './check-package.ts';
import configuration from './electron-builder.config.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const HELP = `npm run dist -- [--dir] [--arch x64|arm64] [--electron <folder>] [package ...]

Packages: linux: deb rpm AppImage tar.gz · windows: nsis · macos: dmg zip. Without names: all of this system's.

--dir          only the unpacked folder, for looking into it
--electron     an unpacked Electron to use (node_modules/electron/dist where it is there, else it is fetched)

What each needs:
  every package  Electron's binary, from its code host (github.com) or --electron
  deb, rpm       fpm, fetched from the same host, or USE_SYSTEM_FPM=true with one of your own; rpm also rpmbuild.
                 SLUICE_HOMEPAGE=https://… and SLUICE_MAINTAINER="Name <address>" for their metadata
  AppImage, tar.gz
                 their tools, fetched from the same host
  nsis           makensis and its plug-ins, fetched from the same host
  dmg, zip       macOS; to be opened elsewhere they are signed and notarised: CSC_LINK, CSC_KEY_PASSWORD,
                 APPLE_ID, APPLE_APP_SPECIFIC_PASSWORD, APPLE_TEAM_ID
  signed .exe    WIN_CSC_LINK, WIN_CSC_KEY_PASSWORD
  updates        SLUICE_UPDATES_URL=https://…: where installed copies look for newer ones; without it they do not look
`;

const PLATFORMS = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC } as const;
const NAMES = {
  linux: ['deb', 'rpm', 'AppImage', 'tar.gz'],
  win32: ['nsis'],
  darwin: ['dmg', 'zip'],
} as const;

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'boolean', default: false },
    arch: { type: 'string', default: process.arch },
    electron: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const platform = process.platform as PackageTarget['platform'];
const arch = values.arch as PackageTarget['arch'];
if (!(platform in PLATFORMS)) fail(`There is no package for ${process.platform}.`);
if (arch !== 'x64' && arch !== 'arm64')
  fail(`There is no package for ${values.arch}: better-sqlite3 brings x64 and arm64.`);
const names: readonly string[] = positionals.length === 0 ? NAMES[platform] : positionals;
const unknown = names.filter((name) => !(NAMES[platform] as readonly string[]).includes(name));
if (unknown.length > 0)
  fail(`${unknown.join(', ')}: not made on this system. It makes ${NAMES[platform].join(', ')}.`);
if (
  !values.dir &&
  names.some((name) => name === 'deb' || name === 'rpm') &&
  process.env.SLUICE_HOMEPAGE === undefined
)
  fail(
    'deb and rpm name an address: set SLUICE_HOMEPAGE=https://…, or leave them out. "npm run dist -- --help" lists what is needed.',
  );

/** node_modules/electron/dist, when it is for the wanted processor. */
function localElectron(): string | null {
  const binary = electronBinary();
  if (binary === null || arch !== process.arch) return null;
  return platform === 'darwin' ? binary.slice(0, binary.indexOf('/Electron.app')) : dirname(binary);
}

const electronDist = values.electron ?? localElectron();
if (electronDist !== null && !existsSync(electronDist)) fail(`${electronDist} does not exist.`);
process.stdout.write(
  electronDist === null
    ? "Electron's binary is not on this machine: it will be fetched from its code host.\n"
    : `Electron from ${electronDist}.\n`,
);

const built = spawnSync(process.execPath, [join(ROOT, 'build/build-all.ts')], {
  stdio: 'inherit',
  cwd: ROOT,
});
if (built.status !== 0) fail('The app could not be built.');
const config: Configuration = electronDist === null ? configuration : { ...configuration, electronDist };
try {
  await build({
    projectDir: ROOT,
    targets: PLATFORMS[platform].createTarget(values.dir ? ['dir'] : [...names], Arch[arch]),
    config,
    publish: 'never',
  });
} catch (error) {
  fail(
    `${error instanceof Error ? error.message : String(error)}\n\nWhere something could not be fetched: "npm run dist -- --help" lists what each package needs.`,
  );
}

const output = join(ROOT, 'dist');
const unpacked = readdirSync(output).filter(
  (name) => name.endsWith('-unpacked') || /^mac(-arm64)?$/.test(name),
);
const wanted = unpacked.find((name) => name.includes('arm64') === (arch === 'arm64'));
if (wanted === undefined) fail('The unpacked folder is missing.');
const problems = await packageProblems(join(output, wanted), { platform, arch });
if (problems.length > 0) fail(`The package is not as it should be:\n${problems.join('\n')}`);
process.stdout.write(`What is in the package was checked. The packages are in ${output}.\n`);
