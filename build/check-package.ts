import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, listPackage, statFile, uncache } from '@electron/asar';
import { EXECUTABLE, FUSES_HERE } from './finish-package.ts';
import { checkFuses } from './fuses.ts';

export interface PackageTarget {
  platform: 'linux' | 'win32' | 'darwin';
  arch: 'x64' | 'arm64';
}

/** Bytes. What the app adds to Electron; grows only by a decision. */
const ARCHIVE_BUDGET = 8_000_000;
const NATIVE_BUDGET = 3_500_000;

/** All that may be in the archive. */
const ALLOWED: readonly RegExp[] = [
  /^package\.json$/,
  /^out\/main\/[\w.-]+\.js$/,
  /^out\/preload\/preload\.cjs$/,
  /^out\/renderer\/(index\.html|icon\.svg|assets\/[\w.-]+\.(js|css|svg|png|woff2))$/,
  /^out\/tray\/[\w@]+\.png$/,
  /^node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/(methods\/)?[\w-]+\.js)$/,
  /^node_modules\/better-sqlite3\/prebuilds\/[\w-]+\.node$/,
];

/** What looks like a secret or like the machine that built it. */
const NEVER: readonly [what: string, pattern: RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}/],
  [
    'a token',
    /\b(ghp_[A-Za-z0-9]{30,}|github_pat_\w{30,}|npm_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16}|xox[bp]-\d{8,})\b/,
  ],
  ['a source map', /[#@] ?sourceMappingURL=/],
  ['a path of the machine that built it', new RegExp(escaped(fileURLToPath(new URL('..', import.meta.url))))],
];

/** First bytes of a native module, by system. */
const MAGIC: Readonly<Record<PackageTarget['platform'], string>> = {
  linux: '7f454c46',
  win32: '4d5a',
  darwin: 'cffaedfe',
};

/** What is wrong with an unpacked package (electron-builder's `--dir`); empty when nothing is. @param dir its folder, on macOS the one with the .app. */
export async function packageProblems(dir: string, target: PackageTarget): Promise<string[]> {
  const { platform } = target;
  const app = platform === 'darwin' ? join(dir, 'Sluice.app/Contents') : dir;
  const resources = join(app, platform === 'darwin' ? 'Resources' : 'resources');
  const archive = join(resources, 'app.asar');
  if (!existsSync(archive)) return [`${archive} is missing.`];
  const problems = [...archiveProblems(archive), ...nativeProblems(resources, target)];
  if (existsSync(join(resources, 'app')))
    problems.push('The app is there a second time, outside the archive.');
  if (existsSync(join(resources, 'default_app.asar')))
    problems.push("Electron's demo app is in the package.");
  const binary = binaryOf(app, platform);
  if (!existsSync(binary)) problems.push(`${binary} is missing.`);
  else if (readFileSync(binary).includes(FUSES_HERE))
    await checkFuses(binary).catch((error: Error) => problems.push(error.message));
  return problems;
}

function binaryOf(app: string, platform: PackageTarget['platform']): string {
  if (platform === 'darwin') return join(app, 'Frameworks/Electron Framework.framework/Electron Framework');
  return join(app, platform === 'win32' ? 'Sluice.exe' : EXECUTABLE);
}

function archiveProblems(archive: string): string[] {
  const problems: string[] = [];
  // The library remembers an archive by its path.
  uncache(archive);
  const names = listPackage(archive, { isPack: false })
    .map((name) => name.split(sep).join('/').replace(/^\//, ''))
    .filter((name) => !('files' in statFile(archive, name.split('/').join(sep), false)));
  for (const name of names) {
    if (!ALLOWED.some((pattern) => pattern.test(name)))
      problems.push(`${name} does not belong into the archive.`);
    if (!/\.(js|cjs|html|css|json|svg)$/.test(name)) continue;
    const text = extractFile(archive, name.split('/').join(sep)).toString('utf8');
    for (const [what, pattern] of NEVER) if (pattern.test(text)) problems.push(`${name} contains ${what}.`);
  }
  for (const name of [
    'out/main/index.js',
    'out/main/engine.js',
    'out/preload/preload.cjs',
    'out/renderer/index.html',
  ])
    if (!names.includes(name)) problems.push(`${name} is missing.`);
  const { size } = statSync(archive);
  if (size > ARCHIVE_BUDGET) problems.push(`The archive has ${size} bytes, more than ${ARCHIVE_BUDGET}.`);
  if (names.includes('package.json')) {
    const inside = JSON.parse(extractFile(archive, 'package.json').toString('utf8')) as Record<
      string,
      unknown
    >;
    for (const key of ['scripts', 'devDependencies'])
      if (Object.keys((inside[key] as object | undefined) ?? {}).length > 0)
        problems.push(`package.json still has ${key}.`);
  }
  return problems;
}

function nativeProblems(resources: string, { platform, arch }: PackageTarget): string[] {
  const dir = join(resources, 'app.asar.unpacked');
  const found = existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const wanted = `${platform}-${arch}.node`;
  const problems = found
    .filter((entry) => entry.name !== wanted)
    .map((entry) => `${entry.name} is outside the archive and does not belong to ${platform} ${arch}.`);
  const native = found.find((entry) => entry.name === wanted);
  if (native === undefined) return [...problems, `The native module ${wanted} is not outside the archive.`];
  const bytes = readFileSync(join(native.parentPath, native.name));
  if (!bytes.toString('hex', 0, 4).startsWith(MAGIC[platform]))
    problems.push(`${wanted} is no binary of ${platform}.`);
  if (bytes.length > NATIVE_BUDGET)
    problems.push(`${wanted} has ${bytes.length} bytes, more than ${NATIVE_BUDGET}.`);
  return problems;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
