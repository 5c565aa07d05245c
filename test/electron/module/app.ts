import { EventEmitter } from 'node:events';
import type { App, LoginItemSettings, Settings } from 'electron';
import { guarded } from '../refuse.ts';
import { commandLine } from './command-line.ts';
import { driver } from './driver.ts';
import { appName, getPath, setPath } from './paths.ts';
import { Preventable } from './preventable.ts';
import { APP_PACKAGE, APP_PATH } from './process-identity.ts';
import { hasLock, releaseLock, requestLock, type Visit } from './single-instance.ts';
import { lifecycle, openWindows } from './windows.ts';

/** What the app asked the system for, for tests to read. */
export const asked = {
  sandbox: false,
  userModelId: null as string | null,
  loginItem: null as Settings | null,
  aboutPanel: {} as object,
  aboutShown: 0,
  relaunches: [] as unknown[],
};

class StandInApp extends EventEmitter implements Partial<Omit<App, keyof EventEmitter>> {
  readonly commandLine = commandLine as App['commandLine'];
  readonly isPackaged = false;
  readonly dock = undefined;
  readonly runningUnderARM64Translation = false;
  #ready = false;
  #becameReady = Promise.withResolvers<void>();
  #quitting = false;
  #exiting = false;
  #shutDown = false;
  #exitCode = 0;
  #badge = 0;
  #visits: Visit[] | null = [];

  get name(): string {
    return appName.value;
  }
  set name(value: string) {
    appName.value = value;
  }
  get badgeCount(): number {
    return this.#badge;
  }
  set badgeCount(count: number) {
    this.setBadgeCount(count);
  }

  /** The main bundle has been evaluated and the browser is there. */
  becomeReady(): void {
    if (this.#shutDown) return;
    this.emit('will-finish-launching');
    this.#ready = true;
    this.emit('ready', new Preventable(), {});
    this.#becameReady.resolve();
    // Electron promises second-instance after ready.
    setImmediate(() => {
      const visits = this.#visits ?? [];
      this.#visits = null;
      for (const visit of visits) this.#visited(visit);
    });
  }

  isReady(): boolean {
    return this.#ready;
  }
  whenReady(): Promise<void> {
    return this.#becameReady.promise;
  }

  quit(): void {
    if (this.#quitting) return;
    const event = new Preventable();
    this.#quitting = true;
    this.emit('before-quit', event);
    this.#quitting = !event.defaultPrevented;
    if (!this.#quitting) return;
    if (openWindows.size === 0) this.#notifyAndShutDown();
    else for (const window of [...openWindows]) if (this.#quitting) window.close();
  }

  exit(code = 0): void {
    this.#exitCode = code;
    this.#quitting = true;
    this.#exiting = true;
    if (openWindows.size === 0) this.#shutDownNow();
    else for (const window of [...openWindows]) window.destroy();
  }

  /** A window closed: what follows when it was the last. */
  windowClosed(): void {
    if (openWindows.size > 0) return;
    if (this.#exiting) this.#shutDownNow();
    else if (this.#quitting) this.#notifyAndShutDown();
    else if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  closeCancelled(): void {
    this.#quitting = false;
  }

  relaunch(options?: unknown): void {
    asked.relaunches.push(options ?? {});
  }
  focus(): void {}
  getVersion(): string {
    return APP_PACKAGE.version;
  }
  getName(): string {
    return appName.value;
  }
  setName(name: string): void {
    appName.value = name;
  }
  getAppPath(): string {
    return APP_PATH;
  }
  getPath(name: Parameters<App['getPath']>[0]): string {
    return getPath(name);
  }
  setPath(name: string, path: string): void {
    setPath(name, path);
  }
  setAppLogsPath(path?: string): void {
    setPath('logs', path ?? getPath('logs'));
  }
  getLocale(): string {
    return this.#ready ? 'en-GB' : '';
  }
  getSystemLocale(): string {
    return 'en-GB';
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-GB'];
  }
  enableSandbox(): void {
    if (this.#ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    asked.sandbox = true;
  }
  disableHardwareAcceleration(): void {
    if (this.#ready)
      throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
  }
  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    return requestLock(additionalData ?? null, (visit) => {
      if (this.#visits !== null) this.#visits.push(visit);
      else this.#visited(visit);
    });
  }
  hasSingleInstanceLock(): boolean {
    return hasLock();
  }
  releaseSingleInstanceLock(): void {
    releaseLock();
  }
  setAppUserModelId(id: string): void {
    asked.userModelId = id;
  }
  setDesktopName(_name: string): void {}
  setBadgeCount(count = 0): boolean {
    this.#badge = count;
    return true;
  }
  getBadgeCount(): number {
    return this.#badge;
  }
  setLoginItemSettings(settings: Settings): void {
    if (process.platform === 'linux') return;
    asked.loginItem = settings;
  }
  getLoginItemSettings(): LoginItemSettings {
    return {
      openAtLogin: asked.loginItem?.openAtLogin ?? false,
      wasOpenedAtLogin: false,
      status: 'not-registered',
      executableWillLaunchAtLogin: false,
      launchItems: [],
    };
  }
  setAboutPanelOptions(options: object): void {
    asked.aboutPanel = options;
  }
  showAboutPanel(): void {
    asked.aboutShown += 1;
  }
  resolveProxy(_url: string): Promise<string> {
    return Promise.resolve('DIRECT');
  }

  #visited({ argv, workingDirectory, additionalData }: Visit): void {
    this.emit('second-instance', new Preventable(), argv, workingDirectory, additionalData);
  }

  #notifyAndShutDown(): void {
    if (this.#shutDown) return;
    const event = new Preventable();
    this.emit('will-quit', event);
    if (event.defaultPrevented) this.#quitting = false;
    else this.#shutDownNow();
  }

  #shutDownNow(): void {
    if (this.#shutDown) return;
    this.#shutDown = true;
    this.emit('quit', new Preventable(), this.#exitCode);
    driver.tell('exiting', this.#exitCode);
    process.exit(this.#exitCode);
  }
}

const target = new StandInApp();
lifecycle.windowClosed = () => target.windowClosed();
lifecycle.closeCancelled = () => target.closeCancelled();

export function launchApp(): void {
  target.becomeReady();
}

export const app = guarded(target, 'app');
