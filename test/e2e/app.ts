import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type Page } from '@playwright/test';
import type { EngineSupervisor } from '../../main/engine/supervise.ts';
import { ensureRenderer } from '../../main/node/build-renderer.ts';
import { DEMO_PASSWORD, DEMO_USERNAME, type Demo, startDemo } from '../../main/node/demo/demo.ts';
import { engineHost } from '../../main/node/engine-host.ts';
import { openLoopbackPage } from '../../main/node/web.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';

/** After the first pull, which the schedule starts at once, nothing is pulled by itself: specs press the button. */
const PERIOD_SECONDS = 1_000_000;
const OBJECTS = 900;

export interface App {
  /** The one-time link. */
  url: string;
  engine: EngineSupervisor;
  demo: Demo;
  /** What the page's console and the network said that it should not have. */
  complaints: string[];
}

interface Options {
  /** `demo`: configured with the demo's feeds and endpoint. `empty`: a first start with nothing configured, the feeds running beside it. */
  configured: 'demo' | 'empty';
}

export const SIGN_IN = { username: DEMO_USERNAME, password: DEMO_PASSWORD };

/** A fresh engine process, feeds, Devo endpoint and data directory for each test. */
export const test = base.extend<Options & { app: App; sluice: Page }>({
  configured: ['demo', { option: true }],
  app: async ({ configured }, use) => {
    const rendererDir = await ensureRenderer();
    const demo = await startDemo({ periodSeconds: PERIOD_SECONDS, objects: OBJECTS });
    const dataDir = configured === 'demo' ? demo.dataDir : mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
    const engine = engineHost({
      dataDir,
      configFile: null,
      demo: configured === 'demo' ? demo.config : null,
      version: '0.1.0',
      printLog: false,
    });
    await engine.start();
    const page = await openLoopbackPage(engine, { port: 0, rendererDir });
    await use({ url: page.url, engine, demo, complaints: [] });
    await page.close();
    await engine.stop();
    await demo.close();
    rmSync(dataDir, { recursive: true, force: true });
  },
  /** The interface, opened; fails the test when the console complained. */
  sluice: async ({ app, page }, use) => {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') app.complaints.push(message.text());
    });
    page.on('pageerror', (error) => app.complaints.push(error.message));
    await page.goto(app.url);
    await use(page);
    if (app.complaints.length > 0) throw new Error(`The page complained:\n${app.complaints.join('\n')}`);
  },
});

/** Asks the engine past the page; throws when it answers with a failure. */
export async function ask<N extends CallName>(
  { engine }: App,
  name: N,
  input: CallInput<N>,
): Promise<CallOutput<N>> {
  const result = await engine.call(name, input);
  if (!result.ok) throw new Error(`${name}: ${result.failure.message}`);
  return result.value as unknown as CallOutput<N>;
}

export { expect } from '@playwright/test';
