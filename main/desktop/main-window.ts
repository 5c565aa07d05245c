import { app, type BrowserWindow, dialog } from 'electron';
import type { Capabilities, HostRequest } from '../../shared/bridge.ts';
import { CLOSE_EXPLAINED, closing } from '../presence/closing.ts';
import { askPage, openWindow } from './window.ts';

export interface MainWindowOptions {
  preload: string;
  capabilities: Capabilities;
  /** What closing means right now. */
  closeToTray: () => boolean;
  explained: () => boolean;
  /** The person has read what closing to the tray means. */
  onExplained: () => void;
  /** The window was shown, focused, or went. */
  onLook: () => void;
}

/** The one window through its life: opened, hidden in the tray and there again where it was, closed for good. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | null = null;
  /** The page's place when the window went into the tray. */
  #place: readonly string[] | null = null;
  #quitting = false;
  #hiding = false;
  #explaining = false;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    app.on('before-quit', () => {
      this.#quitting = true;
    });
  }

  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** Whether somebody looks at it. */
  get looking(): boolean {
    return this.#window?.isFocused() === true;
  }

  /** Brings the window to the front, at a place or where it was. */
  show(place: readonly string[] | null = null): void {
    const window = this.#window;
    if (window === null) {
      this.#open(place ?? this.#place);
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
    if (place !== null) askPage(window, { place: [...place] });
  }

  /** Has the page do something, in a window that is brought to the front for it. */
  ask(request: HostRequest): void {
    this.show();
    if (this.#window !== null) askPage(this.#window, request);
  }

  /** After the last window went: whether the program goes on without one. */
  goesOn(): boolean {
    const hidden = this.#hiding;
    this.#hiding = false;
    return hidden || (process.platform === 'darwin' && !this.#quitting);
  }

  #open(place: readonly string[] | null): void {
    const { preload, capabilities, onLook } = this.#options;
    const window = openWindow({ preload, capabilities, place });
    this.#window = window;
    window.on('focus', onLook);
    window.on('close', (event) => {
      const what = closing({
        tray: capabilities.tray,
        closeToTray: this.#options.closeToTray(),
        explained: this.#options.explained(),
        quitting: this.#quitting,
      });
      if (what === 'end') return;
      event.preventDefault();
      if (what === 'hide') this.#hide();
      else void this.#explain(window);
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
      onLook();
    });
  }

  /** Nothing of it stays in memory; the place is remembered for its return. */
  #hide(): void {
    const window = this.#window;
    if (window === null) return;
    const { hash } = new URL(window.webContents.getURL());
    this.#place = hash
      .replace(/^#\/?/, '')
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
    if (this.#place.length === 0) this.#place = null;
    this.#hiding = true;
    window.destroy();
  }

  async #explain(window: BrowserWindow): Promise<void> {
    if (this.#explaining) return;
    this.#explaining = true;
    try {
      const { response } = await dialog.showMessageBox(window, {
        type: 'info',
        message: CLOSE_EXPLAINED.message,
        detail: CLOSE_EXPLAINED.detail,
        buttons: [CLOSE_EXPLAINED.stay, CLOSE_EXPLAINED.quit],
        defaultId: 0,
        cancelId: 0,
      });
      this.#options.onExplained();
      if (response === 0) this.#hide();
      else app.quit();
    } finally {
      this.#explaining = false;
    }
  }
}
