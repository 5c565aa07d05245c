import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP wire to a local port that can be cut or can stop carrying. */
export interface Wire {
  port: number;
  /** Cuts the connection once after this many more bytes; null: not at all. */
  cutAfter(bytes: number | null): void;
  /** Refuses new connections at once by closing them. */
  down(is: boolean): void;
  /** Takes no more bytes: the peer has stopped reading. */
  stall(is: boolean): void;
  cuts: number;
  /** Bytes carried towards the port. */
  carried: number;
  close(): Promise<void>;
}

export async function openWire(to: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let left: number | null = null;
  let isDown = false;
  let stalled = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (isDown) return void socket.destroy();
    const far = connect({ port: to, host: '127.0.0.1', allowHalfOpen: true });
    for (const one of [socket, far]) {
      sockets.add(one);
      one.on('error', () => {});
      one.once('close', () => sockets.delete(one));
    }
    const cut = (): void => {
      left = null;
      wire.cuts += 1;
      socket.destroy();
      far.destroy();
    };
    if (stalled) socket.pause();
    socket.on('data', (chunk: Buffer) => {
      wire.carried += chunk.length;
      far.write(chunk);
      if (left === null) return;
      left -= chunk.length;
      if (left <= 0) cut();
    });
    socket.on('end', () => far.end());
    far.on('data', (chunk: Buffer) => socket.write(chunk));
    far.on('end', () => socket.end());
    far.on('close', () => socket.destroy());
    socket.on('close', () => far.destroy());
  });
  const near = (): Socket[] => [...sockets].filter((s) => s.localPort === wire.port);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wire: Wire = {
    port: (server.address() as AddressInfo).port,
    cutAfter: (bytes) => {
      left = bytes;
    },
    down: (is) => {
      isDown = is;
    },
    stall: (is) => {
      stalled = is;
      for (const socket of near()) {
        if (is) socket.pause();
        else socket.resume();
      }
    },
    cuts: 0,
    carried: 0,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return wire;
}
