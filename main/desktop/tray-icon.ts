import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron';
import type { TrayAction, TrayItem } from '../presence/tray-menu.ts';
import type { TrayState } from '../presence/tray-state.ts';

/** The icon in the tray, with what {@link TrayState} and menu say. */
export class TrayIcon {
  readonly #tray: Tray;
  readonly #dir: string;
  readonly #act: (action: TrayAction) => void;
  #shown = '';

  /** @throws Error where the system has no tray after all. */
  constructor(iconDir: string, act: (action: TrayAction) => void) {
    this.#dir = iconDir;
    this.#act = act;
    this.#tray = new Tray(this.#image('idle'));
    // Which click activates differs by system; on a Mac a click opens the menu.
    if (process.platform !== 'darwin') this.#tray.on('click', () => act({ do: 'open', place: null }));
  }

  /** A menu that did not change is left alone: somebody may have it open. */
  show(state: TrayState, line: string, items: readonly TrayItem[]): void {
    const now = JSON.stringify([state, line, items]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#tray.setImage(this.#image(state));
    this.#tray.setToolTip(`Sluice – ${line}`);
    // Linux shows a changed item only when the menu is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(items.map((item) => this.#item(item))));
  }

  close(): void {
    if (!this.#tray.isDestroyed()) this.#tray.destroy();
  }

  #image(state: TrayState) {
    const template = process.platform === 'darwin';
    const image = nativeImage.createFromPath(join(this.#dir, `${state}${template ? 'Template' : ''}.png`));
    if (template) image.setTemplateImage(true);
    return image;
  }

  #item(item: TrayItem): MenuItemConstructorOptions {
    if ('separator' in item) return { type: 'separator' };
    // An ampersand would become the mark of an access key.
    const label = item.label.replaceAll('&', '&&');
    if (item.items !== undefined) return { label, submenu: item.items.map((one) => this.#item(one)) };
    const { action } = item;
    return action === null ? { label, enabled: false } : { label, click: () => this.#act(action) };
  }
}
