import { join } from 'node:path';
import { app, nativeImage, nativeTheme } from 'electron';
import type { AppSettings } from '../../shared/app-settings.ts';
import type { CallInput, CallName, CallOutput, EngineEvent } from '../../shared/contract.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { EngineSupervisor } from '../engine/supervise.ts';
import { Notices } from '../presence/notices.ts';
import { taskBarProgress } from '../presence/task-bar.ts';
import { type TrayAction, trayMenu } from '../presence/tray-menu.ts';
import { trayLine, trayState } from '../presence/tray-state.ts';
import { fromSnapshot, NOTHING_WATCHED, unseen, type Watched, watching } from '../presence/watched.ts';
import { countOf } from '../presence/words.ts';
import { setLoginItem } from './login-item.ts';
import type { MainWindow } from './main-window.ts';
import { notify } from './notifications.ts';
import { TrayIcon } from './tray-icon.ts';

/** What is shown outside of the window follows the engine this much later: its events come ten times a second. */
const SHOW_MS = 250;
/** `next in 5 min` grows old. */
const AGAIN_MS = 60_000;

/** What the desktop shows while no window need be there: tray, notifications, badge, task bar; and what is done from there. */
export class Background {
  readonly #engine: EngineSupervisor;
  readonly #notices = new Notices();
  #window: MainWindow | null = null;
  #tray: TrayIcon | null = null;
  #watched: Watched = NOTHING_WATCHED;
  #showing: NodeJS.Timeout | null = null;
  #noticing: NodeJS.Timeout | null = null;
  readonly #again: NodeJS.Timeout;
  #loginItem: boolean | null = null;
  #iconDir = '';

  constructor(engine: EngineSupervisor) {
    this.#engine = engine;
    engine.onEvent((event) => this.#heard(event));
    engine.onState((state) => {
      if (state === 'open') void this.refresh();
      else {
        this.#watched = { ...this.#watched, connection: 'lost', pulls: new Map(), handovers: new Map() };
        this.#showSoon();
      }
    });
    this.#again = setInterval(() => this.#showSoon(), AGAIN_MS);
  }

  get settings(): AppSettings {
    return this.#watched.settings;
  }

  /** Asks for the whole truth: at the start and after the engine came back. */
  async refresh(): Promise<void> {
    try {
      this.#applySettings(await this.#ask('settings.get', {}));
      this.#watched = fromSnapshot(this.#watched, await this.#ask('app.snapshot', {}));
      this.#notices.sources(this.#watched.snapshot?.sources ?? [], Date.now());
      this.#showSoon();
    } catch {
      // The engine went away again; its return asks anew.
    }
  }

  /** From now on there is something to show it on. */
  show(window: MainWindow, iconDir: string, tray: boolean): void {
    this.#window = window;
    this.#iconDir = iconDir;
    if (tray) this.#tray = new TrayIcon(iconDir, (action) => this.#act(action));
    this.#showSoon();
  }

  /** The window was shown, focused, or went. */
  looked(): void {
    this.#showSoon();
  }

  async save(change: Partial<AppSettings>): Promise<void> {
    this.#watched = { ...this.#watched, settings: { ...this.settings, ...change } };
    await this.#ask('settings.save', { settings: this.settings });
  }

  close(): void {
    clearInterval(this.#again);
    for (const timer of [this.#showing, this.#noticing]) if (timer !== null) clearTimeout(timer);
    this.#tray?.close();
  }

  #heard(event: EngineEvent): void {
    this.#watched = watching(this.#watched, event);
    const now = Date.now();
    if (event.name === 'settings') this.#applySettings(event.data);
    if (event.name === 'state') this.#notices.sources(event.data.sources, now);
    if (event.name === 'handover') this.#notices.handedOver(event.data, now);
    if (event.name === 'pull') {
      const source = this.#watched.snapshot?.sources.find((s) => s.settings.name === event.data.source);
      this.#notices.pulled(event.data, source?.settings.autoForward !== true, now);
    }
    this.#noticeSoon();
    this.#showSoon();
  }

  #applySettings(settings: AppSettings): void {
    this.#watched = { ...this.#watched, settings };
    nativeTheme.themeSource = settings.theme === 'auto' ? 'system' : settings.theme;
    if (this.#loginItem === settings.startAtLogin) return;
    // The first time only when it is wanted: an entry that somebody made by hand is theirs.
    if (this.#loginItem !== null || settings.startAtLogin) {
      try {
        setLoginItem(settings.startAtLogin);
      } catch (error) {
        this.#engine.tell({ problem: `Starting at login cannot be changed: ${String(error)}` });
      }
    }
    this.#loginItem = settings.startAtLogin;
  }

  #noticeSoon(): void {
    if (this.#noticing !== null) clearTimeout(this.#noticing);
    this.#noticing = null;
    const at = this.#notices.dueAt(this.#watched.snapshot?.quietUntil ?? null);
    if (at === null) return;
    // Longer than a timer can wait, and a clock that is set, are looked at again.
    const wait = Math.min(AGAIN_MS, Math.max(0, at - Date.now()));
    this.#noticing = setTimeout(() => {
      if (at > Date.now()) return this.#noticeSoon();
      this.#noticing = null;
      for (const notice of this.#notices.take(this.settings.notifications, this.#window?.looking === true))
        notify(notice, (place) => this.#window?.show(place));
    }, wait);
  }

  #showSoon(): void {
    this.#showing ??= setTimeout(() => {
      this.#showing = null;
      this.#show();
    }, SHOW_MS);
  }

  #show(): void {
    if (this.#window === null) return;
    const { snapshot } = this.#watched;
    if (this.#window.looking && snapshot !== null)
      this.#watched = { ...this.#watched, seenKey: snapshot.lastKey };
    const now = this.#watched;
    this.#tray?.show(trayState(now), trayLine(now), trayMenu(now, Date.now()));
    this.#badge(unseen(now));
    const progress = taskBarProgress(now);
    this.#window.current?.setProgressBar(
      progress.mode === 'none' ? -1 : progress.mode === 'part' ? progress.value : 2,
      { mode: progress.mode === 'unknown' ? 'indeterminate' : 'normal' },
    );
  }

  /** A number on the program's icon; on Windows, which has none, a mark over the window's button. */
  #badge(count: number): void {
    if (process.platform !== 'win32') {
      app.setBadgeCount(count);
      return;
    }
    const mark = count === 0 ? null : nativeImage.createFromPath(join(this.#iconDir, 'waiting.png'));
    this.#window?.current?.setOverlayIcon(
      mark,
      count === 0 ? '' : `${countOf(count, 'new record')} to review`,
    );
  }

  #act(action: TrayAction): void {
    if (action.do === 'open') this.#window?.show(action.place);
    else if (action.do === 'quit') app.quit();
    else if (action.do === 'sync') this.#do('app.syncNow', {});
    else if (action.do === 'pause') this.#do('app.pause', { paused: action.paused });
    else if (action.do === 'pauseSource')
      this.#do('sources.pause', { name: action.source, paused: action.paused });
    else this.#do(action.do === 'pull' ? 'sources.pull' : 'sources.cancel', { name: action.source });
  }

  /** What goes wrong is in the log, and in the tray's state where it lasts. */
  #do<N extends CallName>(name: N, input: CallInput<N>): void {
    this.#ask(name, input).catch((error: unknown) => {
      this.#engine.tell({ problem: error instanceof Error ? error.message : String(error) });
    });
  }

  async #ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const result = await this.#engine.call(name, input);
    if (!result.ok) throw new SluiceError(result.failure);
    return result.value as CallOutput<N>;
  }
}
