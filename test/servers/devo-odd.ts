import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import type { DevoCertificates } from '../../main/node/demo/certificates.ts';

/**
 * How a peer misbehaves:
 * - `stops-reading`: takes a little, then nothing more, and stays;
 * - `reset`: cuts the connection with RST after some bytes;
 * - `never-ends`: reads everything and never ends its side;
 * - `closes-early`: ends cleanly after some bytes;
 * - `closes-at-once`: accepts the handshake, then closes without a word (an application that refuses the certificate's name);
 * - `slow`: reads a little at a time, then behaves;
 * - `silent`: accepts TCP and never speaks TLS;
 * - `plain`: answers TLS with plain text.
 */
export type Oddity =
  | 'stops-reading'
  | 'reset'
  | 'never-ends'
  | 'closes-early'
  | 'closes-at-once'
  | 'slow'
  | 'silent'
  | 'plain';

export interface OddPeer {
  port: number;
  connections(): number;
  /** Bytes read over all connections. */
  received(): number;
  /** Behaves well from now on. */
  recover(): void;
  close(): Promise<void>;
}

/** Bytes after which `reset` and `closes-early` strike. */
const SOME_BYTES = 100_000;

export async function startOddPeer(
  oddity: Oddity,
  certificates: DevoCertificates,
  tls: { maxVersion?: 'TLSv1.2' | 'TLSv1.3' } = {},
): Promise<OddPeer> {
  let connections = 0;
  let received = 0;
  let healthy = false;
  const sockets = new Set<Socket>();

  const behave = (socket: TLSSocket, raw: Socket) => {
    let mine = 0;
    socket.on('error', () => {});
    socket.on('end', () => {
      if (healthy || oddity !== 'never-ends') socket.end();
    });
    if (!healthy && oddity === 'closes-at-once') return void socket.end();
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      mine += chunk.length;
      if (healthy) return;
      if (oddity === 'stops-reading') {
        socket.pause();
        raw.pause();
      }
      if (oddity === 'reset' && mine > SOME_BYTES) raw.resetAndDestroy();
      if (oddity === 'closes-early' && mine > SOME_BYTES) socket.end();
      if (oddity === 'slow') {
        socket.pause();
        setTimeout(() => socket.resume(), 1);
      }
    });
  };

  const raws = new Map<number, Socket>();
  const spoken = oddity === 'silent' || oddity === 'plain';
  const server = spoken
    ? createTcp((socket) => {
        socket.on('error', () => {});
        socket.resume();
        if (oddity === 'plain') socket.end('220 mail.example ready\r\n');
      })
    : createTls(
        {
          key: certificates.server.key,
          cert: certificates.server.cert,
          ca: certificates.chain,
          requestCert: true,
          rejectUnauthorized: true,
          allowHalfOpen: true,
          ...tls,
        },
        (socket) => behave(socket, raws.get(socket.remotePort ?? 0) ?? socket),
      );
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    raws.set(socket.remotePort ?? 0, socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received: () => received,
    recover: () => {
      healthy = true;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
