import { EventEmitter } from 'node:events';
import type { NativeImage, Tray as Real } from 'electron';
import { guarded } from '../refuse.ts';
import type { Menu } from './menu.ts';
import { imageFrom } from './native-image.ts';

/** The icons in the tray. */
export const trays = new Set<Tray>();

export class Tray extends EventEmitter implements Partial<Omit<Real, keyof EventEmitter>> {
  menu: Menu | null = null;
  toolTip = '';
  image: NativeImage;
  #title = '';
  #destroyed = false;

  constructor(image: NativeImage | string) {
    super();
    this.image = imageFrom(image);
    trays.add(this);
    // biome-ignore lint/correctness/noConstructorReturn: callers get the guarded icon.
    return guarded<Tray>(this, 'Tray', {
      before: (target, property) => {
        if (target.#destroyed && property !== 'isDestroyed') throw new TypeError('Tray is destroyed');
      },
    });
  }

  setImage(image: NativeImage | string): void {
    this.image = imageFrom(image);
  }
  setPressedImage(_image: NativeImage | string): void {}
  setToolTip(toolTip: string): void {
    this.toolTip = toolTip;
  }
  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setContextMenu(menu: unknown): void {
    this.menu = menu as Menu | null;
  }
  popUpContextMenu(): void {
    this.menu?.popup();
  }
  setIgnoreDoubleClickEvents(_ignore: boolean): void {}
  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: 0, height: 0 };
  }
  destroy(): void {
    this.#destroyed = true;
    trays.delete(this);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
}
