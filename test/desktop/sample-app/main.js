/** The smallest app that does what the stand-in must do as Electron does it. What happens is noted in `seen`, in order. */
import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, protocol, utilityProcess } from 'electron';

const seen = [];
globalThis.seen = seen;
const note = (name) => () => void seen.push(name);

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
globalThis.lock = app.requestSingleInstanceLock({ from: process.pid });
for (const name of ['will-finish-launching', 'ready', 'before-quit', 'will-quit', 'window-all-closed'])
  app.on(name, note(name));
app.on('quit', () => process.stdout.write(`seen ${[...seen, 'quit'].join(' ')}\n`));
app.on('second-instance', (_event, argv, _dir, data) =>
  seen.push(`second-instance ${argv.includes('--again')} ${typeof data.from}`),
);
if (!globalThis.lock) app.quit();

const PAGE =
  '<!doctype html><title>Sample</title><p>hello</p><a id="out" href="https://example.invalid/">out</a>';

await Promise.resolve();
seen.push('evaluated');
app.whenReady().then(() => {
  protocol.handle('app', () => new Response(PAGE, { headers: { 'Content-Type': 'text/html' } }));
  ipcMain.handle('echo', (_event, ...args) => args);
  ipcMain.handle('kinds', (_event, value) => Object.prototype.toString.call(value));
  ipcMain.handle('fails', () => {
    throw Object.assign(new TypeError('no such thing'), { code: 'E_GONE' });
  });
  ipcMain.handle('function', () => () => {});
  ipcMain.handle('who', (event) => [event.senderFrame.origin, event.senderFrame === event.sender.mainFrame]);
  ipcMain.on('note', (event, text) => {
    seen.push(text);
    event.sender.send('noted', text);
  });
  const window = new BrowserWindow({
    show: false,
    webPreferences: { preload: join(import.meta.dirname, 'preload.cjs'), sandbox: true },
  });
  for (const name of ['show', 'close', 'closed', 'ready-to-show']) window.on(name, note(`window ${name}`));
  window.once('ready-to-show', () => window.show());
  window.webContents.setWindowOpenHandler(({ url }) => {
    seen.push(`opens ${url}`);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event) => {
    seen.push(`navigates ${event.url}`);
    event.preventDefault();
  });
  globalThis.fork = () =>
    new Promise((resolve) => {
      const told = [];
      const child = utilityProcess.fork(join(import.meta.dirname, 'child.js'), ['one'], {
        serviceName: 'Sample',
      });
      told.push(`forked ${child.pid}`);
      child.once('spawn', () => told.push(`spawned ${typeof child.pid}`));
      child.on('message', (message) => {
        told.push(`message ${[...message.keys()]}`);
        child.kill();
      });
      child.once('exit', () => {
        told.push(`exited ${child.pid}`);
        resolve(told);
      });
      child.postMessage(new Map([['asked', 1]]));
    });
  void window.loadURL('app://sample/page.html');
});
