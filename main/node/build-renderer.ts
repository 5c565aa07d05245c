import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SluiceError } from '../../shared/errors.ts';
import { tell } from './say.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The folder of the built renderer; builds it once from source where it is missing (a fresh clone).
 * @throws SluiceError `page.not-built` when it cannot be built.
 */
export async function ensureRenderer(): Promise<string> {
  const dir = `${ROOT}out/renderer`;
  if (existsSync(`${dir}/index.html`)) return dir;
  tell('Building the interface, once.');
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
