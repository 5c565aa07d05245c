/** `electron` for the main process: every name that Electron exports there. What is not implemented throws on its first use. */
import { absent } from '../refuse.ts';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import { crashReporter } from './crash-reporter.ts';
import { dialog } from './dialog.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, MenuItem } from './menu.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net } from './net.ts';
import { Notification } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { protocol } from './protocol.ts';
import { safeStorage } from './safe-storage.ts';
import { screen } from './screen.ts';
import { session } from './session.ts';
import { shell } from './shell.ts';
import { Tray } from './tray.ts';
import { utilityProcess } from './utility-process.ts';

const autoUpdater = absent('autoUpdater');
const BaseWindow = absent('BaseWindow');
const BrowserView = absent('BrowserView');
const clipboard = absent('clipboard');
const ClipboardItem = absent('ClipboardItem');
const contentTracing = absent('contentTracing');
const desktopCapturer = absent('desktopCapturer');
const globalShortcut = absent('globalShortcut');
const ImageView = absent('ImageView');
const inAppPurchase = absent('inAppPurchase');
const IpcMainServiceWorker = absent('IpcMainServiceWorker');
const MessageChannelMain = absent('MessageChannelMain');
const netLog = absent('netLog');
const powerSaveBlocker = absent('powerSaveBlocker');
const pushNotifications = absent('pushNotifications');
const ShareMenu = absent('ShareMenu');
const sharedTexture = absent('sharedTexture');
const systemPreferences = absent('systemPreferences');
const TouchBar = absent('TouchBar');
const View = absent('View');
const webContents = absent('webContents');
const WebContentsView = absent('WebContentsView');
const webFrameMain = absent('webFrameMain');
const WebSocket = absent('WebSocket');

export {
  app,
  autoUpdater,
  BaseWindow,
  BrowserView,
  BrowserWindow,
  ClipboardItem,
  clipboard,
  contentTracing,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ImageView,
  IpcMainServiceWorker,
  inAppPurchase,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  netLog,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  pushNotifications,
  ShareMenu,
  safeStorage,
  screen,
  session,
  sharedTexture,
  shell,
  systemPreferences,
  TouchBar,
  Tray,
  utilityProcess,
  View,
  WebContentsView,
  WebSocket,
  webContents,
  webFrameMain,
};

/** Complete: a name that Electron adds or drops is a type error here. */
const electron = {
  app,
  autoUpdater,
  BaseWindow,
  BrowserView,
  BrowserWindow,
  clipboard,
  contentTracing,
  crashReporter,
  desktopCapturer,
  dialog,
  globalShortcut,
  ImageView,
  inAppPurchase,
  ipcMain,
  Menu,
  MenuItem,
  MessageChannelMain,
  Notification,
  nativeImage,
  nativeTheme,
  net,
  netLog,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  pushNotifications,
  ShareMenu,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
  TouchBar,
  Tray,
  utilityProcess,
  View,
  WebContentsView,
  webContents,
  webFrameMain,
  WebSocket,
  sharedTexture,
  IpcMainServiceWorker,
  ClipboardItem,
} satisfies { [Name in keyof typeof Electron.Main | keyof typeof Electron.Common]: unknown };
export type StandIn = typeof electron;
export default electron;
