import { EventEmitter } from 'node:events';
import type { MenuItemConstructorOptions, MenuItem as RealItem, Menu as RealMenu } from 'electron';
import { guarded, NotImplemented } from '../refuse.ts';
import { app, asked } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { Preventable } from './preventable.ts';

type Template = readonly (MenuItemConstructorOptions | MenuItem)[];
type Role = NonNullable<MenuItemConstructorOptions['role']>;

/** What a role does when it is chosen. Editing happens in Chromium's own way and shows only in the real application. */
const ROLES: Partial<Record<Role, (window: BrowserWindow | null) => void>> = {
  quit: () => app.quit(),
  close: (window) => window?.close(),
  minimize: (window) => window?.minimize(),
  reload: (window) => window?.reload(),
  toggleDevTools: (window) => window?.webContents.toggleDevTools(),
  togglefullscreen: (window) => window?.setFullScreen(!window.isFullScreen()),
  about: () => {
    asked.aboutShown += 1;
  },
};

const ROLE_LABELS: Partial<Record<Role, string>> = {
  quit: 'Quit',
  close: 'Close Window',
  about: 'About',
  minimize: 'Minimize',
  editMenu: 'Edit',
  viewMenu: 'View',
  windowMenu: 'Window',
  fileMenu: 'File',
  help: 'Help',
};

let nextCommand = 1;

export class MenuItem implements Partial<Omit<RealItem, 'submenu' | 'menu' | 'role' | 'icon'>> {
  readonly id: string;
  readonly type: RealItem['type'];
  readonly role?: Role;
  readonly commandId = nextCommand++;
  readonly submenu?: Menu;
  readonly accelerator: RealItem['accelerator'];
  readonly registerAccelerator: boolean;
  readonly toolTip: string;
  readonly icon?: RealItem['icon'];
  label: string;
  sublabel: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly click: (event?: unknown, window?: BrowserWindow | null) => void;

  constructor(options: MenuItemConstructorOptions) {
    const { submenu, click } = options;
    if (submenu !== undefined)
      this.submenu = Array.isArray(submenu) ? Menu.buildFromTemplate(submenu) : (submenu as unknown as Menu);
    this.type = options.type ?? (this.submenu === undefined ? 'normal' : 'submenu');
    if (this.type === 'submenu' && this.submenu === undefined) throw new Error('Invalid submenu');
    if (options.role !== undefined) this.role = options.role;
    this.id = options.id ?? '';
    this.label = options.label ?? (this.role === undefined ? '' : (ROLE_LABELS[this.role] ?? this.role));
    this.sublabel = options.sublabel ?? '';
    this.toolTip = options.toolTip ?? '';
    this.accelerator = options.accelerator ?? null;
    this.registerAccelerator = options.registerAccelerator ?? true;
    if (options.icon !== undefined) this.icon = options.icon as NonNullable<RealItem['icon']>;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.click = (event = new Preventable(), window = BrowserWindow.getFocusedWindow()) => {
      if (!this.enabled || !this.visible) return;
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (this.type === 'radio') this.checked = true;
      // A role goes before a click handler.
      if (this.role !== undefined) {
        const act = ROLES[this.role];
        if (act === undefined) throw new NotImplemented(`choosing the menu role ${this.role}`);
        act(window);
      } else click?.(this as unknown as RealItem, window as never, event as never);
    };
    // biome-ignore lint/correctness/noConstructorReturn: callers get the guarded item.
    return guarded(this, 'MenuItem');
  }
}

export class Menu
  extends EventEmitter
  implements Partial<Omit<RealMenu, keyof EventEmitter | 'items' | 'append' | 'insert'>>
{
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: Template): Menu {
    const menu = new Menu();
    for (const one of template) {
      if (
        !(one instanceof MenuItem) &&
        one.type !== 'separator' &&
        one.role === undefined &&
        one.label === undefined
      )
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      menu.append(one instanceof MenuItem ? one : new MenuItem(one));
    }
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }

  append(item: MenuItem): void {
    this.items.push(item);
  }
  insert(position: number, item: MenuItem): void {
    this.items.splice(position, 0, item);
  }
  getMenuItemById(id: string): RealItem | null {
    for (const item of this.items) {
      if (item.id === id) return item as unknown as RealItem;
      const inside = item.submenu?.getMenuItemById(id) ?? null;
      if (inside !== null) return inside;
    }
    return null;
  }
  popup(): void {
    this.emit('menu-will-show', new Preventable());
  }
  closePopup(): void {
    this.emit('menu-will-close', new Preventable());
  }
}

let applicationMenu: Menu | null = null;
