import type { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { BrowserWindowConstructorOptions, ProgressBarOptions, BrowserWindow as Real } from 'electron';
import { guarded, NotImplemented } from '../refuse.ts';
import { app, asked } from './app.ts';
import { driver } from './driver.ts';
import { Preventable } from './preventable.ts';
import { type StandInContents, webContents } from './web-contents.ts';
import { WindowLook } from './window-look.ts';
import { clearState, savedState, saveState } from './window-state.ts';
import { lifecycle, openWindows } from './windows.ts';

const byId = new Map<number, BrowserWindow>();
let nextId = 1;
let focused: BrowserWindow | null = null;

/** What remains usable of a window after it was destroyed. */
const AFTER_DESTROY = new Set([
  'isDestroyed',
  'id',
  'on',
  'once',
  'off',
  'removeListener',
  'removeAllListeners',
  'emit',
]);

/** A page of Chromium with the state of a window around it: bounds, visibility, events in Electron's order. */
export class BrowserWindow
  extends WindowLook
  implements Partial<Omit<Real, keyof EventEmitter | 'webContents'>>
{
  readonly id: number;
  readonly webContents!: StandInContents;
  readonly #name: string | null;
  readonly #self: BrowserWindow;
  #destroyed = false;
  #closing = false;
  /** What the task bar shows; −1 takes it away. */
  progress: { value: number; mode: string } = { value: -1, mode: 'none' };

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super(options);
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    this.id = nextId++;
    this.webContents = webContents(this.id).self;
    this.#name = options.windowStatePersistence ? (options.name ?? null) : null;
    this.#restore();
    this.#self = guarded<BrowserWindow>(this, 'BrowserWindow', {
      before: (target, property) => {
        if (target.#destroyed && !AFTER_DESTROY.has(property))
          throw new TypeError('Object has been destroyed');
      },
    });
    openWindows.add(this.#self);
    byId.set(this.id, this.#self);
    driver.tell('open', {
      id: this.id,
      width: this.bounds.width,
      height: this.bounds.height,
      preload: this.#preload(options),
      additionalArguments: options.webPreferences?.additionalArguments ?? [],
    });
    app.emit('web-contents-created', new Preventable(), this.webContents);
    app.emit('browser-window-created', new Preventable(), this.#self);
    if (options.show !== false) this.show();
    // biome-ignore lint/correctness/noConstructorReturn: callers get the guarded window.
    return this.#self;
  }

  static getAllWindows(): BrowserWindow[] {
    return [...openWindows];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return focused;
  }
  static fromId(id: number): BrowserWindow | null {
    return byId.get(id) ?? null;
  }
  static fromWebContents(contents: { id: number }): BrowserWindow | null {
    return byId.get(contents.id) ?? null;
  }
  static clearPersistedState(name: string): void {
    clearState(name);
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  reload(): void {
    this.webContents.reload();
  }
  show(): void {
    this.showInactive();
    this.focus();
  }
  showInactive(): void {
    if (this.visible) return;
    this.visible = true;
    this.emit('show');
  }
  hide(): void {
    if (!this.visible) return;
    this.visible = false;
    this.blur();
    this.emit('hide');
  }
  focus(): void {
    if (!this.visible || focused === this.#self) return;
    focused?.blur();
    focused = this.#self;
    this.emit('focus');
    app.emit('browser-window-focus', new Preventable(), this.#self);
  }
  blur(): void {
    if (focused !== this.#self) return;
    focused = null;
    this.emit('blur');
    app.emit('browser-window-blur', new Preventable(), this.#self);
  }
  isFocused(): boolean {
    return focused === this.#self;
  }

  close(): void {
    const event = new Preventable();
    this.emit('close', event);
    if (event.defaultPrevented) lifecycle.closeCancelled();
    else if (!this.#closing) {
      this.#closing = true;
      this.#saveState();
      // Electron runs the page's unload handlers before the window goes.
      void driver.ask('close', { id: this.id }).finally(() => this.#gone());
    }
  }
  destroy(): void {
    if (this.#destroyed) return;
    this.#saveState();
    driver.tell('destroy', { id: this.id });
    this.#gone();
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setProgressBar(progress: number, options?: ProgressBarOptions): void {
    this.progress = { value: progress, mode: progress < 0 ? 'none' : (options?.mode ?? 'normal') };
  }

  /** The first paint is there. */
  readyToShow(): void {
    if (!this.#destroyed) this.emit('ready-to-show');
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.blur();
    this.#destroyed = true;
    openWindows.delete(this.#self);
    byId.delete(this.id);
    this.webContents.destroyed();
    this.emit('closed');
    lifecycle.windowClosed();
  }

  #restore(): void {
    const saved = this.#name === null ? null : savedState(this.#name);
    if (saved === null) return;
    this.bounds = saved.bounds;
    this.maximized = saved.maximized;
    this.fullScreenNow = saved.fullScreen;
    setImmediate(() => this.emit('persisted-state-restored'));
  }

  #saveState(): void {
    if (this.#name === null) return;
    saveState(this.#name, {
      bounds: this.bounds,
      maximized: this.maximized,
      fullScreen: this.fullScreenNow,
    });
  }

  #preload(options: BrowserWindowConstructorOptions): { path: string; source: string | null } | null {
    const given = options.webPreferences ?? {};
    const refused = [
      given.contextIsolation === false && 'contextIsolation: false',
      given.sandbox === false && !asked.sandbox && 'sandbox: false',
      given.nodeIntegration === true && 'nodeIntegration: true',
      given.webviewTag === true && 'webviewTag: true',
      given.nodeIntegrationInSubFrames === true && 'nodeIntegrationInSubFrames: true',
      given.webSecurity === false && 'webSecurity: false',
      given.partition !== undefined && 'partition',
    ].find((one) => one !== false);
    if (refused !== undefined) throw new NotImplemented(`a window with ${refused}`);
    if (given.preload === undefined) return null;
    const path = given.preload;
    return { path, source: existsSync(path) ? readFileSync(path, 'utf8') : null };
  }
}
