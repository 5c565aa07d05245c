import { describe, expect, it } from 'vitest';
import { MemorySink, pullContext } from '../../servers/memory-sink.ts';
import { type FixtureObject, generated } from '../../servers/stix-fixture.ts';
import { startNdjsonServer } from '../../servers/taxii-ndjson.ts';
import { medallion20, medallion21, opentaxii } from '../../servers/taxii-personalities.ts';
import { pullInto, testSource } from '../../servers/taxii-pulling.ts';
import { type Exchange, type Reply, startScripted } from '../../servers/taxii-scripted.ts';

/** Marks where the store was killed: nothing after it is stored, as with SIGKILL between two transactions. */
class Killed extends Error {}

/** Repeatable random numbers: mulberry32. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const objects = generated(180).map((o, i): FixtureObject => {
  // Bursts share one instant, over page borders.
  const at = new Date(1_704_067_200_000 + Math.floor(i / 25) * 60_000).toISOString();
  return { ...o, added: at };
});
const shuffled = objects.toSorted((a, b) => a.id.localeCompare(b.id)).toReversed();

type Script = (e: Exchange) => Reply | Promise<Reply>;
const kinds: [string, string, (list: readonly FixtureObject[]) => Script][] = [
  ['sessions (2.1)', '/taxii2/', (list) => medallion21(list)],
  ['sessions, not in order (2.1)', '/taxii2/', () => medallion21(shuffled)],
  ['offsets and dates only (2.1)', '/taxii2/', (list) => opentaxii(list)],
  ['one-short ranges (2.0)', '/taxii/', (list) => medallion20(list)],
];

describe('a pull that is killed at any point', () => {
  it.each(kinds)('goes on without losing or doubling anything: %s', async (_name, path, make) => {
    for (let round = 0; round < 12; round++) {
      const next = random(round);
      const server = await startScripted(make(objects));
      const sink = new MemorySink();
      let kills = 0;
      try {
        for (;;) {
          // A kill before some page is stored; later rounds get further.
          let pages = Math.floor(next() * 14) + kills;
          sink.beforeStore = () => {
            if (kills < 6 && pages-- <= 0) {
              kills++;
              throw new Killed();
            }
          };
          const source = testSource(`${server.origin}${path}`, { manifests: round % 2 === 0, pageSize: 20 });
          try {
            const { summary } = await pullInto(sink, source);
            const failed = [...sink.feeds.values()].some((f) => f.result?.failure != null);
            if (summary.failure === null && !failed) break;
          } catch (error) {
            expect(error).toBeInstanceOf(Killed);
          }
        }
        for (const feed of sink.feeds.values()) {
          expect(feed.records.size).toBe(180);
          expect(feed.result?.completeness.complete).toBe('yes');
        }
      } finally {
        await server.close();
      }
    }
  });

  it.each([9, 8])(
    'is still held against the manifest that had come whole (killed before page %i)',
    async (at) => {
      const all = generated(60);
      const manifest = medallion21(all);
      const some = medallion21(all.slice(0, 52));
      const server = await startScripted((e) => (e.path.endsWith('/manifest/') ? manifest(e) : some(e)));
      const sink = new MemorySink();
      const source = () => testSource(`${server.origin}/taxii2/`, { manifests: true });
      try {
        let pages = at;
        sink.beforeStore = () => {
          if (pages-- <= 0) throw new Killed();
        };
        await pullInto(sink, source()).catch(() => undefined);
        expect(sink.feed('c', 'manifest').records.size).toBe(60);
        expect(sink.feed('c', 'object').records.size).toBeLessThan(52);
        sink.beforeStore = () => {};
        await pullInto(sink, source());
        expect(sink.feed('c', 'object').records.size).toBe(52);
        expect(sink.feed('c', 'object').result).toMatchObject({
          announced: 60,
          completeness: { complete: 'no', reason: 'The manifest lists 60; 8 of them did not come.' },
        });
      } finally {
        await server.close();
      }
    },
  );

  it('that is aborted while a page is on its way keeps what it has', async () => {
    const server = await startNdjsonServer({
      version: '2.1',
      collections: [{ title: 'slow', objects: generated(100) }],
      pageMs: 15,
    });
    const sink = new MemorySink();
    try {
      for (let round = 0; round < 5; round++) {
        const abort = new AbortController();
        const { context } = pullContext(sink, abort.signal);
        const source = testSource(server.url, { pageSize: 10 });
        const running = source.pull(context);
        setTimeout(() => abort.abort(), 40 + round * 17);
        await running.catch(() => undefined);
        await source.close();
      }
      const { summary } = await pullInto(sink, testSource(server.url, { pageSize: 10 }));
      expect(summary.failure).toBeNull();
      expect(sink.feed('c0', 'object').records.size).toBe(100);
    } finally {
      await server.close();
    }
  });
});
