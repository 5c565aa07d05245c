import type { WebFrameMain } from 'electron';
import { guarded } from '../refuse.ts';

/** A frame of a page. Its address is the app's own (`app://…`), whatever address Chromium was given for it. */
class StandInFrame implements Partial<Omit<WebFrameMain, 'on' | 'once' | 'off'>> {
  url = '';
  readonly parent = null;
  readonly detached = false;
  readonly processId: number;
  readonly routingId: number;
  readonly #send: (channel: string, args: unknown[]) => void;

  constructor(id: number, send: (channel: string, args: unknown[]) => void) {
    this.processId = id;
    this.routingId = id;
    this.#send = send;
  }

  get origin(): string {
    const parsed = URL.parse(this.url);
    if (parsed === null) return 'null';
    // URL knows no origin of schemes that it was not born with; a standard scheme has one.
    return parsed.origin === 'null' && parsed.host !== ''
      ? `${parsed.protocol}//${parsed.host}`
      : parsed.origin;
  }
  get top(): WebFrameMain {
    return this as unknown as WebFrameMain;
  }
  send(channel: string, ...args: unknown[]): void {
    this.#send(channel, args);
  }
}

export function mainFrame(id: number, send: (channel: string, args: unknown[]) => void): StandInFrame {
  return guarded(new StandInFrame(id, send), 'WebFrameMain');
}
export type Frame = ReturnType<typeof mainFrame>;
