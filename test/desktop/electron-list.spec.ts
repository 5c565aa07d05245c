import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { fuseNames, RELEASE_FUSES } from '../../build/fuses.ts';
import { expect, test } from './fixtures.ts';

/** Electron's security checklist, its 20 points by their names, against the built app. Unit tests of each wall are in test/security. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const built = (): string =>
  ['main/index.js', 'main/engine.js', 'preload/preload.cjs']
    .map((name) => readFileSync(`${ROOT}out/${name}`, 'utf8'))
    .join('\n');
const page = (): string => readFileSync(`${ROOT}out/renderer/index.html`, 'utf8');
interface PackageJson {
  version: string;
  devDependencies: Record<string, string>;
}
const packageJson = (file: string): PackageJson => JSON.parse(readFileSync(file, 'utf8')) as PackageJson;

// What Chromium says of what it refused.
test.use({ expectedComplaints: [/^(?!The stand-in)/] });

/** Adds an element and tells whether Chromium refused what it points to. */
async function refused(shown: Page, name: 'img' | 'script' | 'iframe', url: string): Promise<boolean> {
  return await shown.evaluate(
    ([tag, src]) =>
      new Promise<boolean>((resolve) => {
        const element = document.createElement(tag);
        element.src = src;
        element.addEventListener('error', () => resolve(true));
        // A frame that was refused loads a document of nobody's.
        element.addEventListener('load', () =>
          resolve(element instanceof HTMLIFrameElement && element.contentDocument === null),
        );
        document.body.append(element);
        setTimeout(() => resolve(true), 3_000);
      }),
    [name, url] as const,
  );
}

/** What an action of the page rejects with; null when it is done. */
async function rejection(shown: Page, action: () => unknown): Promise<string | null> {
  return await shown.evaluate(`(async () => {
    try { await (${action})(); return null; } catch (error) { return String(error); }
  })()`);
}

const stays = async (shown: Page): Promise<void> => {
  await shown.waitForTimeout(300);
  expect(await shown.evaluate(() => document.querySelector('main') !== null)).toBe(true);
};

test('1 only load secure content: nothing of another machine is loaded', async ({ desktop }) => {
  const shown = await desktop.page();
  for (const src of ['http://attacker.example/x', 'https://attacker.example/x'])
    for (const name of ['img', 'script', 'iframe'] as const)
      expect(await refused(shown, name, src), `${name} ${src}`).toBe(true);
  expect(await rejection(shown, () => fetch('https://attacker.example/x'))).toContain('TypeError');
  expect(desktop.app.remote).toEqual([]);
  expect((await desktop.app.controls.windows())[0]?.url).toMatch(/^app:\/\/sluice\//);
});

test('2 do not enable Node integration for remote content', async ({ desktop }) => {
  const shown = await desktop.page();
  expect(
    await shown.evaluate(() =>
      ['require', 'module', 'process', 'Buffer', 'global', '__dirname', 'setImmediate'].filter(
        (n) => n in globalThis,
      ),
    ),
  ).toEqual([]);
  expect(built()).not.toMatch(/nodeIntegration(InWorker|InSubFrames)?: true/);
});

test('3 enable context isolation: a page that rewrites the language does not reach the preload', async ({
  desktop,
}) => {
  const shown = await desktop.page();
  const got = await shown.evaluate(async () => {
    const caught: unknown[] = [];
    const { then } = Promise.prototype;
    const rewritten = function (this: Promise<unknown>, ...args: never[]): unknown {
      caught.push(this);
      return then.apply(this, args as never);
    };
    Reflect.set(Promise.prototype, 'then', rewritten);
    Object.defineProperty(Object.prototype, 'ipcRenderer', {
      get: () => caught.push('reached'),
      configurable: true,
    });
    const answer = await window.sluice?.call('app.info', {});
    Reflect.set(Promise.prototype, 'then', then);
    return { ok: answer?.ok, reached: caught.includes('reached') };
  });
  expect(got).toEqual({ ok: true, reached: false });
  expect(built()).not.toMatch(/contextIsolation: false/);
});

test('4 enable process sandboxing', async ({ desktop }) => {
  await desktop.page();
  expect((await desktop.app.controls.system()).sandbox).toBe(true);
  expect(built()).not.toMatch(/sandbox: false|--no-sandbox/);
});

test('5 handle session permission requests: none is granted', async ({ desktop }) => {
  const shown = await desktop.page();
  const states = await shown.evaluate(async () =>
    Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'].map(
        async (name) =>
          `${name} ${(await navigator.permissions.query({ name: name as PermissionName })).state}`,
      ),
    ),
  );
  expect(states.filter((state) => state.endsWith('granted'))).toEqual([]);
  expect(await rejection(shown, () => navigator.mediaDevices.getUserMedia({ audio: true }))).toMatch(/Error/);
  expect(await shown.evaluate(() => Notification.requestPermission())).toBe('denied');
});

test('6 do not disable webSecurity', async ({ desktop }) => {
  const shown = await desktop.page();
  expect(await rejection(shown, () => fetch('file:///etc/hostname'))).toContain('TypeError');
  expect(built()).not.toMatch(/webSecurity: false|disable-web-security|bypassCSP: true/);
});

test('7 define a Content-Security-Policy: no inline script, no evaluated text, no handler in markup', async ({
  desktop,
}) => {
  const shown = await desktop.page();
  const ran = await shown.evaluate(async () => {
    const flags = globalThis as unknown as Record<string, unknown>;
    const script = document.createElement('script');
    script.textContent = 'globalThis.ranInline = true';
    document.body.append(script);
    const holder = document.createElement('div');
    holder.innerHTML =
      '<img src="data:," onerror="globalThis.ranHandler = true"><a href="javascript:globalThis.ranLink = true">x</a>';
    document.body.append(holder);
    holder.querySelector('a')?.click();
    // By a timer, because what a debugger calls may evaluate.
    const evaluated = new Promise((resolve) => {
      const button = document.createElement('button');
      button.addEventListener('click', () => {
        try {
          resolve(new Function('return "evaluated"')());
        } catch {
          resolve('refused');
        }
      });
      setTimeout(() => button.click());
    });
    const blob = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
    const worker = new Promise((resolve) => {
      blob.onerror = () => resolve('refused');
      blob.onmessage = () => resolve('ran');
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    return [flags.ranInline, flags.ranHandler, flags.ranLink, await evaluated, await worker];
  });
  expect(ran).toEqual([undefined, undefined, undefined, 'refused', 'refused']);
  expect(page()).not.toMatch(/<script(?![^>]*\ssrc=)|\son[a-z]+=|<style/i);
});

test('8 do not enable allowRunningInsecureContent', () => {
  expect(built()).not.toMatch(/allowRunningInsecureContent|allow-running-insecure-content/);
});

test('9 do not enable experimental features', () => {
  expect(built()).not.toMatch(/experimentalFeatures|enable-experimental-web-platform-features/);
});

test('10 do not use enableBlinkFeatures', () => {
  expect(built()).not.toMatch(/enableBlinkFeatures|enable-blink-features/);
});

test('11 do not use allowpopups for WebViews: there is no webview', async ({ desktop }) => {
  const shown = await desktop.page();
  expect(built()).not.toMatch(/allowpopups|webviewTag: true/);
  expect(await shown.evaluate(() => document.createElement('webview').constructor.name)).toBe('HTMLElement');
});

test('12 verify WebView options before creation: none is attached', async ({ desktop }) => {
  await desktop.page();
  const prevented = await desktop.app.evaluate(({ BrowserWindow }) => {
    let stopped = false;
    const event = {
      preventDefault: () => {
        stopped = true;
      },
    };
    BrowserWindow.getAllWindows()[0]?.webContents.emit(
      'will-attach-webview',
      event,
      {},
      { src: 'https://x.example/' },
    );
    return stopped;
  });
  expect(prevented).toBe(true);
});

test('13 disable or limit navigation', async ({ desktop }) => {
  const shown = await desktop.page();
  const ways: (() => void)[] = [
    () => location.assign('https://attacker.example/'),
    () => location.replace('http://127.0.0.1:1/'),
    () => {
      location.href = 'data:text/html,<h1>x';
    },
    () => {
      const form = document.createElement('form');
      form.action = 'https://attacker.example/';
      document.body.append(form);
      form.submit();
    },
    () => {
      const meta = document.createElement('meta');
      meta.httpEquiv = 'refresh';
      meta.content = '0;url=https://attacker.example/';
      document.head.append(meta);
    },
  ];
  for (const way of ways) {
    await shown.evaluate(way).catch(() => {});
    await stays(shown);
  }
  expect(desktop.app.remote).toEqual([]);
  expect((await desktop.app.controls.windows())[0]?.url).toMatch(/^app:\/\/sluice\/(#|$)/);
});

test('14 disable or limit the creation of new windows', async ({ desktop }) => {
  const shown = await desktop.page();
  for (const url of [
    'about:blank',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    'app://sluice/',
  ]) {
    await shown.evaluate((address) => void window.open(address), url);
    await stays(shown);
  }
  expect(await desktop.app.controls.windows()).toHaveLength(1);
  expect(await desktop.app.controls.dialogs()).toEqual([]);
  expect(await desktop.app.controls.opened()).toEqual([]);
});

test('15 do not use openExternal with untrusted content: the host is shown and asked for', async ({
  desktop,
}) => {
  const shown = await desktop.page();
  const { controls } = desktop.app;
  await shown.evaluate(() => void window.open('https://attack.mitre.org/techniques/T1059'));
  await expect
    .poll(async () => (await controls.dialogs()).map(({ options }) => options.message))
    .toEqual(['Open attack.mitre.org in your browser?']);
  expect(await controls.opened()).toEqual([]);
  await controls.answerDialog({ response: 0, checkboxChecked: false });
  await shown.evaluate(() => {
    const link = document.createElement('a');
    Object.assign(link, {
      href: 'https://attacker.example/x',
      target: '_blank',
      rel: 'noopener',
      textContent: 'x',
    });
    document.body.append(link);
    link.click();
  });
  await expect.poll(async () => (await controls.dialogs()).length).toBe(2);
  expect(await controls.opened()).toEqual([]);
  await controls.answerDialog({ response: 1, checkboxChecked: false });
  await expect
    .poll(() => controls.opened())
    .toEqual([{ how: 'openExternal', what: 'https://attacker.example/x' }]);
});

test('16 use a current version of Electron: one exact version, and it is the one that is installed', () => {
  const { devDependencies } = packageJson(`${ROOT}package.json`);
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
  expect(packageJson(`${ROOT}node_modules/electron/package.json`).version).toBe(devDependencies.electron);
});

test('17 validate the sender of all IPC messages: a window with the preload and a foreign page is refused', async ({
  desktop,
}) => {
  await desktop.page();
  const said = await desktop.app.evaluate(async ({ BrowserWindow }, preload) => {
    const window = new BrowserWindow({ show: false, webPreferences: { preload } });
    await window.loadURL('about:blank');
    const code = `Promise.all([
        window.sluice.call('app.snapshot', {}),
        window.sluice.chooseFile({ title: 'x', extensions: [] }),
        window.sluice.openLogFolder(),
      ])`;
    const answers = (await window.webContents.executeJavaScript(code)) as unknown[];
    window.destroy();
    return answers;
  }, `${ROOT}out/preload/preload.cjs`);
  expect(said[0]).toMatchObject({ ok: false, failure: { code: 'call.sender' } });
  expect(await desktop.app.controls.dialogs()).toEqual([]);
  expect(await desktop.app.controls.opened()).toEqual([]);
});

test('18 avoid file:// and prefer custom protocols: a path leads nowhere else', async ({ desktop }) => {
  const shown = await desktop.page();
  expect(built()).not.toMatch(/loadFile\(|file:\/\//);
  const base = await shown.evaluate(() => location.origin);
  for (const path of [
    '/..%2f..%2fpackage.json',
    '/%2e%2e/main/index.js',
    '/..%5cmain%5cindex.js',
    '/assets/..%2f..%2fmain/index.js',
  ])
    expect(await refused(shown, 'script', `${base}${path}`), path).toBe(true);
});

test('19 check which fuses you can change: each is decided, and what opens a door is off', () => {
  expect(Object.keys(RELEASE_FUSES).filter((key) => /^\d+$/.test(key))).toHaveLength(fuseNames().length);
  const on = fuseNames().filter(([index]) => RELEASE_FUSES[index as never] === true);
  expect(on.map(([, name]) => name)).toEqual([
    'EnableCookieEncryption',
    'EnableEmbeddedAsarIntegrityValidation',
    'OnlyLoadAppFromAsar',
    'WasmTrapHandlers',
  ]);
});

test('20 do not expose Electron APIs to untrusted web content', async ({ desktop }) => {
  const shown = await desktop.page();
  const seen = await shown.evaluate(async () => {
    const { sluice } = window;
    if (sluice === undefined) return null;
    const heard = new Promise<unknown[]>((resolve) => {
      const stop = sluice.onEvent((...args: unknown[]) => {
        stop();
        resolve(args);
      });
    });
    void sluice.call('sources.save', {
      settings: {
        kind: 'taxii',
        name: 'x',
        id: '1',
        discoveryUrl: 'https://x.example/',
        auth: { method: 'none' },
      } as never,
      previousName: null,
    });
    const args = await heard;
    return {
      raw: JSON.stringify(Object.values(sluice).map(String)).includes('ipcRenderer'),
      // The value alone: no event object with a sender.
      args: args.map((arg) => Object.keys(arg as object).includes('sender')),
    };
  });
  expect(seen).toEqual({ raw: false, args: [false] });
});
