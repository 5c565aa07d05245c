import { BrowserWindow, type Session, type WebContents } from 'electron';
import { PAGE_ORIGIN } from './channels.ts';
import { openExternal } from './external-links.ts';

/** The one document there is; its views are fragments of it. */
export function isOurPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.pathname === '/' && url.search === '' && address.startsWith(`${PAGE_ORIGIN}/`);
}

/** A page stays on its own document, opens no window and attaches no webview. Electron security list, 11 to 14. */
export function wallIn(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    const window = BrowserWindow.fromWebContents(contents);
    if (window !== null) void openExternal(window, url);
    return { action: 'deny' };
  });
  const stay = (event: { url: string; preventDefault(): void }): void => {
    if (!isOurPage(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** No page of ours needs a permission or a device. Electron security list, 5. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
}
