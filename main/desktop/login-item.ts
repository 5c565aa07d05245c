import { app } from 'electron';
import { HIDDEN_SWITCH, setAutostart } from '../presence/autostart.ts';

/** Starts Sluice in the tray at login, or does so no more. @throws the system's own error where it cannot be set. */
export function setLoginItem(on: boolean): void {
  // Run from its folder, Electron is told which one.
  const folder = app.isPackaged ? [] : [app.getAppPath()];
  if (process.platform === 'linux') setAutostart(on, [process.execPath, ...folder], process.env);
  else app.setLoginItemSettings({ openAtLogin: on, args: [...folder, `--${HIDDEN_SWITCH}`] });
}

/** Whether this start was one at login, or asked to be as quiet. */
export function startedHidden(): boolean {
  if (app.commandLine.hasSwitch(HIDDEN_SWITCH)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
