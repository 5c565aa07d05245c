/** The one sandboxed bridge. Errors would lose their members on the way, so answers cross as `CallResult` and the renderer unwraps them. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Capabilities, HostBridge } from '../shared/bridge.ts';
import { CAPABILITIES_ARGUMENT, CHANNEL } from './desktop/channels.ts';

/** Passes on what the channel carries, without Electron's event object. */
function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const receive = (_event: unknown, value: T): void => listener(value);
  ipcRenderer.on(channel, receive);
  return () => {
    ipcRenderer.off(channel, receive);
  };
}

/** The window was given them by main when it was made. */
function capabilities(): Capabilities {
  const given = process.argv.find((argument) => argument.startsWith(CAPABILITIES_ARGUMENT));
  return JSON.parse(given?.slice(CAPABILITIES_ARGUMENT.length) ?? '{}') as Capabilities;
}

const bridge: HostBridge = {
  capabilities: capabilities(),
  call: (name, input) => ipcRenderer.invoke(CHANNEL.call, name, input),
  onEvent: (listener) => listen(CHANNEL.event, listener),
  onConnection: (listener) => listen(CHANNEL.engine, listener),
  onRequest: (listener) => listen(CHANNEL.request, listener),
  openLogFolder: () => ipcRenderer.invoke(CHANNEL.openLogFolder),
  chooseFile: (options) => ipcRenderer.invoke(CHANNEL.chooseFile, options),
};

contextBridge.exposeInMainWorld('sluice', bridge);
