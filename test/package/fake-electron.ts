import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** A folder shaped like an unpacked Electron for Linux: everything that packing looks at, and nothing that runs. */
export async function fakeElectron(dir: string): Promise<string> {
  const { version } = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('electron/package.json'), 'utf8'),
  ) as { version: string };
  for (const name of ['locales', 'resources', 'demo']) mkdirSync(join(dir, name), { recursive: true });
  writeFileSync(join(dir, 'electron'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(dir, 'electron'), 0o755);
  writeFileSync(join(dir, 'version'), version);
  for (const name of ['chrome-sandbox', 'icudtl.dat', 'LICENSE', 'LICENSES.chromium.html', 'resources.pak'])
    writeFileSync(join(dir, name), name);
  for (const name of ['en-US', 'en-GB', 'de', 'fr']) writeFileSync(join(dir, `locales/${name}.pak`), name);
  writeFileSync(join(dir, 'demo/main.js'), '// Electron’s demo app.\n');
  await createPackage(join(dir, 'demo'), join(dir, 'resources/default_app.asar'));
  return dir;
}
