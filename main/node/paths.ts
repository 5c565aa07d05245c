import { homedir } from 'node:os';
import { join } from 'node:path';

/** The one place that knows where data lives without Electron: the system's own folder for application data. */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const home = homedir();
  if (platform === 'win32')
    return join(environment.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Sluice', 'data');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sluice', 'data');
  return join(environment.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'sluice');
}
