/** `npm start`: the window where Electron's binary is to be had, else the page in the browser. With nothing configured, the demo. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronBinary } from './electron-binary.ts';
import { defaultDataDir } from './paths.ts';
import { tell } from './say.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REACH_MS = 5_000;
const FETCH_MS = 600_000;

/** Something has been set up in the interface before. */
function configured(dataDir: string): boolean {
  const file = join(dataDir, 'settings.json');
  if (!existsSync(file)) return false;
  try {
    const settings = JSON.parse(readFileSync(file, 'utf8')) as {
      sources?: unknown[];
      destinations?: unknown[];
    };
    return (settings.sources?.length ?? 0) + (settings.destinations?.length ?? 0) > 0;
  } catch {
    // The engine says what is wrong with the file.
    return true;
  }
}

/** A window needs a display; on Linux that is an X or Wayland session. */
function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

/** Fetches Electron's binary once, where its host answers. Answers whether it is there now. */
async function fetchElectron(): Promise<boolean> {
  const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const { version } = JSON.parse(readFileSync(join(electron, 'package.json'), 'utf8')) as { version: string };
  try {
    const url = `https://github.com/electron/electron/releases/download/v${version}/SHASUMS256.txt`;
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_MS) });
    if (!answer.ok) return false;
  } catch {
    return false;
  }
  tell(`Fetching Electron ${version}, once.`);
  return (
    (await run(process.execPath, [join(electron, 'install.js')], FETCH_MS)) === 0 && electronBinary() !== null
  );
}

function run(program: string, args: string[], timeout?: number): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      cwd: ROOT,
      ...(timeout === undefined ? {} : { timeout }),
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', () => resolve(1));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const dataDir = process.env.SLUICE_DATA_DIR ?? defaultDataDir();
const demo = !configured(dataDir);
const command = demo ? ['demo', '--open'] : ['serve', '--data', dataDir, '--open'];
if (hasDisplay() && (electronBinary() !== null || (await fetchElectron()))) {
  const built = await run(process.execPath, [join(ROOT, 'build/build-all.ts')]);
  // With --demo the feeds run in the window's own main process.
  process.exitCode =
    built !== 0 ? built : await run(electronBinary() ?? '', [ROOT, ...(demo ? ['--demo'] : [])]);
} else {
  tell(
    hasDisplay()
      ? "Electron's binary cannot be fetched here: opening the page in the browser instead."
      : 'There is no display for a window here: serving the page on this machine instead.',
  );
  process.exitCode = await run(process.execPath, [join(ROOT, 'main/node/cli.ts'), ...command]);
}
