import { join } from 'node:path';
import { app, Notification } from 'electron';
import { APP_NAME } from '../presence/identity.ts';
import { Background } from './background.ts';
import type { Booted } from './boot.ts';
import { watchComputer } from './computer.ts';
import { startedHidden } from './login-item.ts';
import { MainWindow } from './main-window.ts';
import { installMenu } from './menu.ts';
import { installUpdates } from './updates.ts';

/** Third stage: what a person sees. Answers how to bring the window to the front. */
export async function afterBoot(built: string, { engine, tray }: Booted): Promise<{ show: () => void }> {
  const background = new Background(engine);
  await background.refresh();
  const updates = installUpdates((problem) => engine.tell({ problem }));
  const window = new MainWindow({
    preload: join(built, '../preload/preload.cjs'),
    capabilities: {
      openLogFolder: true,
      chooseFile: true,
      nativeTheme: true,
      tray,
      startAtLogin: true,
      notifications: Notification.isSupported(),
      updates: updates !== null,
    },
    closeToTray: () => background.settings.closeToTray,
    explained: () => background.settings.trayExplained,
    onExplained: () => void background.save({ trayExplained: true }).catch(() => {}),
    onLook: () => background.looked(),
  });
  background.show(window, join(built, '../tray'), tray);
  installMenu((command) => window.ask({ command }));
  app.setAboutPanelOptions({
    applicationName: APP_NAME,
    applicationVersion: app.getVersion(),
    version: `Electron ${process.versions.electron}, Chromium ${process.versions.chrome}, Node ${process.versions.node}`,
    copyright: 'MIT License',
  });
  updates?.follow(background.settings.updateChannel);
  engine.onEvent((event) => {
    if (event.name === 'settings') updates?.follow(event.data.updateChannel);
  });
  const stopWatching = watchComputer(engine);
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => {
    if (!window.goesOn()) app.quit();
  });
  app.once('will-quit', () => {
    stopWatching();
    updates?.close();
    background.close();
  });
  // A start at login stays out of the way, where there is a tray to come from.
  if (!(tray && startedHidden())) window.show();
  return { show: () => window.show() };
}
