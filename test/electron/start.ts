/**
 * `electron <folder> …` without Electron: runs the folder's built main bundle, unchanged, over the stand-in. As in Electron, `ready`
 * comes after the bundle has been evaluated.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { standInFor } from './module/electron-hook.ts';

// As Electron has it: the program, the app's folder, the arguments.
process.argv.splice(1, 1);
standInFor(new URL('./module/electron.ts', import.meta.url));
const { APP_PACKAGE, APP_PATH, takeIdentity } = await import('./module/process-identity.ts');
takeIdentity('browser');
const { driver } = await import('./module/driver.ts');
const { launchApp } = await import('./module/app.ts');
await import('./module/controls.ts');
process.on('uncaughtException', (error) => {
  // Electron shows a dialog and goes on; a test is told.
  driver.tell('complaint', `Uncaught in main: ${error.stack ?? error.message}`);
});
await import(pathToFileURL(resolve(APP_PATH, APP_PACKAGE.main)).href);
await driver.ask('evaluated');
launchApp();
