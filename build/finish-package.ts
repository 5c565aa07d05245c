import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AfterPackContext } from 'electron-builder';
import { setFuses } from './fuses.ts';

/** The program's name on Linux. */
export const EXECUTABLE = 'sluice';

/** Marks the place of the fuses in Electron's binary. */
export const FUSES_HERE = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

const EXTRACTED = {
  linux: 'resources',
  win32: 'resources',
  darwin: 'Electron.app/Contents/Resources',
} as const;

/** What an Electron folder of one's own leaves behind: its demo app, and its version, which is in the binary. */
export function stripElectron({
  appOutDir,
  electronPlatformName,
}: Omit<AfterPackContext, 'targets'>): Promise<void> {
  const resources = EXTRACTED[electronPlatformName as keyof typeof EXTRACTED];
  rmSync(join(appOutDir, resources, 'default_app.asar'), { force: true });
  rmSync(join(appOutDir, 'version'), { force: true });
  return Promise.resolve();
}

/**
 * Between packing and signing: the fuses. An executable without fuses is not Electron and ends the build, unless SLUICE_DIST_TRIAL=1 asks
 * for a package that only shows what would be in one. @throws Error when the fuses cannot be burnt in.
 */
export async function finishPackage({
  appOutDir,
  packager,
  electronPlatformName,
}: AfterPackContext): Promise<void> {
  const mac = electronPlatformName === 'darwin';
  const { productFilename } = packager.appInfo;
  const bundle = join(appOutDir, `${productFilename}.app`);
  const windows = electronPlatformName === 'win32';
  const executable = join(appOutDir, windows ? `${productFilename}.exe` : EXECUTABLE);
  const holder = mac
    ? join(bundle, 'Contents/Frameworks/Electron Framework.framework/Electron Framework')
    : executable;
  if (existsSync(holder) && readFileSync(holder).includes(FUSES_HERE)) {
    await setFuses(mac ? bundle : executable, mac);
    return;
  }
  if (process.env.SLUICE_DIST_TRIAL !== '1')
    throw new Error(`${holder} has no fuses: it is not Electron's binary.`);
  process.stdout.write(
    '  • trial package: the executable is not Electron, so no fuses were set and it does not run\n',
  );
}
