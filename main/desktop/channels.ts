/** Names both sides of Electron's IPC use. */
export const CHANNEL = {
  call: 'sluice:call',
  event: 'sluice:event',
  engine: 'sluice:engine',
  chooseFile: 'sluice:choose-file',
  openLogFolder: 'sluice:open-log-folder',
} as const;

export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://sluice`;
