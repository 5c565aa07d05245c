/** What a person and the system do to the app from outside, for tests: each is a question over the wire. */
import { app, asked } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { crashReports } from './crash-reporter.ts';
import { dialogs } from './dialog.ts';
import { driver } from './driver.ts';
import electron from './electron.ts';
import { Menu, type MenuItem } from './menu.ts';
import { theme } from './native-theme.ts';
import { network } from './net.ts';
import { notifications } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { Preventable } from './preventable.ts';
import { ready } from './protocol.ts';
import { type Keyring, keyring } from './safe-storage.ts';
import { defaultSession, systemProxy } from './session.ts';
import { opened } from './shell.ts';
import { type Tray, trays } from './tray.ts';
import { utilityProcesses } from './utility-process.ts';

/** One entry of a menu. */
export interface MenuEntry {
  id: string;
  label: string;
  sublabel: string;
  type: string;
  role: string | null;
  accelerator: string | null;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  submenu: MenuEntry[];
}

function listed(menu: Menu | null): MenuEntry[] {
  return (menu?.items ?? []).map((item) => ({
    id: item.id,
    label: item.label,
    sublabel: item.sublabel,
    type: item.type,
    role: item.role ?? null,
    accelerator: typeof item.accelerator === 'string' ? item.accelerator : null,
    enabled: item.enabled,
    visible: item.visible,
    checked: item.checked,
    submenu: listed(item.submenu ?? null),
  }));
}

/** Chooses the entry at a path of labels (or ids). @throws Error with what there is, when it is not there or is disabled. */
function choose(menu: Menu | null, path: readonly string[]): void {
  let items: MenuItem[] = menu?.items ?? [];
  let found: MenuItem | undefined;
  for (const step of path) {
    found = items.find((item) => item.visible && (item.label === step || item.id === step));
    if (found === undefined)
      throw new Error(`No menu entry "${step}" among: ${items.map((item) => item.label).join(', ')}.`);
    items = found.submenu?.items ?? [];
  }
  if (found === undefined) throw new Error('A menu entry has a path.');
  if (!found.enabled) throw new Error(`The menu entry "${found.label}" is disabled.`);
  found.click();
}

function theTray(): Tray {
  const [tray] = trays;
  if (tray === undefined) throw new Error('There is no icon in the tray.');
  return tray;
}

function theWindow(): BrowserWindow {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('There is no window.');
  return window;
}

const controls = {
  tray: () => {
    const [tray] = trays;
    if (tray === undefined) return null;
    return {
      toolTip: tray.toolTip,
      title: tray.getTitle(),
      image: tray.image.toDataURL(),
      menu: listed(tray.menu),
    };
  },
  clickTray: () => void theTray().emit('click', new Preventable(), theTray().getBounds(), { x: 0, y: 0 }),
  chooseInTray: (path: readonly string[]) => choose(theTray().menu, path),
  menu: () => listed(Menu.getApplicationMenu()),
  chooseInMenu: (path: readonly string[]) => choose(Menu.getApplicationMenu(), path),
  notifications: () =>
    notifications.shown.map(({ notification: { title, body, silent, urgency }, open }) => ({
      title,
      body,
      silent,
      urgency,
      open,
    })),
  clickNotification: (index: number) => {
    const shown = notifications.shown.at(index);
    if (shown === undefined) throw new Error(`There is no notification ${index}.`);
    shown.open = false;
    shown.notification.emit('click', new Preventable());
  },
  power: (
    event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen' | 'on-ac' | 'on-battery' | 'shutdown',
  ) => void powerMonitor.emit(event, new Preventable()),
  setOnline: (online: boolean) => {
    network.online = online;
  },
  setSystemDark: (dark: boolean) => theme.setSystemDark(dark),
  setSystemProxy: (answer: string) => {
    systemProxy.answer = () => answer;
  },
  setKeyring: (kind: Keyring) => {
    keyring.kind = kind;
  },
  rotateKeyring: () => {
    keyring.rotated = true;
  },
  setNotificationsSupported: (supported: boolean) => {
    notifications.supported = supported;
  },
  dialogs: () => dialogs.map(({ kind, options, answer }) => ({ kind, options, open: answer !== null })),
  /** Answers the oldest dialog that waits. */
  answerDialog: (value: unknown) => {
    const waiting = dialogs.find(({ answer }) => answer !== null);
    if (waiting === undefined) throw new Error('No dialog waits for an answer.');
    waiting.answer?.(value);
  },
  opened: () => [...opened],
  engine: () => {
    const [first] = utilityProcesses;
    return first === undefined ? null : { name: first.name, pid: first.child.pid ?? null };
  },
  windows: () =>
    BrowserWindow.getAllWindows().map((window) => ({
      id: window.id,
      title: window.getTitle(),
      bounds: window.getBounds(),
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      maximized: window.isMaximized(),
      focused: window.isFocused(),
      progress: window.progress,
      url: window.webContents.getURL(),
    })),
  /** The person closes the window with its own button. */
  closeWindow: () => theWindow().close(),
  /** The person moves and sizes it. */
  moveWindow: (bounds: { x?: number; y?: number; width?: number; height?: number }) =>
    theWindow().setBounds(bounds),
  /** The page asks for a permission. */
  asksPermission: (permission: string) =>
    defaultSession.permitted(theWindow().webContents as never, permission as never),
  /** The page attaches a webview; answers whether it was prevented. */
  attachesWebview: () => {
    const event = new Preventable();
    theWindow().webContents.emit('will-attach-webview', event, {}, { src: 'https://attacker.example/' });
    return event.defaultPrevented;
  },
  /** A click on the app's own icon (macOS). */
  activate: () => void app.emit('activate', new Preventable(), BrowserWindow.getAllWindows().length > 0),
  system: () => ({
    badge: app.badgeCount,
    loginItem: asked.loginItem,
    userModelId: asked.userModelId,
    sandbox: asked.sandbox,
    aboutPanel: asked.aboutPanel,
    aboutShown: asked.aboutShown,
    crashReports: crashReports.started,
  }),
  quit: () => app.quit(),
};

export type ControlSurface = typeof controls;
export type { Keyring };

for (const [name, control] of Object.entries(controls))
  driver.on(`control:${name}`, (args: unknown[]) => (control as (...args: unknown[]) => unknown)(...args));

driver.on('evaluate', ({ source, arg }: { source: string; arg: unknown }) => {
  const run = new Function(`return (${source})`)() as (module: unknown, arg: unknown) => unknown;
  return run(electron, arg);
});
driver.on('page', ({ id, name, value }: { id: number; name: string; value: string }) => {
  const window = BrowserWindow.fromId(id);
  if (window === null) return;
  window.webContents.happened(name, value);
  if (name === 'title') window.pageTitled(value);
  if (name === 'painted') window.readyToShow();
});
driver.on('navigates', ({ id, url, redirected }: { id: number; url: string; redirected: boolean }) =>
  BrowserWindow.fromId(id)?.webContents.willNavigate(url, redirected),
);
driver.on('opens', ({ id, url }: { id: number; url: string }) =>
  BrowserWindow.fromId(id)?.webContents.windowOpens({
    url,
    frameName: '',
    features: '',
    disposition: 'foreground-tab',
    referrer: { url: '', policy: 'strict-origin-when-cross-origin' },
  }),
);
app.once('will-finish-launching', () => {
  ready.value = true;
  defaultSession.announce();
});
