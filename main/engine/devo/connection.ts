import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import { explainConnectionError } from './connection-failure.ts';
import type { Timeouts } from './timeouts.ts';

/**
 * Pieces handed to the socket and not yet taken by the system; with this many the writer waits. One: Node joins waiting pieces into a copy
 * before it encrypts them, and the system's own send buffer keeps the line busy meanwhile.
 */
const MAX_IN_FLIGHT = 1;

/**
 * One open connection to a peer that sends nothing back but its end of stream. Counts what the peer's kernel has not taken yet, and knows
 * an end that comes before ours from one that answers ours.
 */
export class Connection {
  readonly peer: string;
  readonly #socket: Socket;
  readonly #timeouts: Timeouts;
  #broken: SluiceError | null = null;
  #inFlight = 0;
  #finished = false;
  #peerEnded = false;
  /** Anything was handed to the socket: the peer may have it. */
  #used = false;
  /** Who waits; called after whatever may end a wait. */
  readonly #waiting = new Set<() => void>();
  #watch: Promise<void> | null = null;
  #stall: NodeJS.Timeout | null = null;
  readonly #hasRoom = () => this.#inFlight < MAX_IN_FLIGHT;

  constructor(socket: Socket, peer: string, timeouts: Timeouts, signal: AbortSignal) {
    this.peer = peer;
    this.#socket = socket;
    this.#timeouts = timeouts;
    socket.on('error', (error) => this.#break(explainConnectionError(error, peer)));
    socket.on('finish', () => {
      this.#finished = true;
      this.#wake();
    });
    socket.on('end', () => {
      this.#peerEnded = true;
      if (!this.#finished) this.#break(this.#closedEarly());
      this.#wake();
    });
    socket.on('close', () => {
      if (this.#stall !== null) clearTimeout(this.#stall);
      if (!this.#peerEnded) this.#break(this.#closedEarly());
    });
    const abort = () =>
      this.#break(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
    // What a peer says is not expected and not kept; reading is what makes its end visible.
    socket.resume();
  }

  get broken(): SluiceError | null {
    return this.#broken;
  }

  get used(): boolean {
    return this.#used;
  }

  /** Hands a piece to the socket. `taken` is called once the piece's memory may be used again. */
  push(piece: Buffer, taken?: () => void): void {
    if (this.#broken !== null) throw this.#broken;
    this.#used = true;
    this.#inFlight += 1;
    // One timer for all pieces: each that is taken starts the wait anew. Slow is fine, standing still is not.
    if (this.#stall === null) this.#stall = setTimeout(() => this.#standsStill(), this.#timeouts.stall);
    else this.#stall.refresh();
    this.#socket.write(piece, () => {
      this.#inFlight -= 1;
      if (this.#inFlight > 0) this.#stall?.refresh();
      taken?.();
      this.#wake();
    });
  }

  /** Nothing to wait for (undefined), or a promise that resolves once the peer has taken enough. Rejects when it broke or stalls. */
  drained(): Promise<void> | undefined {
    if (this.#inFlight < MAX_IN_FLIGHT) return undefined;
    return this.#until(this.#hasRoom);
  }

  /**
   * Half-closes and waits for the peer's end of stream: only a peer that has read everything ends after us. SPEC 4, reference 1.6.
   * Rejects when the peer ended before, broke the connection, or stays silent for too long.
   */
  async finish(): Promise<void> {
    await this.#until(() => this.#inFlight === 0);
    // A peer that refuses the certificate with a plain close must not look like one that answers our end.
    if (this.#watch !== null) await this.#watch;
    this.#socket.end();
    await this.#within(
      this.#timeouts.confirm,
      () => this.#finished && this.#peerEnded,
      () =>
        new SluiceError({
          code: 'devo.confirm-timeout',
          message: `${this.peer} did not end the connection within ${seconds(this.#timeouts.confirm)} after everything was written, so nobody knows what it took.`,
          retryable: true,
        }),
    );
    this.#socket.destroy();
  }

  /** Not null while nobody knows yet whether the peer accepts the client certificate; rejects when it does not. */
  get watched(): Promise<void> | null {
    return this.#watch;
  }

  /** The connection is not ended before `over` resolves. */
  watch(over: Promise<void>): void {
    this.#watch = over.then(() => {
      this.#watch = null;
    });
    this.#watch.catch(() => {});
  }

  /** Resolves after `ms`, or when `sooner` does; rejects when the connection breaks before. */
  async settle(ms: number, sooner?: Promise<void>): Promise<void> {
    let over = false;
    sooner?.then(() => {
      over = true;
      this.#wake();
    });
    await this.#within(ms, () => over, null);
    // Where the process was busy meanwhile, the time is over before what came in it has been read.
    await setImmediate();
    if (this.#broken !== null) throw this.#broken;
  }

  destroy(): void {
    this.#break(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
  }

  /** Waits until `done`, however long that takes. */
  #until(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.#broken === null && !done()) return;
        this.#waiting.delete(look);
        if (this.#broken === null) resolve();
        else reject(this.#broken);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #standsStill(): void {
    if (this.#inFlight === 0) return;
    this.#break(
      new SluiceError({
        code: 'devo.stalled',
        message: `${this.peer} has stopped taking data for ${seconds(this.#timeouts.stall)}.`,
        retryable: true,
      }),
    );
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Waits until `done`; after `ms` rejects with what `late` makes, or resolves where `late` is null. */
  async #within(ms: number, done: () => boolean, late: (() => SluiceError) | null): Promise<void> {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      if (late !== null) this.#break(late());
      this.#wake();
    }, ms);
    try {
      await this.#until(() => over || done());
    } finally {
      clearTimeout(timer);
    }
  }

  #break(why: SluiceError): void {
    if (this.#broken !== null || (this.#finished && this.#peerEnded)) return;
    this.#broken = why;
    this.#socket.destroy();
    this.#wake();
  }

  #closedEarly(): SluiceError {
    const tls = this.#socket instanceof TLSSocket;
    return new SluiceError({
      code: 'devo.closed-early',
      message: `${this.peer} closed the connection before everything was written.`,
      cause:
        tls && !this.#used
          ? 'It closed right after the handshake: it probably refuses the client certificate.'
          : null,
      retryable: true,
    });
  }
}

export function seconds(ms: number): string {
  return `${ms / 1000} seconds`;
}
