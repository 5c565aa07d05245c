/**
 * A CEWL of N generated rows in constant memory: `node … N`, prints {"url": …}. `/turn` changes three rows, adds two and removes one, and back.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cewlRow, generateCewl } from '../../main/node/demo/sample-cewl.ts';
import { seededRandom } from '../../main/node/demo/sample-stix-random.ts';

const count = Number(process.argv[2] ?? 250_000);
const PIECE = 65_536;
let second = false;

/** The list's rows as text: the first time, or after three changes, two additions and one removal. */
function* texts(): Generator<string> {
  let i = 0;
  for (const row of generateCewl({ rows: count })) {
    const changed = second && (i === 7 || i === count >> 1 || i === count - 1);
    if (!second || i !== 100)
      yield JSON.stringify(changed ? { ...row, external_note: 'Changed since.' } : row);
    i++;
  }
  if (!second) return;
  const random = seededRandom(2);
  for (const n of [1, 2])
    yield JSON.stringify(cewlRow(random, `CVE-2099-9999${n}`, 10_000_000 + n, 1_790_000_000_000));
}

async function send(response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json' });
  let piece = '{"data":[';
  let between = '';
  for (const text of texts()) {
    piece += between + text;
    between = ',';
    if (piece.length < PIECE) continue;
    if (!response.write(piece)) await once(response, 'drain');
    piece = '';
  }
  response.end(`${piece}],"next":null}`);
}

const server = createServer((request, response) => {
  if (request.url === '/turn') {
    second = !second;
    response.end();
  } else void send(response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
