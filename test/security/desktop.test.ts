import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PAGE_SCHEME_PRIVILEGES, servePage } from '../../main/desktop/app-protocol.ts';
import { CHANNEL } from '../../main/desktop/channels.ts';
import { externalLink, openExternal } from '../../main/desktop/external-links.ts';
import { installHostServices } from '../../main/desktop/host-services.ts';
import { fromOurPage, installIpcGate } from '../../main/desktop/ipc-gate.ts';
import { denyPermissions } from '../../main/desktop/walls.ts';
import { openWindow } from '../../main/desktop/window.ts';
import type { Capabilities } from '../../shared/bridge.ts';
import { MAX_CALL_BYTES } from '../../shared/contract.ts';

/** The Electron host's walls, over stand-ins for electron: Electron's security list, items 3 to 18. */

const electron = vi.hoisted(() => ({
  windows: [] as { options: Record<string, unknown>; loaded: string[] }[],
  opened: [] as string[],
  dialogs: [] as unknown[],
  questions: [] as { message: string; detail: string }[],
  answer: 0,
  windowOpen: null as null | ((details: { url: string }) => unknown),
  contentsEvents: new Map<string, (event: unknown) => void>(),
}));

vi.mock('electron', () => ({
  BrowserWindow: class {
    static fromWebContents(): object {
      return { isDestroyed: () => false };
    }
    readonly webContents = {
      setWindowOpenHandler: (handler: (details: { url: string }) => unknown) => {
        electron.windowOpen = handler;
      },
      on: (name: string, listener: (event: unknown) => void) => {
        electron.contentsEvents.set(name, listener);
      },
    };
    readonly seen: { options: Record<string, unknown>; loaded: string[] };
    constructor(options: Record<string, unknown>) {
      this.seen = { options, loaded: [] };
      electron.windows.push(this.seen);
    }
    once(): void {}
    setBackgroundColor(): void {}
    show(): void {}
    async loadURL(url: string): Promise<void> {
      this.seen.loaded.push(url);
    }
  },
  nativeTheme: { shouldUseDarkColors: false, on: () => undefined, off: () => undefined },
  shell: {
    openExternal: async (url: string) => void electron.opened.push(url),
    openPath: async (path: string) => void electron.opened.push(path),
  },
  dialog: {
    showMessageBox: async (_window: unknown, options: unknown) => {
      electron.questions.push(options as { message: string; detail: string });
      return { response: electron.answer };
    },
    showOpenDialog: async (options: unknown) => {
      electron.dialogs.push(options);
      return { canceled: false, filePaths: ['/chosen.crt'] };
    },
  },
}));

const NO_CAPABILITIES: Capabilities = {
  openLogFolder: false,
  chooseFile: false,
  nativeTheme: false,
  tray: false,
  startAtLogin: false,
  notifications: false,
  updates: false,
};

beforeEach(() => {
  electron.opened.length = 0;
  electron.dialogs.length = 0;
  electron.questions.length = 0;
  electron.answer = 0;
});

describe('the window', () => {
  beforeAll(
    () => void openWindow({ preload: '/app/preload.cjs', capabilities: NO_CAPABILITIES, place: null }),
  );

  test('is isolated and sandboxed, without Node, webviews or relaxed security', () => {
    const { options, loaded } = electron.windows[0] ?? { options: {}, loaded: [] };
    expect(options.webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    const said = JSON.stringify(options.webPreferences);
    for (const never of [
      'allowRunningInsecureContent',
      'experimentalFeatures',
      'enableBlinkFeatures',
      'nodeIntegrationInWorker',
      'nodeIntegrationInSubFrames',
    ])
      expect(said).not.toContain(never);
    expect(loaded).toEqual(['app://sluice/']);
  });

  test.each(['https://devo.example/', 'javascript:alert(1)', 'file:///etc/passwd', 'app://sluice/'])(
    'opens no window for %s',
    (url) => {
      expect(electron.windowOpen?.({ url })).toEqual({ action: 'deny' });
    },
  );

  describe.each(['will-navigate', 'will-frame-navigate', 'will-redirect'])('%s', (name) => {
    test.each([
      'https://evil.example/',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'app://sluice.evil.example/',
      'app://sluice@evil.example/',
      'app://sluice:81/',
      'app://other/',
      'app://sluice/icon.svg',
      'app://sluice/?x=1',
      'javascript:alert(1)',
      'data:text/html,x',
      'about:blank',
      'blob:app://sluice/0',
      '',
    ])('does not go to %s', (url) => {
      const event = { url, preventDefault: vi.fn() };
      electron.contentsEvents.get(name)?.(event);
      expect(event.preventDefault).toHaveBeenCalledOnce();
    });
  });

  test('stays on its own page and attaches no webview', () => {
    const own = { url: 'app://sluice/', preventDefault: vi.fn() };
    electron.contentsEvents.get('will-navigate')?.(own);
    expect(own.preventDefault).not.toHaveBeenCalled();
    const webview = { preventDefault: vi.fn() };
    electron.contentsEvents.get('will-attach-webview')?.(webview);
    expect(webview.preventDefault).toHaveBeenCalledOnce();
  });

  test('no permission is given', () => {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
      setDisplayMediaRequestHandler: vi.fn(),
    };
    denyPermissions(session as unknown as Parameters<typeof denyPermissions>[0]);
    const answer = vi.fn();
    session.setPermissionRequestHandler.mock.calls[0]?.[0](null, 'media', answer);
    expect(answer).toHaveBeenCalledWith(false);
    expect(session.setPermissionCheckHandler.mock.calls[0]?.[0]()).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0]?.[0]()).toBe(false);
    const screen = vi.fn();
    session.setDisplayMediaRequestHandler.mock.calls[0]?.[0]({}, screen);
    expect(screen).toHaveBeenCalledWith(null);
  });
});

describe('addresses that are opened outside', () => {
  const window = { isDestroyed: () => false } as unknown as Parameters<typeof openExternal>[0];

  test.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://x/y',
    'ms-msdt:/id',
    'app://sluice/',
    'mailto:a@b.example',
    'vscode://x',
    'not a url',
    '',
    'https://',
    'https://attack.mitre.org@evil.example/',
    'https://user:password@evil.example/',
    'https://evil.example/\u0000',
    'https://evil.example/\r\nHost: x',
    ' https://evil.example/',
    `https://evil.example/${'x'.repeat(2048)}`,
    null,
    { toString: () => 'https://evil.example/' },
  ])('%j is refused without a question', async (url) => {
    electron.answer = 1;
    expect(externalLink(url)).toBeNull();
    await openExternal(window, url);
    expect(electron.questions).toEqual([]);
    expect(electron.opened).toEqual([]);
  });

  test('the host is shown and nothing is opened before its owner agrees', async () => {
    await openExternal(window, 'https://attack.mitre.org/techniques/T1059');
    expect(electron.questions[0]?.message).toBe('Open attack.mitre.org in your browser?');
    expect(electron.questions[0]).toMatchObject({ defaultId: 0, cancelId: 0, buttons: ['Cancel', 'Open'] });
    expect(electron.opened).toEqual([]);
    electron.answer = 1;
    await openExternal(window, 'https://attack.mitre.org/techniques/T1059');
    expect(electron.opened).toEqual(['https://attack.mitre.org/techniques/T1059']);
  });

  test('a host in letters that look like others is shown as what it is', async () => {
    await openExternal(window, 'https://аttack.mitre.org/');
    expect(electron.questions[0]?.message).toContain('xn--ttack-3ve.mitre.org');
  });

  test('http is said to be in clear', async () => {
    await openExternal(window, 'http://localhost/');
    expect(electron.questions[0]?.detail).toContain('The connection is not encrypted.');
  });

  test('one question at a time', async () => {
    await Promise.all([1, 2, 3].map((n) => openExternal(window, `https://x.example/${n}`)));
    expect(electron.questions).toHaveLength(1);
  });
});

type Ipc = Parameters<typeof installIpcGate>[0];
type WebContents = ReturnType<Parameters<typeof installIpcGate>[2]>[number];
type IpcMainInvokeEvent = Parameters<typeof fromOurPage>[0];
type Handler = (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>;

/** An `ipcMain` that keeps its handlers. */
function standIn(): { ipc: Ipc; handlers: Map<string, Handler> } {
  const handlers = new Map<string, Handler>();
  return {
    handlers,
    ipc: {
      handle: (channel, handler) => void handlers.set(channel, handler as Handler),
      removeHandler: (channel) => void handlers.delete(channel),
    },
  };
}

const frame = { origin: 'app://sluice' };
const senders: Record<string, unknown> = {
  'a foreign page': { senderFrame: { origin: 'https://evil.example' }, same: true },
  'a page of another app host': { senderFrame: { origin: 'app://other' }, same: true },
  'an opaque origin': { senderFrame: { origin: 'null' }, same: true },
  'a subframe of our page': { senderFrame: { origin: 'app://sluice' }, same: false },
  'a frame that is gone': { senderFrame: null, same: false },
};
function from(name: string): IpcMainInvokeEvent {
  const { senderFrame, same } = senders[name] as { senderFrame: unknown; same: boolean };
  return { senderFrame, sender: { mainFrame: same ? senderFrame : frame } } as unknown as IpcMainInvokeEvent;
}
const ours = { senderFrame: frame, sender: { mainFrame: frame } } as unknown as IpcMainInvokeEvent;

describe('the IPC gate', () => {
  const asked: unknown[][] = [];
  const { ipc, handlers } = standIn();
  const sent: unknown[][] = [];
  let tell: (event: never) => void = () => {};
  const stop = installIpcGate(
    ipc,
    {
      call: async (...args: unknown[]) => {
        asked.push(args);
        return { ok: true, value: { ok: true } } as never;
      },
      onEvent: (listener) => {
        tell = listener;
        return () => {};
      },
      onState: () => () => {},
    },
    () => [{ send: (...args: unknown[]) => void sent.push(args) } as unknown as WebContents],
  );
  const call = (event: IpcMainInvokeEvent, ...args: unknown[]) =>
    handlers.get(CHANNEL.call)?.(event, ...args);
  beforeEach(() => {
    asked.length = 0;
  });

  test('answers our page', async () => {
    expect(await call(ours, 'app.info', {})).toEqual({ ok: true, value: { ok: true } });
    expect(asked).toEqual([['app.info', {}]]);
    expect(fromOurPage(ours)).toBe(true);
  });

  test.each(Object.keys(senders))('refuses %s', async (name) => {
    expect(await call(from(name), 'app.info', {})).toMatchObject({
      ok: false,
      failure: { code: 'call.sender' },
    });
    expect(asked).toEqual([]);
  });

  test.each([[undefined], [null], [7], [{}], [['app.info']]])('refuses the name %j', async (name) => {
    expect(await call(ours, name, {})).toMatchObject({ ok: false, failure: { code: 'call.unknown' } });
    expect(asked).toEqual([]);
  });

  test('refuses what is too large, in bytes and not in characters', async () => {
    for (const text of ['x'.repeat(MAX_CALL_BYTES), 'é'.repeat(MAX_CALL_BYTES / 2)])
      expect(await call(ours, 'records.page', { text })).toMatchObject({
        ok: false,
        failure: { code: 'call.too-large' },
      });
    expect(asked).toEqual([]);
  });

  test('refuses what JSON cannot hold, without failing', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const input of [circle, { n: 1n }])
      expect(await call(ours, 'app.info', input)).toMatchObject({ ok: false });
    expect(asked).toEqual([]);
  });

  test('passes events on, and nothing after it was stopped', () => {
    tell({ seq: 1 } as never);
    expect(sent).toEqual([[CHANNEL.event, { seq: 1 }]]);
    stop();
    expect(handlers.has(CHANNEL.call)).toBe(false);
  });
});

describe('host services', () => {
  const { ipc, handlers } = standIn();
  installHostServices(ipc, '/logs');

  test.each(Object.keys(senders))('do nothing for %s', async (name) => {
    const input = { title: 'x', extensions: [] };
    expect(await handlers.get(CHANNEL.chooseFile)?.(from(name), input)).toBeNull();
    await handlers.get(CHANNEL.openLogFolder)?.(from(name), '/etc');
    expect(electron.dialogs).toEqual([]);
    expect(electron.opened).toEqual([]);
  });

  test("the log folder is the host's, whatever is asked", async () => {
    await handlers.get(CHANNEL.openLogFolder)?.(ours, '/etc');
    expect(electron.opened).toEqual(['/logs']);
  });

  test('a file dialog takes a title and extensions only', async () => {
    const choose = handlers.get(CHANNEL.chooseFile);
    expect(await choose?.(ours, { title: 'Certificate', extensions: ['crt', 'pem'] })).toBe('/chosen.crt');
    for (const input of [
      {},
      { title: 'x', extensions: ['../x'] },
      { title: 'x', extensions: [], properties: ['openDirectory'] },
      null,
    ])
      await expect(choose?.(ours, input)).rejects.toThrow();
    expect(electron.dialogs).toHaveLength(1);
  });
});

describe('the app protocol', () => {
  let dir: string;
  let handle: (request: Request) => Response | Promise<Response>;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'sluice-protocol-'));
    mkdirSync(join(dir, 'renderer/assets'), { recursive: true });
    writeFileSync(join(dir, 'renderer/index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(dir, 'renderer/assets/app.js'), 'export {};');
    writeFileSync(join(dir, 'secret.txt'), 'not for the page');
    const protocol = {
      handle: (scheme: string, handler: typeof handle) => {
        expect(scheme).toBe('app');
        handle = handler;
      },
    };
    servePage(protocol as unknown as Parameters<typeof servePage>[0], join(dir, 'renderer'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('serves its page with a fresh nonce and a strict policy, and its files', async () => {
    const nonces = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const page = await handle(new Request('app://sluice/'));
      const policy = page.headers.get('content-security-policy') ?? '';
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      nonces.add(nonce);
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(await page.text()).toContain(`content="${nonce}"`);
    }
    expect(nonces.size).toBe(2);
    const script = await handle(new Request('app://sluice/assets/app.js'));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('export {};');
  });

  test.each([
    'app://sluice/../secret.txt',
    'app://sluice/..%2fsecret.txt',
    'app://sluice/%2e%2e/secret.txt',
    'app://sluice/%2e%2e%2fsecret.txt',
    'app://sluice/%252e%252e%252fsecret.txt',
    'app://sluice/..%5csecret.txt',
    'app://sluice/assets/..%2f..%2fsecret.txt',
    'app://sluice/assets/app.js%00.txt',
    'app://sluice/%00',
    'app://sluice/%',
    'app://sluice/assets/',
    'app://sluice//etc/passwd',
    'app://sluice/%2fetc%2fpasswd',
    'app://evil/index.html',
    'app://sluice:81/index.html',
  ])('%s is not found', async (url) => {
    const answer = await handle(new Request(url));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  test('only GET', async () => {
    expect((await handle(new Request('app://sluice/', { method: 'POST' }))).status).toBe(404);
  });

  test('the scheme does not bypass the policy and needs no fetch of others', () => {
    expect(PAGE_SCHEME_PRIVILEGES.privileges).not.toHaveProperty('bypassCSP', true);
    expect(PAGE_SCHEME_PRIVILEGES.privileges).not.toHaveProperty('corsEnabled', true);
  });
});
