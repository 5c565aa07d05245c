import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { desktopHost } from './desktop-app.ts';

const BUILD = fileURLToPath(new URL('../../build/build-all.ts', import.meta.url));

/** Builds what the specs run, and says on which of the two hosts they run. */
export default function buildAndSay(): void {
  const { status, stderr } = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The app could not be built:\n${stderr}`);
  process.stdout.write(
    desktopHost() === 'electron'
      ? 'The desktop specs run in real Electron.\n'
      : "The desktop specs run over the stand-in for Electron: Electron's binary is not on this machine, or was not wanted.\n",
  );
}
