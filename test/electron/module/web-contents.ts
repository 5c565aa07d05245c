import { EventEmitter } from 'node:events';
import type { HandlerDetails, WebContents, WindowOpenHandlerResponse } from 'electron';
import { encodeClone } from '../clone.ts';
import { guarded } from '../refuse.ts';
import { app } from './app.ts';
import { driver } from './driver.ts';
import { Preventable } from './preventable.ts';
import { defaultSession } from './session.ts';
import { type Frame, mainFrame } from './web-frame-main.ts';

type OpenHandler = (details: HandlerDetails) => WindowOpenHandlerResponse;

/** The page of a window. What it is told goes to the driver, which has the Chromium page. */
export class StandInContents
  extends EventEmitter
  implements Partial<Omit<WebContents, keyof EventEmitter | 'session' | 'mainFrame'>>
{
  readonly id: number;
  readonly session = defaultSession;
  #main: Frame;
  #title = '';
  #loading = false;
  #destroyed = false;
  #crashed = false;
  #devTools = false;
  #zoom = 0;
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  /** The guarded object that everybody else holds. */
  self: StandInContents = this;

  constructor(id: number) {
    super();
    this.id = id;
    this.#main = mainFrame(id, (channel, args) => this.send(channel, ...args));
  }

  get mainFrame(): WebContents['mainFrame'] {
    return this.#main as unknown as WebContents['mainFrame'];
  }
  get zoomLevel(): number {
    return this.#zoom;
  }
  set zoomLevel(level: number) {
    this.setZoomLevel(level);
  }
  get zoomFactor(): number {
    return 1.2 ** this.#zoom;
  }
  set zoomFactor(factor: number) {
    this.setZoomFactor(factor);
  }

  async loadURL(url: string): Promise<void> {
    this.#loading = true;
    this.emit('did-start-loading');
    const { error } = await driver.ask<{ error: string | null }>('load', { id: this.id, url });
    this.#loading = false;
    if (error === null) return;
    this.emit('did-fail-load', new Preventable(), -2, error, url, true, 1, 1);
    throw new Error(`${error} (-2) loading '${url}'`);
  }
  reload(): void {
    driver.tell('reload', { id: this.id });
  }
  reloadIgnoringCache(): void {
    this.reload();
  }
  getURL(): string {
    return this.#main.url;
  }
  getTitle(): string {
    return this.#title;
  }
  isLoading(): boolean {
    return this.#loading;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  isCrashed(): boolean {
    return this.#crashed;
  }
  isFocused(): boolean {
    return true;
  }
  focus(): void {}
  getType(): 'window' {
    return 'window';
  }
  send(channel: string, ...args: unknown[]): void {
    if (!this.#destroyed) driver.tell('send', { id: this.id, channel, args: encodeClone(args) });
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }
  async executeJavaScript(code: string): Promise<unknown> {
    return await driver.ask('execute', { id: this.id, code });
  }
  forcefullyCrashRenderer(): void {
    driver.tell('crash', { id: this.id });
  }
  openDevTools(): void {
    this.#devTools = true;
    this.emit('devtools-opened');
  }
  closeDevTools(): void {
    this.#devTools = false;
    this.emit('devtools-closed');
  }
  toggleDevTools(): void {
    if (this.#devTools) this.closeDevTools();
    else this.openDevTools();
  }
  isDevToolsOpened(): boolean {
    return this.#devTools;
  }
  setZoomLevel(level: number): void {
    this.#zoom = level;
  }
  getZoomLevel(): number {
    return this.#zoom;
  }
  setZoomFactor(factor: number): void {
    this.#zoom = Math.log(factor) / Math.log(1.2);
  }
  getZoomFactor(): number {
    return this.zoomFactor;
  }

  /** The page wants a window; answers what the app's handler decided. */
  windowOpens(details: HandlerDetails): WindowOpenHandlerResponse {
    return this.#openHandler(details);
  }

  /** The page navigates by itself; answers whether it may. */
  willNavigate(url: string, redirected: boolean): boolean {
    const event = new Preventable({
      url,
      isMainFrame: true,
      isSameDocument: false,
      frame: this.#main,
      initiator: this.#main,
    });
    this.emit('will-frame-navigate', event);
    if (!event.defaultPrevented)
      this.emit(redirected ? 'will-redirect' : 'will-navigate', event, url, false, true, 1, 1);
    return !event.defaultPrevented;
  }

  /** What happened in Chromium's page, in its order. */
  happened(name: string, value: string): void {
    switch (name) {
      case 'navigated':
        this.#crashed = false;
        this.#main.url = value;
        this.emit('did-navigate', new Preventable(), value, 200, 'OK');
        break;
      case 'dom-ready':
        this.emit('dom-ready', new Preventable());
        break;
      case 'loaded':
        this.emit('did-finish-load');
        this.emit('did-stop-loading');
        break;
      case 'title': {
        this.#title = value;
        this.emit('page-title-updated', new Preventable(), value, true);
        break;
      }
      case 'preload-error':
        this.emit('preload-error', new Preventable(), '', new Error(value));
        break;
      case 'crashed': {
        this.#crashed = true;
        const details = { reason: 'crashed', exitCode: 139 };
        this.emit('render-process-gone', new Preventable(), details);
        app.emit('render-process-gone', new Preventable(), this.self, details);
        break;
      }
    }
  }

  destroyed(): void {
    this.#destroyed = true;
    this.emit('destroyed');
  }
}

export function webContents(id: number): StandInContents {
  const target = new StandInContents(id);
  target.self = guarded(target, 'webContents');
  return target;
}
