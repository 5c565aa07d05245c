/** Every wait towards Devo, ms. Reference 1.3 and 1.6 for the values Devo's own SDK has. */
export interface Timeouts {
  /** DNS, TCP and TLS handshake together. */
  connect: number;
  /** Without the peer taking a piece: 64 KB on a slow line, 1 MB on a quick one. */
  stall: number;
  /** From the half-close to the peer's end of stream. */
  confirm: number;
  /** A connection idle for longer is replaced: balancers cut them without a word. */
  idle: number;
  /** A connection older than this is replaced. */
  maxAge: number;
  /**
   * How long a fresh TLS connection is watched before the first event. TLS 1.3 lets the client finish before the server has looked at its
   * certificate: a refusal comes as an alert or a close right after. See `connection.ts`.
   */
  settle: number;
  /** The same once the server has sent a session ticket, which most send only after accepting the certificate. */
  settleAfterTicket: number;
  /** One HTTP request from first byte to status. */
  request: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  connect: 10_000,
  stall: 30_000,
  confirm: 30_000,
  idle: 30_000,
  maxAge: 3_600_000,
  settle: 300,
  settleAfterTicket: 25,
  request: 120_000,
};
