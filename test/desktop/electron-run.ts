import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page, test } from '@playwright/test';
import { electronBinary } from '../../main/node/electron-binary.ts';
import type { Controls, LaunchOptions } from '../electron/driver/launch.ts';
import type { DesktopApp, ElectronModule } from './desktop-app.ts';

const RECORDER = fileURLToPath(new URL('./electron-recorder.cjs', import.meta.url));
const LAUNCH_MS = 30_000;
const QUIT_MS = 20_000;

declare global {
  /** Set by the recorder in Electron's main process. */
  var desktopControls: Record<string, (...args: unknown[]) => unknown>;
}

/** The app in real Electron. The recorder, required before the app, lets tests list what the system was given. */
export class ElectronRun implements DesktopApp {
  readonly host = 'electron';
  readonly controls: Controls;
  readonly complaints: string[] = [];
  readonly remote: string[] = [];
  readonly exited: Promise<number>;
  readonly #app: ElectronApplication;
  readonly #options: LaunchOptions;

  private constructor(app: ElectronApplication, options: LaunchOptions) {
    this.#app = app;
    this.#options = options;
    this.exited = new Promise((resolve) => app.process().once('exit', (code) => resolve(code ?? 128)));
    this.controls = new Proxy({} as Controls, {
      get: (_, name) =>
        name === 'then' ? undefined : (...args: unknown[]) => this.#control(String(name), args),
    });
    app.on('window', (page) => this.#watch(page));
    for (const page of app.windows()) this.#watch(page);
  }

  static async launch(options: LaunchOptions): Promise<ElectronRun> {
    const app = await _electron.launch({
      args: ElectronRun.#args(options),
      env: { ...process.env, ...options.env } as Record<string, string>,
      // One run has Chromium's own sandbox on; root cannot.
      chromiumSandbox: process.env.SLUICE_CHROMIUM_SANDBOX === '1',
      timeout: LAUNCH_MS,
    });
    return new ElectronRun(app, options);
  }

  static #args({ appDir, userData, args = [] }: LaunchOptions): string[] {
    return ['-r', RECORDER, appDir, `--user-data-dir=${userData}`, ...args];
  }

  async page(timeout = LAUNCH_MS): Promise<Page> {
    const open = this.#app.windows().find((one) => !one.isClosed());
    const page = open ?? (await this.#app.waitForEvent('window', { timeout }));
    await page.waitForLoadState('load');
    return page;
  }

  async evaluate<Result, Arg = null>(
    run: (electron: ElectronModule, arg: Arg) => Result,
    arg: Arg = null as Arg,
  ): Promise<Awaited<Result>> {
    return (await this.#app.evaluate(run as never, arg as never)) as Awaited<Result>;
  }

  async startSecond(args: readonly string[] = []): Promise<number> {
    const { spawn } = await import('node:child_process');
    const child = spawn(electronBinary() ?? '', ElectronRun.#args({ ...this.#options, args }), {
      stdio: 'ignore',
    });
    return await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 128)));
  }

  async close(): Promise<number> {
    await this.controls.quit().catch(() => {});
    const timer = setTimeout(() => {
      this.complaints.push('The app did not quit; it was ended.');
      this.kill();
    }, QUIT_MS);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  /** What no one can make the real system do ends the test as skipped, with the reason. */
  async #control(name: string, args: unknown[]): Promise<unknown> {
    const { missing, value } = await this.evaluate(
      async (_electron, given) => {
        const control = globalThis.desktopControls[given.name];
        if (control === undefined) return { missing: true, value: null };
        return { missing: false, value: (await control(...given.args)) ?? null };
      },
      { name, args },
    );
    if (missing) test.info().skip(true, `In real Electron a test cannot do "${name}".`);
    return value;
  }

  kill(): void {
    this.#app.process().kill('SIGKILL');
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('app://') && !request.url().startsWith('devtools://'))
        this.remote.push(request.url());
    });
  }
}
