import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { driver } from './driver.ts';
import { Preventable } from './preventable.ts';
import { screen } from './screen.ts';

/** How a window stands on the screen. */
export abstract class WindowLook
  extends EventEmitter
  implements Partial<Omit<BrowserWindow, keyof EventEmitter>>
{
  abstract readonly id: number;
  bounds: Rectangle;
  visible = false;
  minimized = false;
  maximized = false;
  fullScreenNow = false;
  #title: string;
  #background: string;
  #autoHideMenuBar: boolean;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    const { width = 800, height = 600 } = options;
    const { workArea } = screen.getPrimaryDisplay();
    this.bounds = {
      x: options.x ?? Math.round(workArea.x + (workArea.width - width) / 2),
      y: options.y ?? Math.round(workArea.y + (workArea.height - height) / 2),
      width,
      height,
    };
    this.#title = options.title ?? '';
    this.#background = options.backgroundColor ?? '#FFFFFF';
    this.#autoHideMenuBar = options.autoHideMenuBar ?? false;
  }

  isVisible(): boolean {
    return this.visible && !this.minimized;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  minimize(): void {
    if (this.minimized) return;
    this.minimized = true;
    this.emit('minimize');
  }
  restore(): void {
    if (!this.minimized) return;
    this.minimized = false;
    this.emit('restore');
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  maximize(): void {
    if (this.maximized) return;
    this.maximized = true;
    this.emit('maximize');
    this.emit('resize');
  }
  unmaximize(): void {
    if (!this.maximized) return;
    this.maximized = false;
    this.emit('unmaximize');
    this.emit('resize');
  }
  isFullScreen(): boolean {
    return this.fullScreenNow;
  }
  setFullScreen(flag: boolean): void {
    if (flag === this.fullScreenNow) return;
    this.fullScreenNow = flag;
    this.emit(flag ? 'enter-full-screen' : 'leave-full-screen');
  }
  isNormal(): boolean {
    return !this.minimized && !this.maximized && !this.fullScreenNow;
  }
  getNormalBounds(): Rectangle {
    return { ...this.bounds };
  }
  getBounds(): Rectangle {
    return this.maximized || this.fullScreenNow
      ? { ...screen.getPrimaryDisplay().workArea }
      : { ...this.bounds };
  }
  getContentBounds(): Rectangle {
    return this.getBounds();
  }
  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.bounds;
    this.bounds = { ...before, ...bounds };
    const { x, y, width, height } = this.bounds;
    if (x !== before.x || y !== before.y) this.emit('move');
    if (width === before.width && height === before.height) return;
    driver.tell('resize', { id: this.id, width, height });
    this.emit('resize');
    this.emit('resized');
  }
  getSize(): number[] {
    return [this.getBounds().width, this.getBounds().height];
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }
  getPosition(): number[] {
    return [this.getBounds().x, this.getBounds().y];
  }
  setPosition(x: number, y: number): void {
    this.setBounds({ x, y });
  }
  center(): void {
    const { workArea } = screen.getPrimaryDisplay();
    this.setPosition(
      Math.round(workArea.x + (workArea.width - this.bounds.width) / 2),
      Math.round(workArea.y + (workArea.height - this.bounds.height) / 2),
    );
  }
  getTitle(): string {
    return this.#title;
  }
  setTitle(title: string): void {
    this.#title = title;
  }
  /** The page's title becomes the window's unless a listener prevents it. */
  pageTitled(title: string): void {
    const event = new Preventable();
    this.emit('page-title-updated', event, title, true);
    if (!event.defaultPrevented) this.#title = title;
  }
  getBackgroundColor(): string {
    return this.#background;
  }
  setBackgroundColor(color: string): void {
    this.#background = color;
  }
  isMenuBarAutoHide(): boolean {
    return this.#autoHideMenuBar;
  }
  setAutoHideMenuBar(hide: boolean): void {
    this.#autoHideMenuBar = hide;
  }
  setMenuBarVisibility(_visible: boolean): void {}
  setMenu(_menu: unknown): void {}
  removeMenu(): void {}
  setIcon(_icon: unknown): void {}
  setSkipTaskbar(_skip: boolean): void {}
  setOverlayIcon(_overlay: unknown, _description: string): void {}
  flashFrame(_flag: boolean): void {}
  moveTop(): void {}
}
