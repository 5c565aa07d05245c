import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

/** What Electron says of itself in `process`; the app's bundle may ask. */
const { version } = createRequire(import.meta.url)('electron/package.json') as { version: string };

/** `electron <folder> …`: the folder whose package.json names the app. */
export const APP_PATH = resolve(process.argv[1] ?? '.');
export const APP_PACKAGE = JSON.parse(readFileSync(resolve(APP_PATH, 'package.json'), 'utf8')) as {
  name: string;
  productName?: string;
  version: string;
  main: string;
};

export function takeIdentity(type: 'browser' | 'utility'): void {
  const versions = { ...process.versions, electron: version, chrome: '156.0.8078.100' };
  Object.defineProperties(process, {
    versions: { value: Object.freeze(versions) },
    type: { value: type },
    defaultApp: { value: true },
    resourcesPath: { value: dirname(process.execPath) },
  });
}
