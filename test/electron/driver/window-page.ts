import { randomUUID } from 'node:crypto';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import type { Wire } from '../wire.ts';
import type { Addresses } from './addresses.ts';
import { mainWorldScript, preloadScript } from './page-scripts.ts';

const WORLD = 'Electron Isolated Context';

export interface OpenWindow {
  id: number;
  width: number;
  height: number;
  preload: { path: string; source: string | null } | null;
  /** What the preload finds at the end of `process.argv`. */
  additionalArguments: readonly string[];
}

interface Surroundings {
  context: BrowserContext;
  wire: Wire;
  addresses: Addresses;
  dark: boolean;
  complain: (text: string) => void;
}

/** One window: a page of Chromium with the app's preload in an isolated world, and what it says to main. */
export class WindowPage {
  readonly page: Page;
  readonly id: number;
  readonly #cdp: CDPSession;
  readonly #around: Surroundings;
  /** The address main asked for: that navigation is not the page's own. */
  expected: string | null = null;
  loaded = false;
  crashed = false;
  #world: number | null = null;
  #closing = false;

  private constructor(page: Page, cdp: CDPSession, id: number, around: Surroundings) {
    this.page = page;
    this.#cdp = cdp;
    this.id = id;
    this.#around = around;
  }

  static async open(options: OpenWindow, around: Surroundings): Promise<WindowPage> {
    const page = await around.context.newPage();
    await page.setViewportSize({ width: options.width, height: options.height });
    await page.emulateMedia({ colorScheme: around.dark ? 'dark' : 'light' });
    const cdp = await around.context.newCDPSession(page);
    const window = new WindowPage(page, cdp, options.id, around);
    window.#listen();
    await window.#addWorlds(options);
    return window;
  }

  async load(url: string): Promise<{ error: string | null }> {
    try {
      this.expected = this.#around.addresses.toChromium(url);
      await this.page.goto(this.expected, { waitUntil: 'load' });
      return { error: null };
    } catch (error) {
      if (this.#closing) return { error: null };
      const text = error instanceof Error ? error.message : String(error);
      return { error: /ERR_[A-Z_]+/.exec(text)?.[0] ?? text };
    }
  }

  async reload(): Promise<void> {
    this.expected = this.page.url();
    await this.page.reload().catch((error: Error) => this.#around.complain(error.message));
  }

  /** To the preload's `ipcRenderer`. Lost when no page is there, as in Electron. */
  async receive(frame: object): Promise<void> {
    if (this.#world === null || this.#closing) return;
    const expression = `globalThis.standInReceive?.(${JSON.stringify(JSON.stringify(frame))})`;
    const result = await this.#cdp
      .send('Runtime.evaluate', { expression, contextId: this.#world })
      .catch(() => null);
    const thrown = result?.exceptionDetails;
    if (thrown !== undefined)
      this.#around.complain(
        `A listener of the preload threw: ${thrown.exception?.description ?? thrown.text}`,
      );
  }

  async crash(): Promise<void> {
    await this.#cdp.send('Page.crash').catch(() => {});
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.page.close({ runBeforeUnload: false }).catch(() => {});
  }

  async #addWorlds({ preload, additionalArguments }: OpenWindow): Promise<void> {
    const secret = randomUUID();
    await this.#cdp.send('Page.enable');
    await this.#cdp.send('Runtime.enable');
    await this.#cdp.send('Runtime.addBinding', { name: 'standInHost', executionContextName: WORLD });
    const source = await mainWorldScript(secret);
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', { source });
    if (preload === null) return;
    if (preload.source === null) {
      this.#preloadFailed(`Unable to load preload script: ${preload.path}: it does not exist.`);
      return;
    }
    await this.#cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: await preloadScript(secret, preload.source, additionalArguments),
      worldName: WORLD,
    });
  }

  #listen(): void {
    const { page } = this;
    const cdp = this.#cdp;
    const { addresses, complain } = this.#around;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
    });
    page.on('pageerror', (error) => complain(error.message));
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame() || page.url() === 'about:blank') return;
      this.loaded = false;
      this.#happened('navigated', addresses.toApp(page.url()));
    });
    page.on('domcontentloaded', () => this.#happened('dom-ready'));
    page.on('load', () => void this.#finished());
    page.on('crash', () => {
      this.crashed = true;
      this.#world = null;
      this.#happened('crashed');
    });
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD) this.#world = context.id;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (this.#world === executionContextId) this.#world = null;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === 'standInHost') void this.#said(payload, executionContextId);
    });
  }

  async #finished(): Promise<void> {
    if (this.page.url() === 'about:blank') return;
    this.#happened('title', await this.page.title().catch(() => ''));
    this.#happened('painted');
    this.#happened('loaded');
    this.loaded = true;
  }

  async #said(payload: string, world: number): Promise<void> {
    const frame = JSON.parse(payload) as
      | { kind: 'invoke' | 'send'; channel: string; args: string; ticket: number }
      | { kind: 'preload-error'; message: string };
    if (frame.kind === 'preload-error') return this.#preloadFailed(frame.message);
    const { wire } = this.#around;
    if (frame.kind === 'send') return wire.tell('message', { ...frame, id: this.id });
    const { ticket } = frame;
    const answer = await wire.ask<string>('invoke', { ...frame, id: this.id }).then(
      (result) => ({ ticket, result }),
      (error: Error) => ({ ticket, error: error.message }),
    );
    // A page that has been reloaded since does not wait for it any more.
    if (world === this.#world) await this.receive(answer);
  }

  #preloadFailed(message: string): void {
    this.#around.complain(message);
    this.#happened('preload-error', message);
  }

  #happened(name: string, value = ''): void {
    if (!this.#closing) this.#around.wire.tell('page', { id: this.id, name, value });
  }
}
