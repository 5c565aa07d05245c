import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { decodeClone, encodeClone } from '../clone.ts';
import { guarded } from '../refuse.ts';
import { BrowserWindow } from './browser-window.ts';
import { driver } from './driver.ts';
import { Preventable } from './preventable.ts';

type Handler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

/** What a preload sent. */
interface PageFrame {
  id: number;
  kind: 'invoke' | 'send';
  channel: string;
  args: string;
  /** Of the isolated world's frame; only a window's main frame runs a preload. */
  main: boolean;
}

class StandInIpcMain extends EventEmitter implements Partial<Omit<IpcMain, keyof EventEmitter>> {
  readonly #handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }
  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.removeHandler(channel);
      return handler(event, ...args);
    });
  }
  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** Answers an invoke. @throws Error whose message is all that the page gets to know. */
  async answer({ channel, args, id }: PageFrame): Promise<string> {
    const handler = this.#handlers.get(channel);
    // Electron says so too, and the page waits for nothing.
    if (handler === undefined) throw new Error(`Error: No handler registered for '${channel}'`);
    let value: unknown;
    try {
      value = await handler(eventFrom(id), ...(decodeClone(args) as unknown[]));
    } catch (error) {
      throw new Error(String(error));
    }
    return encodeClone(value);
  }

  receive({ channel, args, id }: PageFrame): void {
    this.emit(channel, eventFrom(id), ...(decodeClone(args) as unknown[]));
  }
}

function eventFrom(id: number): IpcMainInvokeEvent {
  const sender = BrowserWindow.fromId(id)?.webContents;
  const members = {
    sender,
    senderFrame: sender?.mainFrame ?? null,
    processId: id,
    frameId: id,
    type: 'frame',
    reply: (channel: string, ...args: unknown[]) => sender?.send(channel, ...args),
  };
  return new Preventable(members) as unknown as IpcMainInvokeEvent;
}

const target = new StandInIpcMain();
driver.on('invoke', (frame: PageFrame) => target.answer(frame));
driver.on('message', (frame: PageFrame) => target.receive(frame));

export const ipcMain = guarded(target, 'ipcMain');
