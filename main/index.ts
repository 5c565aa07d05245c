/** Electron entry: lifecycle and wiring only. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, session } from 'electron';
import { toFailure } from '../shared/errors.ts';
import { PAGE_SCHEME_PRIVILEGES, servePage } from './desktop/app-protocol.ts';
import { engineHost } from './desktop/engine-host.ts';
import { installHostServices } from './desktop/host-services.ts';
import { installIpcGate } from './desktop/ipc-gate.ts';
import { denyPermissions, openWindow } from './desktop/window.ts';
import type { EngineSupervisor } from './engine/supervise.ts';
import { startDemo } from './node/demo/demo.ts';

const BUILT = import.meta.dirname;
const DEMO_PERIOD_SECONDS = 120;

/** Before ready: what Electron only takes then. Answers false when another instance already runs. */
function beforeReady(): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([PAGE_SCHEME_PRIVILEGES]);
  return true;
}

/** After ready: engine first, window beside it. */
async function boot(): Promise<EngineSupervisor> {
  const demo = app.commandLine.hasSwitch('demo')
    ? await startDemo({ periodSeconds: DEMO_PERIOD_SECONDS })
    : null;
  if (demo !== null) app.once('quit', () => void demo.close());
  const dataDir = demo?.dataDir ?? process.env.SLUICE_DATA_DIR ?? join(app.getPath('userData'), 'data');
  const engine = engineHost(join(BUILT, 'engine.js'), {
    dataDir,
    configFile: null,
    demo: demo?.config ?? null,
    version: app.getVersion(),
    printLog: false,
  });
  denyPermissions(session.defaultSession);
  servePage(protocol, join(BUILT, '../renderer'));
  installHostServices(ipcMain, dataDir);
  installIpcGate(ipcMain, engine, () => BrowserWindow.getAllWindows().map((window) => window.webContents));
  await engine.start();
  showWindow();
  return engine;
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) openWindow(join(BUILT, '../preload/preload.cjs'));
  else {
    if (window.isMinimized()) window.restore();
    window.focus();
  }
}

function main(): void {
  if (!beforeReady()) {
    app.quit();
    return;
  }
  let engine: EngineSupervisor | null = null;
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (engine === null) return;
    event.preventDefault();
    const running = engine;
    engine = null;
    void running.stop().finally(() => app.quit());
  });
  void app
    .whenReady()
    .then(boot)
    .then((started) => {
      engine = started;
    })
    .catch((error: unknown) => {
      const { message, remedy } = toFailure(error);
      dialog.showErrorBox('Sluice cannot start', remedy === null ? message : `${message}\n\n${remedy}`);
      app.exit(1);
    });
}

main();
