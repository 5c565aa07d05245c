import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '../../shared/errors.ts';
import { tell } from './say.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the renderer is built from. */
const SOURCES = ['renderer', 'shared', 'build/vite.renderer.config.ts', 'package-lock.json'];

/** Whether a built file is there and no older than anything in these files and folders. */
export function isCurrent(built: string, sources: readonly string[]): boolean {
  const at = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  return at !== undefined && sources.every((source) => newest(source) <= at);
}

/** When anything at this path was changed last, epoch ms. A folder's own time tells of files that went. */
function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/**
 * The folder of the built renderer; builds it from source where it is missing (a fresh clone) or older than its source (an update).
 * @throws SluiceError `page.not-built` when it cannot be built.
 */
export async function ensureRenderer(): Promise<string> {
  const dir = `${ROOT}out/renderer`;
  if (
    isCurrent(
      `${dir}/index.html`,
      SOURCES.map((source) => join(ROOT, source)),
    )
  )
    return dir;
  tell('Building the interface.');
  try {
    const { build } = await import('vite');
    await build({ configFile: `${ROOT}build/vite.renderer.config.ts`, logLevel: 'error' });
  } catch (error) {
    throw new SluiceError(
      {
        code: 'page.not-built',
        message: 'The interface could not be built.',
        remedy: 'Run "npm ci", then "npm run build".',
      },
      { cause: error },
    );
  }
  return dir;
}
