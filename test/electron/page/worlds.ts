/**
 * What runs in a page before its own scripts: `mainWorld` beside the page, `preloadWorld` in an isolated world with the app's preload, as
 * Electron's contextIsolation has it. Both are real V8 worlds of Chromium: they share the DOM and nothing else. What the bridge carries
 * crosses as the detail of an event on `window`, which Chromium clones structurally from world to world.
 */
import { decodeClone, encodeClone } from '../clone.ts';
import { type Carried, Carrier } from './carrier.ts';

export interface WorldOptions {
  /** Names the events between the two worlds; drawn afresh for each run, so that no page can guess it. */
  secret: string;
}

interface PreloadOptions extends WorldOptions {
  process: { platform: string; argv: readonly string[]; versions: Record<string, string> };
  /** The preload's text as a function, because the page's policy forbids evaluating text. Null where there is no preload. */
  preload: ((...parts: unknown[]) => void) | null;
}

type Listener = (event: unknown, ...args: unknown[]) => void;

declare const standInHost: (frame: string) => void;

export function mainWorld({ secret }: WorldOptions): void {
  const carrier = new Carrier(`${secret}:main`, `${secret}:preload`);
  carrier.onExpose((key, api) => {
    Object.defineProperty(window, key, {
      value: deepFreeze(carrier.take(api)),
      enumerable: true,
      configurable: false,
      writable: false,
    });
  });
}

export function preloadWorld({ secret, process, preload }: PreloadOptions): void {
  if (window !== window.top || preload === null) return;
  const carrier = new Carrier(`${secret}:preload`, `${secret}:main`);
  const exposed = new Set<string>();
  const electron = {
    contextBridge: only('contextBridge', {
      exposeInMainWorld: (key: string, api: unknown): void => {
        if (exposed.has(key) || key in window)
          throw new Error(`Cannot bind an API on top of an existing property on the window object`);
        exposed.add(key);
        carrier.expose(key, carrier.give(api));
      },
    }),
    ipcRenderer: ipcRenderer(),
    webFrame: only('webFrame', {}),
    webUtils: only('webUtils', {}),
    nativeImage: only('nativeImage', {}),
    crashReporter: only('crashReporter', {}),
  };
  const modules: Record<string, unknown> = { electron, 'electron/renderer': electron };
  const require = (id: string): unknown => {
    if (id in modules) return modules[id];
    throw new Error(`module not found: ${id}`);
  };
  const given = only('process', {
    ...process,
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    env: {},
  });
  const module = { exports: {} };
  preload(require, module, module.exports, given);
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const one of Object.values(value)) deepFreeze(one);
  return Object.freeze(value);
}

function ipcRenderer(): unknown {
  const listeners = new Map<string, { listener: Listener; called: Listener }[]>();
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let next = 1;
  const post = (frame: object): void => standInHost(JSON.stringify(frame));
  const off = (channel: string, listener: Listener): void => {
    const left = (listeners.get(channel) ?? []).filter((one) => one.listener !== listener);
    listeners.set(channel, left);
  };
  const on = (channel: string, listener: Listener, called = listener): void => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, called }]);
  };
  // How the host reaches this world; invisible to the page, which has a global object of its own.
  Object.defineProperty(globalThis, 'standInReceive', {
    value: (text: string) => {
      const frame = JSON.parse(text) as
        | { channel: string; args: string }
        | { ticket: number; result?: string; error?: string };
      if ('channel' in frame) {
        const args = decodeClone(frame.args) as unknown[];
        for (const { called } of [...(listeners.get(frame.channel) ?? [])])
          called({ sender: null, senderId: 0, ports: [] }, ...args);
        return;
      }
      const call = waiting.get(frame.ticket);
      waiting.delete(frame.ticket);
      if (frame.error !== undefined) call?.reject(new Error(frame.error));
      else call?.resolve(decodeClone(frame.result ?? '[]'));
    },
  });
  return only('ipcRenderer', {
    invoke: async (channel: string, ...args: unknown[]): Promise<unknown> => {
      const frame = { kind: 'invoke', channel, args: encodeClone(args), ticket: next++ };
      return await new Promise((resolve, reject) => {
        waiting.set(frame.ticket, {
          resolve,
          // Of what a handler throws only the message arrives, behind Electron's own words.
          reject: (error) => reject(new Error(`Error invoking remote method '${channel}': ${error.message}`)),
        });
        post(frame);
      });
    },
    send: (channel: string, ...args: unknown[]): void =>
      post({ kind: 'send', channel, args: encodeClone(args), ticket: 0 }),
    on,
    addListener: on,
    once: (channel: string, listener: Listener): void => {
      on(channel, listener, (...args) => {
        off(channel, listener);
        listener(...args);
      });
    },
    off,
    removeListener: off,
    removeAllListeners: (channel?: string): void => {
      if (channel === undefined) listeners.clear();
      else listeners.delete(channel);
    },
  });
}

/** Anything that Electron has and the stand-in has not throws by name. */
function only<T extends object>(name: string, members: T): T {
  return new Proxy(members, {
    get: (target, property) => {
      if (typeof property === 'symbol' || property in target) return Reflect.get(target, property) as unknown;
      throw new Error(`The stand-in for Electron does not implement ${name}.${property} in a preload.`);
    },
  });
}

export type { Carried };
