import { readFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../main/engine/devo/connection.ts';
import { secureContext } from '../../../main/engine/devo/credentials.ts';
import { openTls } from '../../../main/engine/devo/open-connection.ts';
import { PeerMemory } from '../../../main/engine/devo/peer-memory.ts';
import { DEFAULT_TIMEOUTS } from '../../../main/engine/devo/timeouts.ts';
import { makeDomain } from '../../servers/devo-client.ts';
import { startOddPeer } from '../../servers/devo-odd.ts';

const domain = makeDomain();
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo();
});
afterAll(() => domain.remove());

const never = new AbortController().signal;
const timeouts = { ...DEFAULT_TIMEOUTS, connect: 2000, confirm: 1000, settle: 150 };
const context = () =>
  secureContext(
    {
      chain: readFileSync(domain.files.chainFile),
      cert: readFileSync(domain.files.certFile),
      key: readFileSync(domain.files.keyFile),
    },
    null,
    null,
  );
/** A peer that shakes hands and then closes without a word: an application that refuses the certificate's name. */
const refusing = async () => {
  const peer = await startOddPeer('closes-at-once', domain.certificates);
  cleanup.push(() => peer.close());
  return peer;
};
const opened = async (port: number, memory: PeerMemory): Promise<Connection> => {
  const connection = await openTls({ address: '127.0.0.1', port }, context(), memory, timeouts, never);
  cleanup.push(() => connection.destroy());
  return connection;
};

describe('a peer that has taken a batch before', () => {
  it('is written to at once, but a refusal is still not taken for its end', async () => {
    const { port } = await refusing();
    const memory = new PeerMemory();
    memory.accept();
    const connection = await opened(port, memory);
    expect(connection.watched).not.toBeNull();
    connection.push(Buffer.from('<14>Jan  1 00:00:00 host my.app.x.y: {}\n'));
    await expect(connection.finish()).rejects.toMatchObject({ failure: { code: 'devo.closed-early' } });
    expect(memory.accepted).toBe(false);
  });

  it('is believed only as long as nothing goes wrong', async () => {
    const { port } = await refusing();
    const memory = new PeerMemory();
    memory.accept();
    memory.forget();
    await expect(opened(port, memory)).rejects.toMatchObject({ failure: { code: 'devo.closed-early' } });
  });

  it('ends the watch of a connection that was opened while its batch was being confirmed', async () => {
    const peer = await startOddPeer('slow', domain.certificates);
    cleanup.push(() => peer.close());
    const memory = new PeerMemory();
    const patient = { ...timeouts, settle: 60_000, settleAfterTicket: 60_000 };
    const opening = openTls({ address: '127.0.0.1', port: peer.port }, context(), memory, patient, never);
    setTimeout(() => memory.accept(), 20);
    (await opening).destroy();
  });
});

describe('a peer that has just been connected to', () => {
  it('is heard refusing also where this process is busy for all the time it has', async () => {
    const { server: own, chain } = domain.certificates;
    const sockets: Socket[] = [];
    const server = createServer({ ...own, ca: chain, requestCert: true, rejectUnauthorized: true });
    server.on('connection', (socket) => sockets.push(socket));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => new Promise((resolve) => server.close(resolve)));
    const refuseAndBeBusy = () => {
      for (const socket of sockets) socket.resetAndDestroy();
      const end = performance.now() + 80;
      while (performance.now() < end);
    };
    const { port } = server.address() as AddressInfo;
    const short = { ...timeouts, settleAfterTicket: 5 };
    const peer = { address: '127.0.0.1', port };
    await expect(
      openTls(peer, context(), new PeerMemory(), short, never, () => queueMicrotask(refuseAndBeBusy)),
    ).rejects.toMatchObject({ failure: { code: 'devo.connection-lost' } });
  });
});
