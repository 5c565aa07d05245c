import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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
  /** Whether the session shows icons in a tray. */
  tray: boolean;
  /** Files in the data folder before the first start, by name. */
  dataFiles: Readonly<Record<string, string>>;
  /** Complaints that a test provokes. */
  expectedComplaints: readonly RegExp[];
}

/** The app, which a test may quit and start again on the same folder. */
export interface Desktop {
  readonly userData: string;
  /** Where Linux keeps what belongs to the person: what starts at login, among others. */
  readonly configHome: string;
  readonly app: DesktopApp;
  page(): Promise<Page>;
  /** Quits and starts again; answers the exit code of the first. */
  restart(): Promise<number>;
}

/** The built app on a fresh userData folder for each test; TAXII servers and a Devo endpoint beside it for those that ask. */
export const test = base.extend<Options & { desktop: Desktop; demo: Demo }>({
  appArgs: [[], { option: true }],
  keyring: ['real', { option: true }],
  tray: [false, { option: true }],
  dataFiles: [{}, { option: true }],
  expectedComplaints: [[], { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern.
  demo: async ({}, use) => {
    const demo = await startDemo({ periodSeconds: PERIOD_SECONDS, objects: OBJECTS });
    await use(demo);
    await demo.close();
  },
  desktop: async ({ appArgs, keyring, tray, dataFiles, expectedComplaints }, use) => {
    const userData = mkdtempSync(join(tmpdir(), 'sluice-desktop-'));
    const session = sessionFolder(tray);
    for (const [name, text] of Object.entries(dataFiles)) {
      mkdirSync(join(userData, 'data'), { recursive: true });
      writeFileSync(join(userData, 'data', name), text);
    }
    const launch = (): Promise<DesktopApp> =>
      launchDesktop({
        appDir: APP_DIR,
        userData,
        args: appArgs,
        keyring,
        env: {
          SLUICE_DATA_DIR: undefined,
          PATH: `${session}${delimiter}${process.env.PATH ?? ''}`,
          XDG_CONFIG_HOME: join(session, 'config'),
        },
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
      configHome: join(session, 'config'),
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
    rmSync(session, { recursive: true, force: true });
    rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    const unexpected = complaints.filter((text) => !expectedComplaints.some((known) => known.test(text)));
    if (unexpected.length > 0) throw new Error(`The app complained:\n${unexpected.join('\n')}`);
  },
});

/** A folder that comes first on the PATH, with the program that Sluice asks whether anything shows icons in a tray. */
function sessionFolder(tray: boolean): string {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-session-'));
  writeFileSync(join(dir, 'gdbus'), `#!/bin/sh\necho "(${tray},)"\n`, { mode: 0o755 });
  return dir;
}

export { expect } from '@playwright/test';
