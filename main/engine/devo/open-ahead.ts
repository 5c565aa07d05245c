import type { Destination, Handover } from './destination.ts';

/** A connection made for a batch that is not there yet, so that the handshake passes while something else is waited for. */
export class OpenAhead {
  /** Rejects when the connection does not come about; nobody need listen. */
  readonly handover: Promise<Handover>;
  /** Resolves when the connection is there, or is waited for in vain; never rejects. */
  readonly connected: Promise<void>;
  readonly #stop = new AbortController();

  constructor(destination: Destination, signal: AbortSignal, onState: (text: string) => void) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.connected = promise;
    this.handover = destination.open(AbortSignal.any([signal, this.#stop.signal]), resolve, onState);
    this.handover.then(
      () => resolve(),
      () => resolve(),
    );
  }

  /** Closes what was opened, or stops opening it. Nothing was written to it. */
  drop(): void {
    this.#stop.abort();
    this.handover.then(
      (handover) => handover.abort(),
      () => {},
    );
  }
}
