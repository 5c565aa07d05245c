import type { Destination, Handover } from './destination.ts';

/** A connection made for a batch that is not there yet, so that the handshake passes while something else is waited for. */
export class OpenAhead {
  /** Rejects when the connection does not come about; nobody need listen. */
  readonly handover: Promise<Handover>;
  readonly #stop = new AbortController();

  constructor(destination: Destination, signal: AbortSignal) {
    this.handover = destination.open(AbortSignal.any([signal, this.#stop.signal]));
    this.handover.catch(() => {});
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
