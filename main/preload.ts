/** The one sandboxed bridge. Errors would lose their members on the way, so answers cross as `CallResult` and the renderer unwraps them. */
import { contextBridge, ipcRenderer } from 'electron';
import type { HostBridge } from '../shared/bridge.ts';
import { CHANNEL } from './desktop/channels.ts';

/** Passes on what the channel carries, without Electron's event object. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const receive = (_event: unknown, value: T): void => listener(value);
  ipcRenderer.on(channel, receive);
  return () => {
    ipcRenderer.off(channel, receive);
  };
}

const bridge: HostBridge = {
  capabilities: { openLogFolder: true, chooseFile: true, nativeTheme: true },
  call: (name, input) => ipcRenderer.invoke(CHANNEL.call, name, input),
  onEvent: (listener) => listen(CHANNEL.event, listener),
  onConnection: (listener) => listen(CHANNEL.engine, listener),
  openLogFolder: () => ipcRenderer.invoke(CHANNEL.openLogFolder),
  chooseFile: (options) => ipcRenderer.invoke(CHANNEL.chooseFile, options),
};

contextBridge.exposeInMainWorld('sluice', bridge);
