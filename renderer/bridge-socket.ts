import type { Bridge, Capabilities } from '../shared/bridge.ts';
import type { CallInput, CallName, CallOutput, EngineEvent } from '../shared/contract.ts';
import { type Failure, SluiceError } from '../shared/errors.ts';

const NO_CAPABILITIES: Capabilities = {
  openLogFolder: false,
  chooseFile: false,
  nativeTheme: false,
  tray: false,
  startAtLogin: false,
  notifications: false,
  updates: false,
};
/** Longest wait for the answer of one call: probes of slow servers are the longest. */
const CALL_TIMEOUT_MS = 120_000;
const RETRY_MS = [250, 500, 1000, 2000, 4000];

type Answer = { id: number; ok: true; value: unknown } | { id: number; ok: false; failure: Failure };
/** `engine`: the page's host is there, the engine behind it went away or came back. */
type Message = Answer | { event: EngineEvent } | { engine: 'open' | 'lost' };

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
  timer: ReturnType<typeof setTimeout>;
}

const away = () =>
  new SluiceError({
    code: 'bridge.away',
    message: 'The engine is away.',
    cause: 'The connection to it closed.',
    remedy: 'Wait for it to come back, or start Sluice again and open the address it prints.',
    retryable: true,
  });

/**
 * The bridge over the loopback page's WebSocket: `{id, name, input}` up, `{id, ok, …}` and `{event}` down.
 * Reconnects by itself; calls made before the first connection wait for it, calls made while it is lost reject.
 */
export class SocketBridge implements Bridge {
  readonly capabilities = NO_CAPABILITIES;
  readonly #url: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #connections = new Set<(state: 'open' | 'lost') => void>();
  #socket: WebSocket | null = null;
  #open = false;
  #opened = false;
  #queue: string[] = [];
  #id = 0;
  #attempt = 0;

  constructor(url: string) {
    this.#url = url;
    this.#connect();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#open = true;
      this.#opened = true;
      this.#attempt = 0;
      for (const text of this.#queue.splice(0)) socket.send(text);
      this.#tell('open');
    };
    socket.onmessage = (message) => {
      if (typeof message.data === 'string') this.#receive(JSON.parse(message.data) as Message);
    };
    socket.onclose = () => {
      this.#open = false;
      for (const waiting of this.#waiting.values()) {
        clearTimeout(waiting.timer);
        waiting.reject(away());
      }
      this.#waiting.clear();
      this.#queue = [];
      this.#tell('lost');
      const pause = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)] ?? 4000;
      this.#attempt += 1;
      setTimeout(() => this.#connect(), pause);
    };
  }

  #receive(message: Message): void {
    if ('event' in message) {
      for (const listener of this.#listeners) listener(message.event);
      return;
    }
    if ('engine' in message) {
      this.#tell(message.engine);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.ok) waiting.resolve(message.value);
    else waiting.reject(new SluiceError(message.failure));
  }

  #tell(state: 'open' | 'lost'): void {
    for (const listener of this.#connections) listener(state);
  }

  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    if (!this.#open && this.#opened) return Promise.reject(away());
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(
          new SluiceError({
            code: 'bridge.timeout',
            message: `The engine did not answer within ${CALL_TIMEOUT_MS / 1000} seconds.`,
            remedy: 'Try again; the log may say what it is busy with.',
            retryable: true,
          }),
        );
      }, CALL_TIMEOUT_MS);
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      const text = JSON.stringify({ id, name, input });
      if (this.#open) this.#socket?.send(text);
      else this.#queue.push(text);
    });
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onConnection(listener: (state: 'open' | 'lost') => void): () => void {
    this.#connections.add(listener);
    if (this.#open) listener('open');
    return () => this.#connections.delete(listener);
  }

  onRequest(): () => void {
    return () => undefined;
  }

  openLogFolder(): Promise<void> {
    return Promise.reject(
      new SluiceError({ code: 'host.unavailable', message: 'A browser page cannot open a folder.' }),
    );
  }

  chooseFile(): Promise<string | null> {
    return Promise.reject(
      new SluiceError({
        code: 'host.unavailable',
        message: 'A browser page cannot choose a file of this computer.',
      }),
    );
  }
}
