import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import { Connection, seconds } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import type { PeerMemory } from './peer-memory.ts';
import type { Timeouts } from './timeouts.ts';

export interface Peer {
  address: string;
  port: number;
}

export function peerName({ address, port }: Peer): string {
  return isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * A verified TLS connection on which the peer has accepted the client certificate as far as one can tell before sending. Where it has
 * accepted the same one before, the last of that is waited for before the connection is ended, not before it is used.
 * Rejects with a SluiceError; nothing has been sent then. `onConnected` is called where only time has to pass any more.
 */
export async function openTls(
  peer: Peer,
  context: SecureContext,
  memory: PeerMemory,
  timeouts: Timeouts,
  signal: AbortSignal,
  onConnected?: () => void,
): Promise<Connection> {
  const began = performance.now();
  const socket = connectTls({
    host: peer.address,
    port: peer.port,
    ...(isIP(peer.address) === 0 ? { servername: peer.address } : {}),
    secureContext: context,
    rejectUnauthorized: true,
    ...(memory.session === null ? {} : { session: memory.session }),
  });
  const ticket = new Promise<void>((resolve) => {
    socket.on('session', (session) => {
      memory.session = session;
      resolve();
    });
  });
  try {
    await established(socket, 'secureConnect', peer, timeouts, signal);
  } catch (thrown) {
    memory.forget();
    throw thrown;
  }
  socket.setKeepAlive(true, 15_000);
  const connection = new Connection(socket, peerName(peer), timeouts, signal);
  // A resumed session is one whose certificate was accepted and watched before.
  if (!socket.isSessionReused()) {
    const roundTrip = performance.now() - began;
    connection.watch(watchRefusal(connection, memory, { ticket, roundTrip, timeouts, onConnected }));
    await Promise.race([connection.watched, memory.acceptance]);
  }
  return connection;
}

/**
 * Resolves when the peer has had time to refuse the client certificate, rejects when it does. It has had time a little after its session
 * ticket, which most peers send only after accepting; where no ticket comes, after a long while, or after a round trip once the same
 * certificate has brought a whole batch over.
 */
async function watchRefusal(
  connection: Connection,
  memory: PeerMemory,
  watch: {
    ticket: Promise<void>;
    roundTrip: number;
    timeouts: Timeouts;
    onConnected: (() => void) | undefined;
  },
): Promise<void> {
  const { ticket, roundTrip, timeouts, onConnected } = watch;
  let ticketCame = false;
  const ticketed = ticket.then(() => {
    ticketCame = true;
  });
  try {
    if (!memory.accepted)
      await connection.settle(timeouts.settle, Promise.race([ticketed, memory.acceptance]));
    if (ticketCame) {
      onConnected?.();
      await connection.settle(timeouts.settleAfterTicket);
    } else if (memory.accepted) {
      await connection.settle(Math.min(timeouts.settle, roundTrip + timeouts.settleAfterTicket));
    }
  } catch (thrown) {
    memory.forget();
    throw thrown;
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
