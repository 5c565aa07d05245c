import { BrowserWindow, dialog, nativeTheme } from 'electron';
import type { Capabilities, HostRequest } from '../../shared/bridge.ts';
import { CAPABILITIES_ARGUMENT, CHANNEL, PAGE_ORIGIN } from './channels.ts';
import { wallIn } from './walls.ts';

/** A page that crashes again within this time is not loaded a second time by itself. */
const CRASHES_AGAIN_MS = 60_000;

export interface WindowOptions {
  preload: string;
  capabilities: Capabilities;
  /** Where to be: view and path. null: where the page itself says. */
  place: readonly string[] | null;
}

/** The one window: sandboxed, isolated, shown when its first paint is there, where and as large as it was. */
export function openWindow({ preload, capabilities, place }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    name: 'main',
    windowStatePersistence: true,
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 560,
    show: false,
    title: 'Sluice',
    backgroundColor: background(),
    webPreferences: {
      preload,
      additionalArguments: [`${CAPABILITIES_ARGUMENT}${JSON.stringify(capabilities)}`],
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  wallIn(window.webContents);
  reloadAfterCrash(window);
  followTheme(window);
  void window.loadURL(`${PAGE_ORIGIN}/${place === null ? '' : hashOf(place)}`);
  return window;
}

const background = (): string => (nativeTheme.shouldUseDarkColors ? '#15171c' : '#ffffff');

/** What is seen where the page has not painted yet, while the window is made larger or its page is loaded again. */
function followTheme(window: BrowserWindow): void {
  const follow = (): void => window.setBackgroundColor(background());
  nativeTheme.on('updated', follow);
  window.once('closed', () => nativeTheme.off('updated', follow));
}

/** `#/sources/Name` of a view and its path, as the page reads it. */
export function hashOf(place: readonly string[]): string {
  return `#/${place.map(encodeURIComponent).join('/')}`;
}

/** Asks the page of a window for something; it is one that has loaded. */
export function askPage(window: BrowserWindow, request: HostRequest): void {
  window.webContents.send(CHANNEL.request, request);
}

/** The page is loaded once more by itself; after that its owner decides. The engine goes on all the while. */
function reloadAfterCrash(window: BrowserWindow): void {
  let last = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const again = Date.now() - last < CRASHES_AGAIN_MS;
    last = Date.now();
    if (!again) {
      window.webContents.reload();
      return;
    }
    void dialog
      .showMessageBox(window, {
        type: 'error',
        message: 'The page of this window ended twice.',
        detail: `Reason: ${reason}. Pulls and hand-overs go on; nothing is lost.`,
        buttons: ['Load it again', 'Close the window'],
        defaultId: 0,
        cancelId: 1,
      })
      .then(({ response }) => {
        if (window.isDestroyed()) return;
        if (response === 0) window.webContents.reload();
        else window.destroy();
      });
  });
}
