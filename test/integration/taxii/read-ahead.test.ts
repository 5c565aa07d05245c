import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, expect, it } from 'vitest';
import { MemorySink } from '../../servers/memory-sink.ts';
import { generated } from '../../servers/stix-fixture.ts';
import { medallion20, medallion21 } from '../../servers/taxii-personalities.ts';
import { pullInto, testSource } from '../../servers/taxii-pulling.ts';
import { type ScriptedServer, startScripted } from '../../servers/taxii-scripted.ts';

let server: ScriptedServer;
afterEach(() => server.close());

const SENT = 'undici:client:sendHeaders';
const objects = generated(60);

it.each([
  ['2.1', '/taxii2/', medallion21(objects)],
  ['2.0', '/taxii/', medallion20(objects)],
] as const)('asks for the next page before it stores one, TAXII %s', async (_version, path, script) => {
  server = await startScripted(script);
  let sent = 0;
  const count = (): void => {
    sent++;
  };
  subscribe(SENT, count);
  try {
    const sink = new MemorySink();
    const sentWhenStoring: number[] = [];
    sink.beforeStore = () => sentWhenStoring.push(sent);
    await pullInto(sink, testSource(`${server.origin}${path}`, { manifests: false, pageSize: 10 }));
    expect(sink.feed('c', 'object').records.size).toBe(60);
    // While page n of 6 is stored, n + 1 have been asked for, and never more than one ahead.
    const first = sentWhenStoring[0] ?? 0;
    expect(sentWhenStoring.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((n) => first + n));
    expect(first).toBe(server.log.findIndex((e) => e.url.pathname.endsWith('/objects/')) + 2);
  } finally {
    unsubscribe(SENT, count);
  }
});
