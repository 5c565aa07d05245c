import type { BrowserWindow } from './browser-window.ts';

/** The open windows, and what the app does when one closes: kept apart so that app and windows need not import each other. */
export const openWindows = new Set<BrowserWindow>();

export const lifecycle = {
  /** Set by app.ts. */
  windowClosed: (): void => {},
  closeCancelled: (): void => {},
};
