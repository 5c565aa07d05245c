import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { CommandId } from '../../shared/commands.ts';
import { appMenu, type MenuEntry } from '../presence/app-menu.ts';

/** The native menu. Its commands are the page's: `run` has the window do them. */
export function installMenu(run: (command: CommandId) => void): void {
  const build = (entry: MenuEntry): MenuItemConstructorOptions => {
    if ('separator' in entry) return { type: 'separator' };
    if ('items' in entry)
      return {
        label: entry.label,
        ...(entry.role === undefined ? {} : { role: entry.role }),
        submenu: entry.items.map(build),
      };
    if ('command' in entry)
      return {
        label: entry.label,
        id: entry.command,
        ...(entry.accelerator === null ? {} : { accelerator: entry.accelerator }),
        // The page listens to the keys itself, the same on both hosts: here they are only shown.
        registerAccelerator: false,
        click: () => run(entry.command),
      };
    return { role: entry.role };
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(process.platform).map(build)));
}
