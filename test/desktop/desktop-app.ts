import type { Page } from '@playwright/test';
import { electronBinary } from '../../main/node/electron-binary.ts';
import type { Controls, LaunchOptions } from '../electron/driver/launch.ts';

export type ElectronModule = typeof Electron.CrossProcessExports;

/** The desktop application as the specs see it: the same over real Electron and over the stand-in. */
export interface DesktopApp {
  readonly host: 'electron' | 'stand-in';
  readonly controls: Controls;
  /** What consoles, preloads and main said that they should not have. */
  readonly complaints: string[];
  /** What pages asked of other machines. */
  readonly remote: readonly string[];
  /** Exit code of the main process. */
  readonly exited: Promise<number>;
  /** What main printed; only the stand-in keeps it. */
  readonly output?: string;
  /** The page of the app's window, once it has loaded. `timeout` in milliseconds. */
  page(timeout?: number): Promise<Page>;
  /** Runs a function in the main process. */
  evaluate<Result, Arg = null>(
    run: (electron: ElectronModule, arg: Arg) => Result,
    arg?: Arg,
  ): Promise<Awaited<Result>>;
  /** Starts the app again on the same userData; answers its exit code. */
  startSecond(args?: readonly string[]): Promise<number>;
  /** Quits and waits; answers the exit code. */
  close(): Promise<number>;
  /** Ends main at once. */
  kill(): void;
}

/** Which of the two the specs run on here. `SLUICE_DESKTOP_HOST=stand-in` chooses the stand-in where both are to be had. */
export function desktopHost(): 'electron' | 'stand-in' {
  return electronBinary() === null || process.env.SLUICE_DESKTOP_HOST === 'stand-in'
    ? 'stand-in'
    : 'electron';
}

export async function launchDesktop(options: LaunchOptions): Promise<DesktopApp> {
  if (desktopHost() === 'electron') {
    const { ElectronRun } = await import('./electron-run.ts');
    return await ElectronRun.launch(options);
  }
  const { StandInRun } = await import('../electron/driver/launch.ts');
  const run = await StandInRun.launch(options);
  return Object.assign(run, { host: 'stand-in' as const }) as unknown as DesktopApp;
}
