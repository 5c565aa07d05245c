import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, protocol, session, shell } from 'electron';
import type { EngineSupervisor } from '../engine/supervise.ts';
import { startDemo } from '../node/demo/demo.ts';
import { startFailure } from '../presence/start-failure.ts';
import { hasTray } from '../presence/tray-host.ts';
import { answerEngine } from './answer-engine.ts';
import { servePage } from './app-protocol.ts';
import { engineHost } from './engine-host.ts';
import { installHostServices } from './host-services.ts';
import { installIpcGate } from './ipc-gate.ts';
import { readSecretStore } from './system-secrets.ts';
import { denyPermissions } from './walls.ts';

const DEMO_PERIOD_SECONDS = 120;

/** What later stages need. */
export interface Booted {
  engine: EngineSupervisor;
  dataDir: string;
  tray: boolean;
}

/** Second stage, after `ready`: the engine, and the gates that a page will ask through. null: its owner gave up on what stands in the way. */
export async function boot(built: string): Promise<Booted | null> {
  const demo = app.commandLine.hasSwitch('demo')
    ? await startDemo({ periodSeconds: DEMO_PERIOD_SECONDS })
    : null;
  if (demo !== null) app.once('quit', () => void demo.close());
  const dataDir = demo?.dataDir ?? process.env.SLUICE_DATA_DIR ?? join(app.getPath('userData'), 'data');
  const [store, tray] = await Promise.all([readSecretStore(), hasTray(process.platform)]);
  const engine = engineHost(
    join(built, 'engine.js'),
    {
      dataDir,
      configFile: null,
      demo: demo?.config ?? null,
      version: app.getVersion(),
      printLog: false,
      ...store,
    },
    answerEngine(session.defaultSession),
  );
  denyPermissions(session.defaultSession);
  servePage(protocol, join(built, '../renderer'));
  installHostServices(ipcMain, join(dataDir, 'logs'));
  installIpcGate(ipcMain, engine, () => BrowserWindow.getAllWindows().map((window) => window.webContents));
  return (await started(engine, dataDir)) ? { engine, dataDir, tray } : null;
}

/** Starts the engine, as often as its owner wants after it was said what stands in the way. */
async function started(engine: EngineSupervisor, dataDir: string): Promise<boolean> {
  for (;;) {
    try {
      await engine.start();
      return true;
    } catch (error) {
      const { message, detail, choices } = startFailure(error);
      const { response } = await dialog.showMessageBox({
        type: 'error',
        title: 'Sluice cannot start',
        message,
        detail,
        buttons: choices.map((choice) => choice.label),
        defaultId: 0,
        cancelId: choices.length - 1,
      });
      const does = choices[response]?.does ?? 'end';
      if (does === 'folder') await shell.openPath(dataDir);
      if (does !== 'again') return false;
    }
  }
}
