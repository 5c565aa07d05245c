import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Given to a start at login: into the tray, without a window. */
export const HIDDEN_SWITCH = 'hidden';

/** Where the desktops of Linux look for what starts at login. XDG autostart specification. */
export function autostartFile(environment: Readonly<Record<string, string | undefined>>): string {
  const config = environment.XDG_CONFIG_HOME;
  const base = config === undefined || config === '' ? join(homedir(), '.config') : config;
  return join(base, 'autostart', 'sluice.desktop');
}

/** An argument of `Exec=`: quoted, with the signs that are special within quotes escaped. Desktop entry specification. */
function quoted(argument: string): string {
  const escaped = argument.replace(/(["`$\\])/g, '\\$1').replaceAll('%', '%%');
  // Once more for the string that the value is.
  return `"${escaped.replaceAll('\\', '\\\\')}"`;
}

/** The entry that starts `program`, given with its arguments, hidden. An AppImage is started by its own file: what runs in it is gone after the next boot. */
export function autostartEntry(
  program: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const image = environment.APPIMAGE;
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Sluice',
    'Comment=Keeps threat-intelligence sources in sync',
    `Exec=${(image === undefined || image === '' ? program : [image]).map(quoted).join(' ')} --${HIDDEN_SWITCH}`,
    'Icon=sluice',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Writes or removes the entry. */
export function setAutostart(
  on: boolean,
  program: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const file = autostartFile(environment);
  if (!on) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(file, autostartEntry(program, environment), { mode: 0o644 });
  chmodSync(file, 0o644);
}
