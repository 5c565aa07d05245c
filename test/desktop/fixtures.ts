import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, type Page } from '@playwright/test';
import { DEMO_PASSWORD, DEMO_USERNAME, type Demo, startDemo } from '../../main/node/demo/demo.ts';
import type { Keyring } from '../electron/module/controls.ts';
import { type DesktopApp, launchDesktop } from './desktop-app.ts';

const APP_DIR = fileURLToPath(new URL('../../', import.meta.url));
/** Nothing is pulled by itself after the first pull: specs press the button. */
const PERIOD_SECONDS = 1_000_000;
const OBJECTS = 900;

export const SIGN_IN = { username: DEMO_USERNAME, password: DEMO_PASSWORD };

interface Options {
  /** Command line of the app. */
  appArgs: readonly string[];
  /** What the system keeps secrets with, in the stand-in. */
  keyring: Keyring;
  /** Complaints that a test provokes. */
  expectedComplaints: readonly RegExp[];
}

/** The app, which a test may quit and start again on the same folder. */
export interface Desktop {
  readonly userData: string;
  readonly app: DesktopApp;
  page(): Promise<Page>;
  /** Quits and starts again; answers the exit code of the first. */
  restart(): Promise<number>;
}

/** The built app on a fresh userData folder for each test; TAXII servers and a Devo endpoint beside it for those that ask. */
export const test = base.extend<Options & { desktop: Desktop; demo: Demo }>({
  appArgs: [[], { option: true }],
  keyring: ['real', { option: true }],
  expectedComplaints: [[], { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
  demo: async ({}, use) => {
    const demo = await startDemo({ periodSeconds: PERIOD_SECONDS, objects: OBJECTS });
    await use(demo);
    await demo.close();
  },
  desktop: async ({ appArgs, keyring, expectedComplaints }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'sluice-desktop-'));
    const launch = (): Promise<DesktopApp> =>
      launchDesktop({
        appDir: APP_DIR,
        userData,
        args: appArgs,
        keyring,
        env: { SLUICE_DATA_DIR: undefined },
      });
    const complaints: string[] = [];
    let app = await launch();
    const end = async (): Promise<number> => {
      const code = await app.close();
      complaints.push(...app.complaints);
      return code;
    };
    await use({
      userData,
      get app() {
        return app;
      },
      page: () => app.page(),
      restart: async () => {
        const code = await end();
        app = await launch();
        return code;
      },
    });
    await end();
    rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const unexpected = complaints.filter((text) => !expectedComplaints.some((known) => known.test(text)));
    if (unexpected.length > 0) throw new Error(`The app complained:\n${unexpected.join('\n')}`);
  },
});

export { expect } from '@playwright/test';
