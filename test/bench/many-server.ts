/** A TAXII 2.1 server over N generated objects in constant memory: pages are made as they are asked for. `node … N`, prints {"url": …}. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateMany } from '../../main/node/demo/sample-many.ts';

const count = Number(process.argv[2] ?? 100_000);
const TYPE = 'application/taxii+json;version=2.1';
let objects = generateMany(count);
let at = 0;

/** Objects from..from+limit; starts over when asked for something that has gone by. */
function page(from: number, limit: number): { texts: string[]; first: string; last: string } {
  if (from < at) {
    objects = generateMany(count);
    at = 0;
  }
  const texts: string[] = [];
  let first = '';
  let last = '';
  while (at < from + limit) {
    const next = objects.next();
    if (next.done === true) break;
    if (at >= from) {
      texts.push(next.value.raw);
      last = next.value.addedAt;
      if (first === '') first = last;
    }
    at += 1;
  }
  return { texts, first, last };
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const send = (body: string, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'content-type': TYPE, ...headers }).end(body);
  };
  if (url.pathname === '/taxii2/') send(JSON.stringify({ title: 'Many', api_roots: ['/root/'] }));
  else if (url.pathname === '/root/')
    send(JSON.stringify({ title: 'Many', versions: [TYPE], max_content_length: 1e8 }));
  else if (url.pathname === '/root/collections/') {
    send(JSON.stringify({ collections: [{ id: 'many', title: 'Many', can_read: true, can_write: false }] }));
  } else if (url.pathname === '/root/collections/many/objects/') {
    const from = Number(url.searchParams.get('next') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 1000);
    const { texts, first, last } = page(from, limit);
    const to = from + texts.length;
    const more = to < count ? `"more":true,"next":"${to}",` : '"more":false,';
    send(`{${more}"objects":[${texts.join(',')}]}`, {
      'x-taxii-date-added-first': first,
      'x-taxii-date-added-last': last,
    });
  } else response.writeHead(404, { 'content-type': TYPE }).end('{"title":"Not found"}');
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/taxii2/` })),
);
