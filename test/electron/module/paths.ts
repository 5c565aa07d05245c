import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from './command-line.ts';
import { APP_PACKAGE } from './process-identity.ts';

export const appName = { value: APP_PACKAGE.productName ?? APP_PACKAGE.name };
const given = new Map<string, string>();

function appData(): string {
  if (process.platform === 'win32') return process.env.APPDATA ?? join(homedir(), 'AppData/Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support');
  return process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
}

/** Folders by Electron's names; `--user-data-dir` moves userData as it does there. */
export function getPath(name: string): string {
  const set = given.get(name);
  if (set !== undefined) return set;
  switch (name) {
    case 'home':
      return homedir();
    case 'appData':
      return appData();
    case 'userData':
    case 'sessionData':
      return commandLine.hasSwitch('user-data-dir')
        ? commandLine.getSwitchValue('user-data-dir')
        : join(appData(), appName.value);
    case 'temp':
      return tmpdir();
    case 'exe':
    case 'module':
      return process.execPath;
    case 'logs':
      return process.platform === 'darwin'
        ? join(homedir(), 'Library/Logs', appName.value)
        : join(getPath('userData'), 'logs');
    case 'crashDumps':
      return join(getPath('userData'), 'Crashpad');
    case 'desktop':
    case 'documents':
    case 'downloads':
    case 'music':
    case 'pictures':
    case 'videos':
      return join(homedir(), name.charAt(0).toUpperCase() + name.slice(1));
    default:
      throw new Error(`Failed to get '${name}' path`);
  }
}

export function setPath(name: string, path: string): void {
  getPath(name);
  given.set(name, path);
}
