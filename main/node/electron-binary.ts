import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Path of Electron's binary as its npm package knows it; null where it has not been fetched. */
export function electronBinary(): string | null {
  try {
    const dir = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const named = join(dir, 'path.txt');
    if (!existsSync(named)) return null;
    const binary = join(dir, 'dist', readFileSync(named, 'utf8').trim());
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}
