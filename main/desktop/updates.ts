import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app, dialog } from 'electron';
import type { AppSettings } from '../../shared/app-settings.ts';
import { bringsItselfUpToDate, MANAGED_MARKS } from '../presence/update-place.ts';

type Channel = Exclude<AppSettings['updateChannel'], 'off'>;

/** Where newer versions come from. */
export interface UpdateFeed {
  /** The newer version there is; null when there is none. */
  check(channel: Channel): Promise<string | null>;
  fetch(): Promise<void>;
  /** Installs what was fetched: now, with a restart, or when the program ends. */
  install(when: 'now' | 'at-quit'): void;
}

/** What a person is asked; each resolves with whether they agree. */
export interface UpdateQuestions {
  fetch(version: string): Promise<boolean>;
  installNow(version: string): Promise<boolean>;
}

const FIRST_MS = 30_000;
const DAY_MS = 86_400_000;

/** Looks once a day where the setting says so. Nothing is fetched or installed before its owner agreed, and each version is asked for once. */
export class Updates {
  readonly #feed: UpdateFeed;
  readonly #ask: UpdateQuestions;
  readonly #problem: (sentence: string) => void;
  readonly #asked = new Set<string>();
  #channel: AppSettings['updateChannel'] = 'off';
  #timer: NodeJS.Timeout | null = null;
  #busy = false;

  constructor(feed: UpdateFeed, ask: UpdateQuestions, problem: (sentence: string) => void) {
    this.#feed = feed;
    this.#ask = ask;
    this.#problem = problem;
  }

  /** Follows the setting. `off` makes no connection. */
  follow(channel: AppSettings['updateChannel']): void {
    if (channel === this.#channel) return;
    this.close();
    this.#channel = channel;
    if (channel !== 'off') this.#wait(FIRST_MS);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#channel = 'off';
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        if (this.#channel !== 'off') this.#wait(DAY_MS);
      });
    }, ms);
  }

  async #look(): Promise<void> {
    const channel = this.#channel;
    if (channel === 'off' || this.#busy) return;
    this.#busy = true;
    try {
      const version = await this.#feed.check(channel);
      if (version === null || this.#asked.has(version)) return;
      this.#asked.add(version);
      if (!(await this.#ask.fetch(version))) return;
      await this.#feed.fetch();
      this.#feed.install((await this.#ask.installNow(version)) ? 'now' : 'at-quit');
    } catch (error) {
      this.#problem(
        `Looking for a newer version failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      this.#busy = false;
    }
  }
}

/** The updates of this installation; null where it does not bring itself up to date. */
export function installUpdates(problem: (sentence: string) => void): Updates | null {
  const feedFile = join(process.resourcesPath, 'app-update.yml');
  const mark = MANAGED_MARKS[process.platform];
  const appImage = process.env.APPIMAGE ?? null;
  const possible = bringsItselfUpToDate({
    platform: process.platform,
    packaged: app.isPackaged,
    feed: existsSync(feedFile) ? readFileSync(feedFile, 'utf8') : null,
    managed: mark !== undefined && existsSync(mark),
    appImage,
    writable: mayWrite(dirname(appImage ?? app.getPath('exe'))),
  });
  return possible ? new Updates(electronFeed(), dialogs, problem) : null;
}

/** electron-updater, loaded when it is first needed. It checks the packages' sums, and on Windows and macOS their signatures. */
function electronFeed(): UpdateFeed {
  const updater = async () => {
    const { autoUpdater } = (await import('electron-updater')).default;
    autoUpdater.autoDownload = false;
    autoUpdater.autoInstallOnAppQuit = false;
    autoUpdater.logger = null;
    return autoUpdater;
  };
  let loaded: Awaited<ReturnType<typeof updater>> | null = null;
  return {
    check: async (channel) => {
      loaded ??= await updater();
      loaded.channel = channel === 'beta' ? 'beta' : 'latest';
      // Setting a channel allows older versions too.
      loaded.allowDowngrade = false;
      const found = await loaded.checkForUpdates();
      return found?.isUpdateAvailable === true ? found.updateInfo.version : null;
    },
    fetch: async () => {
      await loaded?.downloadUpdate();
    },
    install: (when) => {
      if (loaded === null) return;
      if (when === 'now') loaded.quitAndInstall();
      else loaded.autoInstallOnAppQuit = true;
    },
  };
}

const dialogs: UpdateQuestions = {
  fetch: async (version) =>
    (
      await dialog.showMessageBox({
        type: 'info',
        message: `Sluice ${version} is there.`,
        detail: `This is ${app.getVersion()}. Nothing is fetched before you agree.`,
        buttons: ['Later', 'Fetch it'],
        defaultId: 1,
        cancelId: 0,
      })
    ).response === 1,
  installNow: async (version) =>
    (
      await dialog.showMessageBox({
        type: 'info',
        message: `Sluice ${version} is ready to be installed.`,
        detail: 'Pulls and hand-overs that run are finished first and go on after the restart.',
        buttons: ['When Sluice ends', 'Restart now'],
        defaultId: 0,
        cancelId: 0,
      })
    ).response === 1,
};

function mayWrite(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
