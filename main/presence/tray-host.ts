import { execFile } from 'node:child_process';

type Run = (program: string, args: readonly string[]) => Promise<string | null>;
const ASK_MS = 1_500;

/** Runs a program for what it prints; null where it is absent, fails, or takes too long. */
const run: Run = (program, args) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: ASK_MS }, (error, stdout) => resolve(error === null ? stdout : null));
  });

const WATCHER = 'org.kde.StatusNotifierWatcher';
const BUS = 'org.freedesktop.DBus';

/**
 * Whether an icon in the tray would be seen. Windows and macOS always have one. On Linux the session's bus is asked whether anything shows
 * such icons: plain GNOME does not, and what would be hidden there could not be found again. Nobody to ask counts as none.
 */
export async function hasTray(platform: NodeJS.Platform, ask: Run = run): Promise<boolean> {
  if (platform !== 'linux') return true;
  const gdbus = await ask('gdbus', [
    'call',
    '--session',
    `--dest=${BUS}`,
    '--object-path=/org/freedesktop/DBus',
    `--method=${BUS}.NameHasOwner`,
    WATCHER,
  ]);
  if (gdbus !== null) return gdbus.includes('true');
  const dbusSend = await ask('dbus-send', [
    '--session',
    '--print-reply=literal',
    `--dest=${BUS}`,
    '/org/freedesktop/DBus',
    `${BUS}.NameHasOwner`,
    `string:${WATCHER}`,
  ]);
  return dbusSend?.includes('true') === true;
}
