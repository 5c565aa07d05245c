import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { type DesktopApp, desktopHost, launchDesktop } from './desktop-app.ts';

/** What the app relies on Electron for, over a sample app: where Electron is, this measures the stand-in against it. */

declare global {
  var seen: string[];
  var fork: () => Promise<string[]>;
  interface Window {
    sample: {
      invoke(channel: string, ...args: unknown[]): Promise<unknown>;
      send(text: string): void;
      onNoted(listener: (text: string) => void): () => void;
      twice(call: (n: number) => number): number;
      throws(): void;
      date(): Date;
      instance(): object;
      nested: { list: { deep: boolean }[] };
      required(id: string): string;
    };
  }
}

const APP_DIR = fileURLToPath(new URL('./sample-app/', import.meta.url));
let userData: string;
let app: DesktopApp;
let page: Page;

test.beforeEach(async () => {
  userData = mkdtempSync(join(tmpdir(), 'sluice-sample-'));
  app = await launchDesktop({ appDir: APP_DIR, userData });
  page = await app.page();
});
test.afterEach(async () => {
  await app.close();
  rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const noted = (): Promise<string[]> => app.evaluate(() => globalThis.seen);
/** The message of what a call to the page's bridge is rejected with. */
const refusal = (channel: string, argument = 'null'): Promise<string> =>
  page.evaluate(
    async ([name, text]) => {
      try {
        const value: unknown = new Function(`return ${text}`)();
        return `answered ${JSON.stringify(await window.sample.invoke(name, value))}`;
      } catch (error) {
        return String(error);
      }
    },
    [channel, argument] as const,
  );

test('start: evaluated, will-finish-launching, ready; shown when ready to show', async () => {
  await expect.poll(noted).toContain('window show');
  expect(await noted()).toEqual([
    'evaluated',
    'will-finish-launching',
    'ready',
    'window ready-to-show',
    'window show',
  ]);
});

test('quit: before-quit, the windows close, will-quit, quit', async () => {
  await app.evaluate(({ app: electronApp }) => {
    globalThis.seen.length = 0;
    const ended = new Promise<string[]>((resolve) =>
      electronApp.once('quit', () => resolve([...globalThis.seen, 'quit'])),
    );
    Object.assign(globalThis, { ended });
  });
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.once('close', (event) => event.preventDefault());
  });
  await app.controls.quit();
  // A window that refuses to close ends the quitting, and the app goes on.
  await expect.poll(noted).toEqual(['before-quit', 'window close']);
  expect(await app.close()).toBe(0);
  if ('output' in app)
    expect(app.output).toContain(
      'seen before-quit window close before-quit window close window closed will-quit quit',
    );
});

test('closing the last window is told, and the app goes on while someone listens', async () => {
  await app.evaluate(() => {
    globalThis.seen.length = 0;
  });
  await app.controls.closeWindow();
  await expect.poll(noted).toEqual(['window close', 'window closed', 'window-all-closed']);
  expect(await app.controls.windows()).toEqual([]);
});

test('a destroyed window refuses to be used', async () => {
  const said = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.destroy();
    try {
      window?.show();
      return 'shown';
    } catch (error) {
      return `${window?.isDestroyed()} ${String(error)}`;
    }
  });
  expect(said).toBe('true TypeError: Object has been destroyed');
});

test('a second instance is refused at once, and the first hears of it with its arguments', async () => {
  expect(await app.startSecond(['--again'])).toBe(0);
  await expect.poll(noted).toContain('second-instance true number');
});

test('invoke passes structured clones', async () => {
  const kinds: string[] = [];
  for (const text of [
    'new Map([[1, 2]])',
    'new Set([1])',
    'new Date(1)',
    'new Uint8Array([1])',
    'undefined',
    '1n',
    '/x/g',
  ])
    kinds.push(await refusal('kinds', text));
  expect(kinds).toEqual(
    ['Map', 'Set', 'Date', 'Uint8Array', 'Undefined', 'BigInt', 'RegExp'].map(
      (kind) => `answered "[object ${kind}]"`,
    ),
  );
  const value = [Number.NaN, -0, [undefined, 1], 'é\u2028'];
  expect(await page.evaluate((given) => window.sample.invoke('echo', ...given), value)).toEqual(value);
});

test("a rejected invoke keeps only the message, behind Electron's words", async () => {
  expect(await refusal('fails')).toBe(
    "Error: Error invoking remote method 'fails': TypeError: no such thing",
  );
  expect(await refusal('nobody')).toBe(
    "Error: Error invoking remote method 'nobody': Error: No handler registered for 'nobody'",
  );
  expect(await refusal('function')).toContain('An object could not be cloned.');
});

test('a message goes to main and one comes back; a stopped listener hears nothing', async () => {
  const heard = await page.evaluate(async () => {
    const texts: string[] = [];
    const stop = window.sample.onNoted((text) => texts.push(text));
    window.sample.send('one');
    while (texts.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    stop();
    window.sample.send('two');
    await window.sample.invoke('echo');
    await new Promise((resolve) => setTimeout(resolve, 50));
    return texts;
  });
  expect(heard).toEqual(['one']);
  expect(await noted()).toEqual(expect.arrayContaining(['one', 'two']));
});

test("the sender is the main frame of the app's own address", async () => {
  expect(await page.evaluate(() => window.sample.invoke('who'))).toEqual(['app://sample', true]);
});

test("the bridge: functions by proxy, values by copy, errors by message, frozen, and no world but one's own", async () => {
  const said = await page.evaluate(() => {
    const { sample } = window;
    let thrown: unknown;
    try {
      sample.throws();
    } catch (error) {
      thrown = error;
    }
    const frozen = Object.isFrozen(sample) && Object.isFrozen(sample.nested.list[0]);
    return {
      twice: sample.twice((n) => n + 1),
      date: sample.date() instanceof Date,
      instance: [Object.keys(sample.instance()), 'method' in sample.instance()],
      thrown: [String(thrown), thrown instanceof Error, (thrown as { code?: string }).code ?? null],
      frozen,
      leaked: ['onlyHere', 'require', 'process', 'Buffer', 'standInHost', 'standInReceive'].filter(
        (name) => name in window,
      ),
    };
  });
  expect(said).toEqual({
    twice: 3,
    date: true,
    instance: [['shown'], false],
    thrown: ['Error: thrown', true, null],
    frozen: true,
    leaked: [],
  });
});

test('a sandboxed preload has electron and no module of Node', async () => {
  expect(
    await page.evaluate(() => ['electron', 'node:fs', 'fs', './x'].map((id) => window.sample.required(id))),
  ).toEqual([
    'object',
    expect.stringContaining('module not found'),
    expect.stringContaining('module not found'),
    expect.stringContaining('module not found'),
  ]);
});

test('a link, a script and window.open go nowhere that the app refuses', async () => {
  await page.evaluate(() => {
    window.open('https://opened.invalid/x');
    document.querySelector<HTMLAnchorElement>('#out')?.click();
  });
  await expect
    .poll(noted)
    .toEqual(
      expect.arrayContaining(['opens https://opened.invalid/x', 'navigates https://example.invalid/']),
    );
  expect(await page.evaluate(() => document.body.textContent)).toContain('hello');
  expect(app.remote).toEqual([]);
  expect((await app.controls.windows()).map(({ url }) => url)).toEqual(['app://sample/page.html']);
});

test('a utility process: no pid before it is spawned nor after it has ended, messages by clone', async () => {
  expect(await app.evaluate(() => globalThis.fork())).toEqual([
    'forked undefined',
    'spawned number',
    'message asked,one',
    'exited undefined',
  ]);
});

test('a permission nobody refuses is granted to a page', async () => {
  test.skip(desktopHost() === 'electron', 'Electron asks the system itself for some of them.');
  const state = (): Promise<string> =>
    page.evaluate(async () => (await navigator.permissions.query({ name: 'geolocation' })).state);
  expect(await state()).toBe('granted');
  await app.evaluate(({ session }) =>
    session.defaultSession.setPermissionRequestHandler((_c, _p, answer) => answer(false)),
  );
  await expect.poll(state).not.toBe('granted');
});

test('a theme that is set reaches the page', async () => {
  const dark = (): Promise<boolean> =>
    page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  for (const source of ['dark', 'light'] as const) {
    await app.evaluate(({ nativeTheme }, theme) => {
      nativeTheme.themeSource = theme;
    }, source);
    await expect.poll(dark).toBe(source === 'dark');
    expect(await app.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(source === 'dark');
  }
});

test('a named window is where it was after a restart', async () => {
  const open = (bounds: { width: number; height: number } | null): Promise<unknown> =>
    app.evaluate(async ({ BrowserWindow }, given) => {
      const window = new BrowserWindow({
        name: 'kept',
        windowStatePersistence: true,
        width: 700,
        height: 500,
      });
      if (given !== null) window.setBounds({ x: 60, y: 40, ...given });
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const { width, height } = window.getNormalBounds();
      return { width, height };
    }, bounds);
  await open({ width: 900, height: 640 });
  await app.close();
  app = await launchDesktop({ appDir: APP_DIR, userData });
  await app.page();
  expect(await open(null)).toEqual({ width: 900, height: 640 });
});

test('what safeStorage encrypts is no text, and comes back', async () => {
  const [encrypted, back] = await app.evaluate(async ({ safeStorage }) => {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return ['unavailable', 'unavailable'];
    const data = await safeStorage.encryptStringAsync('a secret');
    return [data.toString('latin1'), (await safeStorage.decryptStringAsync(data)).result];
  });
  expect(encrypted).not.toContain('a secret');
  expect(['a secret', 'unavailable']).toContain(back);
});

test('another key ring cannot decrypt, and none refuses to encrypt', async () => {
  test.skip(desktopHost() === 'electron', 'The system has the key ring it has.');
  const decrypt = (): Promise<string> =>
    app.evaluate(async ({ safeStorage }) => {
      const kept = globalThis as unknown as { data?: Buffer };
      try {
        kept.data ??= await safeStorage.encryptStringAsync('a secret');
        return (await safeStorage.decryptStringAsync(kept.data)).result;
      } catch (error) {
        return String(error);
      }
    });
  expect(await decrypt()).toBe('a secret');
  await app.controls.setKeyring('basic_text');
  expect(await decrypt()).toContain('Error while decrypting');
  await app.controls.setKeyring('unavailable');
  expect(await decrypt()).toContain('Encryption is not available');
});

test('a template for a menu is checked, and its entries do what they say', async () => {
  const said = await app.evaluate(({ Menu }) => {
    const done: string[] = [];
    const menu = Menu.buildFromTemplate([
      { label: 'One', submenu: [{ id: 'two', label: 'Two', click: (item) => done.push(item.label) }] },
      { label: 'Check', type: 'checkbox', click: (item) => done.push(String(item.checked)) },
      { role: 'editMenu' },
    ]);
    Menu.setApplicationMenu(menu);
    let refused = '';
    try {
      Menu.buildFromTemplate([{}]);
    } catch (error) {
      refused = String(error);
    }
    menu.getMenuItemById('two')?.click();
    menu.items[1]?.click();
    return [...done, refused];
  });
  expect(said.slice(0, 2)).toEqual(['Two', 'true']);
  expect(said[2]).toContain('must have at least one of label, role or type');
  expect((await app.controls.menu()).map(({ label }) => label)).toEqual(['One', 'Check', 'Edit']);
  await expect(app.controls.chooseInMenu(['One', 'Three'])).rejects.toThrow('No menu entry "Three"');
});

test('a tray icon needs an image, keeps its menu, and is gone when it is destroyed', async () => {
  const refused = await app.evaluate(({ Tray, nativeImage, Menu }) => {
    const pixel =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const tray = new Tray(nativeImage.createFromDataURL(pixel));
    tray.setToolTip('Sample');
    tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Go', click: () => globalThis.seen.push('went') }]));
    Object.assign(globalThis, { tray });
    try {
      new Tray('/nowhere.png');
      return '';
    } catch (error) {
      return String(error);
    }
  });
  expect(refused).toContain('/nowhere.png');
  expect(await app.controls.tray()).toMatchObject({ toolTip: 'Sample', menu: [{ label: 'Go' }] });
  await app.controls.chooseInTray(['Go']);
  expect(await noted()).toContain('went');
  await app.evaluate(() => (globalThis as unknown as { tray: { destroy(): void } }).tray.destroy());
  expect(await app.controls.tray()).toBeNull();
});
