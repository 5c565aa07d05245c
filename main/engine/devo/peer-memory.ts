/**
 * What connections made with the same credentials have shown so far: a TLS session to resume, and whether the peer has taken a whole batch,
 * which proves that it accepts the client certificate.
 */
export class PeerMemory {
  session: Buffer | null = null;
  #accepted = false;
  #acceptance = Promise.withResolvers<void>();

  get accepted(): boolean {
    return this.#accepted;
  }

  /** Resolves once the peer has accepted; never when it is forgotten before. */
  get acceptance(): Promise<void> {
    return this.#acceptance.promise;
  }

  /** A peer has read everything and ended after us. */
  accept(): void {
    this.#accepted = true;
    this.#acceptance.resolve();
  }

  /** Something went wrong: the next connection is watched like the first. */
  forget(): void {
    this.session = null;
    if (!this.#accepted) return;
    this.#accepted = false;
    this.#acceptance = Promise.withResolvers();
  }
}
