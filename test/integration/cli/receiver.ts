import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { DevoCertificates } from '../../../main/node/demo/certificates.ts';

/** A TLS receiver that keeps the raw bytes of its connections, in order, and understands nothing. */
export interface Receiver {
  port: number;
  bytes(): Buffer;
  close(): Promise<void>;
}

export async function openReceiver(certificates: DevoCertificates): Promise<Receiver> {
  const chunks: Buffer[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(
    {
      key: certificates.server.key,
      cert: certificates.server.cert,
      ca: certificates.chain,
      requestCert: true,
      rejectUnauthorized: true,
      allowHalfOpen: true,
    },
    (socket) => {
      sockets.add(socket);
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end());
      socket.on('error', () => {});
      socket.once('close', () => sockets.delete(socket));
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bytes: () => Buffer.concat(chunks),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
