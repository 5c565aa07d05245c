import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import type { CustomScheme } from 'electron';
import { CHROMIUM_ARGS, chromiumPath } from '../../run/chromium.ts';
import type { ControlSurface, Keyring } from '../module/controls.ts';
import type { StandIn } from '../module/electron.ts';
import { Wire } from '../wire.ts';
import { Addresses } from './addresses.ts';
import { answerRequests } from './requests.ts';
import { type OpenWindow, WindowPage } from './window-page.ts';

const START = fileURLToPath(new URL('../start.ts', import.meta.url));
const QUIT_MS = 20_000;

export interface LaunchOptions {
  /** The folder with the app's package.json and out/. */
  appDir: string;
  userData: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  keyring?: Keyring;
}

/** The control surface from the other side of the wire. */
export type Controls = {
  [K in keyof ControlSurface]: (
    ...args: Parameters<ControlSurface[K]>
  ) => Promise<Awaited<ReturnType<ControlSurface[K]>>>;
};

/** The app running over the stand-in: one process for main, one Chromium for its windows. */
export class StandInRun {
  readonly controls: Controls;
  /** What consoles, preloads and main said that they should not have. */
  readonly complaints: string[] = [];
  /** What pages asked of other machines. */
  readonly remote: string[] = [];
  /** Exit code of the main process. */
  readonly exited: Promise<number>;
  output = '';
  readonly #options: LaunchOptions;
  readonly #child: ChildProcess;
  readonly #wire: Wire;
  readonly #addresses = new Addresses();
  readonly #windows = new Map<number, { options: OpenWindow; page: Promise<WindowPage> }>();
  readonly #byPage = new Map<Page, WindowPage>();
  readonly #context: Promise<BrowserContext> | null;
  #dark = false;
  #permissions: Promise<void> = Promise.resolve();
  #over = false;

  private constructor(options: LaunchOptions, withBrowser: boolean) {
    this.#options = options;
    this.#context = withBrowser ? this.#browser() : null;
    this.#child = fork(
      START,
      [
        options.appDir,
        `--user-data-dir=${options.userData}`,
        `--stand-in-keyring=${options.keyring ?? 'real'}`,
        ...(options.args ?? []),
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        serialization: 'advanced',
        execArgv: [],
        env: { ...process.env, ...options.env },
      },
    );
    const keep = (text: Buffer): void => {
      this.output += text.toString('utf8');
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#wire = new Wire({
      send: (frame) => {
        if (this.#child.connected) this.#child.send(frame);
      },
      onFrame: (listener) => this.#child.on('message', listener),
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#wire.close(`The main process has ended (${code ?? signal}).`);
        this.#over = true;
        void this.#context?.then((context) => context.close()).catch(() => {});
        resolve(code ?? 128);
      });
    });
    this.controls = new Proxy({} as Controls, {
      get: (_, name) =>
        name === 'then' ? undefined : (...args: unknown[]) => this.#wire.ask(`control:${String(name)}`, args),
    });
    this.#answer();
  }

  static async launch(options: LaunchOptions): Promise<StandInRun> {
    const run = new StandInRun(options, true);
    await run.#context;
    return run;
  }

  /** Starts the app once more on the same userData; it is expected to leave at once. Answers its exit code. */
  async startSecond(args: readonly string[] = []): Promise<number> {
    return await new StandInRun({ ...this.#options, args }, false).exited;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The page of the app's window, once it has loaded. */
  async page(timeout = 20_000): Promise<Page> {
    const until = performance.now() + timeout;
    for (;;) {
      const [first] = this.#windows.values();
      const window = await first?.page.catch(() => undefined);
      if (window?.loaded === true && !window.crashed) return window.page;
      if (this.#over) throw new Error(`The app ended before its window was there:\n${this.output}`);
      if (performance.now() > until) throw new Error(`The app opened no window:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Runs a function in the main process over the stand-in's `electron`, as Playwright does in the real one. */
  async evaluate<Result, Arg = null>(
    run: (electron: StandIn, arg: Arg) => Result,
    arg: Arg = null as Arg,
  ): Promise<Awaited<Result>> {
    return await this.#wire.ask('evaluate', { source: String(run), arg });
  }

  /** Quits as a person does and waits; ends what does not end by itself. Answers the exit code. */
  async close(): Promise<number> {
    if (!this.#over) await this.controls.quit().catch(() => {});
    const timer = setTimeout(() => {
      this.complaints.push('The app did not quit; it was ended.');
      this.kill();
    }, QUIT_MS);
    const code = await this.exited;
    clearTimeout(timer);
    await this.#context?.then((context) => context.close()).catch(() => {});
    return code;
  }

  /** Ends main at once, as a power cut does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #browser(): Promise<BrowserContext> {
    const executablePath = chromiumPath();
    if (executablePath === null) throw new Error('No Chromium on this machine: install chromium.');
    // In the userData folder, so that what a page stores is there again after a restart.
    return await chromium.launchPersistentContext(join(this.#options.userData, 'chromium'), {
      executablePath,
      args: CHROMIUM_ARGS,
      viewport: null,
      timezoneId: 'UTC',
      locale: 'en-GB',
    });
  }

  #answer(): void {
    const wire = this.#wire;
    const on = <In>(name: string, answer: (value: In) => unknown): void => wire.on(name, answer);
    on('complaint', (text: string) => void this.complaints.push(text));
    on('exiting', () => {});
    on('schemes', (schemes: CustomScheme[]) => this.#addresses.register(schemes));
    on('evaluated', async () => {
      const context = await this.#context;
      if (context === undefined || context === null) return;
      await answerRequests({
        context,
        wire,
        addresses: this.#addresses,
        windowOf: (page) => this.#byPage.get(page) ?? null,
        firstWindow: () => [...this.#byPage.values()][0] ?? null,
        opened: () => Promise.allSettled([...this.#windows.values()].map(({ page }) => page)),
        remote: this.remote,
        complain: (text) => void this.complaints.push(text),
      });
    });
    on('permissions', (granted: string[]) => {
      // One after the other: the last word counts.
      this.#permissions = this.#permissions.then(async () => {
        const context = await this.#context;
        await context?.clearPermissions().catch(() => {});
        await context?.grantPermissions(granted).catch(() => {});
      });
    });
    on('dark', async (dark: boolean) => {
      this.#dark = dark;
      for (const { page } of this.#byPage.values())
        await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' }).catch(() => {});
    });
    on(
      'open',
      (options: OpenWindow) => void this.#windows.set(options.id, { options, page: this.#open(options) }),
    );
    on('load', async ({ id, url }: { id: number; url: string }) => {
      const window = await this.#window(id);
      return (await window?.load(url)) ?? { error: 'ERR_ABORTED' };
    });
    on('execute', async ({ id, code }: { id: number; code: string }) => {
      const window = await this.#window(id);
      return await window?.page.evaluate(code);
    });
    on('reload', async ({ id }: { id: number }) => await this.#reload(id));
    on('send', async ({ id, channel, args }: { id: number; channel: string; args: string }) => {
      await (await this.#window(id))?.receive({ channel, args });
    });
    on('crash', async ({ id }: { id: number }) => await (await this.#window(id))?.crash());
    on('resize', async ({ id, width, height }: { id: number; width: number; height: number }) => {
      await (await this.#window(id))?.page.setViewportSize({ width, height }).catch(() => {});
    });
    on('close', async ({ id }: { id: number }) => await this.#close(id));
    on('destroy', async ({ id }: { id: number }) => await this.#close(id));
  }

  async #open(options: OpenWindow): Promise<WindowPage> {
    if (this.#context === null) throw new Error('A second instance opened a window.');
    const window = await WindowPage.open(options, {
      context: await this.#context,
      wire: this.#wire,
      addresses: this.#addresses,
      dark: this.#dark,
      complain: (text) => void this.complaints.push(text),
    });
    this.#byPage.set(window.page, window);
    return window;
  }

  /** What main tells of a window that has gone meanwhile goes nowhere, as in Electron. */
  async #window(id: number): Promise<WindowPage | undefined> {
    return await this.#windows.get(id)?.page;
  }

  /** A crashed page of Chromium does not come back in Playwright: the window gets a new one with the same address. */
  async #reload(id: number): Promise<void> {
    const window = await this.#window(id);
    const { options } = this.#windows.get(id) ?? {};
    if (window === undefined || options === undefined) return;
    if (!window.crashed) return await window.reload();
    const url = this.#addresses.toApp(window.page.url());
    this.#byPage.delete(window.page);
    await window.close();
    const opened = this.#open(options);
    this.#windows.set(id, { options, page: opened });
    await (await opened).load(url);
  }

  async #close(id: number): Promise<void> {
    const window = await this.#window(id);
    if (window === undefined) return;
    this.#windows.delete(id);
    this.#byPage.delete(window.page);
    await window.close();
  }
}
