import { EventEmitter } from 'node:events';
import type { Session, WebContents } from 'electron';
import { guarded, NotImplemented } from '../refuse.ts';
import { driver } from './driver.ts';
import { getPath } from './paths.ts';
import { protocol } from './protocol.ts';

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
type CheckHandler = NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
type Permission = Parameters<RequestHandler>[1];

/** The system's proxy as Chromium would answer for a URL; tests change it. */
export const systemProxy = { answer: (_url: string): string => 'DIRECT' };

/** Chromium's names for what a page may be granted, with Electron's name for each. */
const PERMISSIONS: readonly [chromium: string, electron: Permission][] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['camera', 'media'],
  ['microphone', 'media'],
  ['clipboard-read', 'clipboard-read'],
  ['midi', 'midi'],
];

class StandInSession extends EventEmitter implements Partial<Omit<Session, keyof EventEmitter | 'protocol'>> {
  readonly protocol = protocol;
  #request: RequestHandler | null = null;
  #check: CheckHandler | null = null;

  /** Without a handler Electron grants whatever a page asks for, and so does the stand-in. */
  setPermissionRequestHandler(handler: RequestHandler | null): void {
    this.#request = handler;
    this.#tellDriver();
  }
  setPermissionCheckHandler(handler: CheckHandler | null): void {
    this.#check = handler;
    this.#tellDriver();
  }
  setDevicePermissionHandler(_handler: unknown): void {}
  setDisplayMediaRequestHandler(_handler: unknown): void {}
  setSpellCheckerEnabled(_enable: boolean): void {}
  resolveProxy(url: string): Promise<string> {
    return Promise.resolve(systemProxy.answer(url));
  }
  forceReloadProxyConfig(): Promise<void> {
    return Promise.resolve();
  }
  closeAllConnections(): Promise<void> {
    return Promise.resolve();
  }
  isPersistent(): boolean {
    return true;
  }
  getStoragePath(): string {
    return getPath('sessionData');
  }
  flushStorageData(): void {}

  /** What the two handlers say to a page that asks. */
  permitted(contents: WebContents | null, permission: Permission): boolean {
    let granted = true;
    if (this.#check !== null)
      granted = this.#check(contents, permission as Parameters<CheckHandler>[1], 'app://', {
        isMainFrame: true,
      });
    if (granted && this.#request !== null && contents !== null) {
      granted = false;
      this.#request(
        contents,
        permission,
        (answer) => {
          granted = answer;
        },
        { requestingUrl: '', isMainFrame: true },
      );
    }
    return granted;
  }

  #tellDriver(): void {
    const asker = {} as WebContents;
    driver.tell(
      'permissions',
      PERMISSIONS.filter(([, name]) => this.permitted(asker, name)).map(([chromium]) => chromium),
    );
  }

  /** Before the first page loads. */
  announce(): void {
    this.#tellDriver();
  }
}

export const defaultSession = guarded(new StandInSession(), 'session.defaultSession');

export const session = guarded(
  {
    defaultSession,
    fromPartition: (partition: string): never => {
      throw new NotImplemented(`session.fromPartition('${partition}')`);
    },
  },
  'session',
);
