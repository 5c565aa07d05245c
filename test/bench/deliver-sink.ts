/**
 * The receiving end of the deliver bench, a process of its own: TLS that demands a client certificate, reads everything, counts bytes, ends
 * when the client has. `node deliver-sink.ts CERTIFICATES.json`; prints its port, then a line with the bytes of each connection.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { DevoCertificates } from '../../main/node/demo/certificates.ts';

const certificates = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as DevoCertificates;
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
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('end', () => {
      console.log(`received ${bytes}`);
      socket.end();
    });
    socket.on('error', (error) => console.log(`error ${error.message}`));
  },
);
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
