/** Names both sides of Electron's IPC use. */
export const CHANNEL = {
  call: 'sluice:call',
  event: 'sluice:event',
  engine: 'sluice:engine',
  chooseFile: 'sluice:choose-file',
  openLogFolder: 'sluice:open-log-folder',
  /** The host asks the page: a command of the registry, or a place to go to. */
  request: 'sluice:request',
} as const;

export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://sluice`;

/** Argument of a window's preload: what this computer's desktop can do, as JSON. */
export const CAPABILITIES_ARGUMENT = '--sluice-capabilities=';
