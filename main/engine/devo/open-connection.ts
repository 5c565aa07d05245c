import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import { Connection, seconds } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import type { Timeouts } from './timeouts.ts';

export interface Peer {
  address: string;
  port: number;
}

export function peerName({ address, port }: Peer): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Session of an earlier connection, to spare the next one the full handshake. */
export interface SessionMemory {
  session: Buffer | null;
}

/**
 * A verified TLS connection on which the peer has accepted the client certificate as far as one can tell before sending.
 * Rejects with a SluiceError; nothing has been sent then.
 */
export async function openTls(
  peer: Peer,
  context: SecureContext,
  memory: SessionMemory,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Connection> {
  const socket = connectTls({
    host: peer.address,
    port: peer.port,
    ...(isIP(peer.address) === 0 ? { servername: peer.address } : {}),
    secureContext: context,
    rejectUnauthorized: true,
    ...(memory.session === null ? {} : { session: memory.session }),
  });
  let ticket = false;
  let onTicket: (() => void) | null = null;
  socket.on('session', (session) => {
    memory.session = session;
    ticket = true;
    onTicket?.();
  });
  try {
    await established(socket, 'secureConnect', peer, timeouts, signal);
  } catch (thrown) {
    memory.session = null;
    throw thrown;
  }
  socket.setKeepAlive(true, 15_000);
  const connection = new Connection(socket, peerName(peer), timeouts, signal);
  try {
    await settle(socket, connection);
  } catch (thrown) {
    memory.session = null;
    throw thrown;
  }
  return connection;

  async function settle(from: TLSSocket, watched: Connection): Promise<void> {
    // A resumed session is one whose certificate was accepted and watched before.
    if (from.isSessionReused()) return;
    if (!ticket) {
      await watched.settle(timeouts.settle, (stop) => {
        onTicket = stop;
      });
      onTicket = null;
    }
    // Some servers send the ticket before they have looked at the certificate.
    if (ticket) await watched.settle(timeouts.settleAfterTicket);
  }
}

/** A plain TCP connection. `lookup` decides which addresses may be used. */
export async function openTcp(
  peer: Peer,
  lookup: LookupFunction,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Connection> {
  const socket = connectTcp({ host: peer.address, port: peer.port, lookup });
  await established(socket, 'connect', peer, timeouts, signal);
  socket.setKeepAlive(true, 15_000);
  return new Connection(socket, peerName(peer), timeouts, signal);
}

function established(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  peer: Peer,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (why: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', end).off(event, onOpen).off('close', onClose);
      if (why === null) return resolve();
      // Later errors of a socket given up have no listener left.
      socket.on('error', () => {});
      socket.destroy();
      reject(explainConnectionError(why, peerName(peer)));
    };
    const onOpen = () => end(null);
    const onAbort = () => end(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
    const onClose = () =>
      end(
        new SluiceError({
          code: 'devo.closed-early',
          message: `${peerName(peer)} closed the connection during the ${event === 'connect' ? 'connection set-up' : 'TLS handshake'}.`,
          retryable: true,
        }),
      );
    const timer = setTimeout(
      () =>
        end(
          new SluiceError({
            code: 'devo.connect-timeout',
            message: `${peerName(peer)} does not answer: no connection after ${seconds(timeouts.connect)}.`,
            remedy: 'Check address, port and firewall.',
            retryable: true,
          }),
        ),
      timeouts.connect,
    );
    socket.once('error', end).once(event, onOpen).once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
