import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CutItem } from '../../../main/engine/json/cut.ts';
import { Comparison } from '../../../main/engine/sources/ctci/comparison.ts';
import type { FeedSink } from '../../../main/engine/sources/source.ts';
import { MemorySink } from '../../servers/memory-sink.ts';

const FEED = { apiRoot: 'http://x/', collection: 'cewl', title: '', kind: 'cewl' } as const;

interface Row {
  cve: string;
  id_ref: number | null;
  note: number;
}

/** A list of few cves, some of them several times, in pieces of different lengths. */
const list = fc.array(
  fc.record({
    cve: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
    id_ref: fc.option(fc.integer({ min: 1, max: 4 })),
    note: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 12 },
);
const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

/** One pull of a list that came whole. */
async function pull(sink: FeedSink, rows: readonly Row[], pieces: readonly number[]): Promise<number> {
  const comparison = new Comparison(sink);
  await comparison.load();
  for (let at = 0, i = 0; at < rows.length; i++) {
    const length = pieces[i % pieces.length] ?? 1;
    const items = rows
      .slice(at, at + length)
      .map((row): CutItem => ({ bytes: Buffer.from(JSON.stringify(row)), fault: null }));
    await comparison.take(items);
    // What rows are cut from is used again.
    for (const { bytes } of items) bytes.fill(0);
    at += length;
  }
  await comparison.finish();
  const { rows: missing } = await comparison.missing();
  await comparison.close(missing, { n: 1 });
  const { stored } = comparison;
  return stored.new + stored.changed + stored.gone;
}

/** The row that counts for each cve: the highest id_ref, of equal ones the first. */
function winners(rows: readonly Row[]): Map<string, string> {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const held = best.get(row.cve);
    if (held === undefined || (row.id_ref !== null && row.id_ref > (held.id_ref ?? -1)))
      best.set(row.cve, row);
  }
  return new Map([...best].map(([cve, row]) => [cve, JSON.stringify(row)]));
}

test('after each of several pulls the newest versions are the list, and the same list brings nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(list, { minLength: 1, maxLength: 5 }),
      lengths,
      lengths,
      async (lists, one, other) => {
        const memory = new MemorySink();
        for (const rows of lists) {
          await pull(memory.open(FEED), rows, one);
          const newest = new Map<string, string | null>();
          const versions = new Map<string, number>();
          for (const { id, version, revoked, raw } of memory.feed('cewl', 'cewl').records.values()) {
            const n = Number(version.split('.')[0]);
            expect(n).toBe((versions.get(id) ?? 0) + 1);
            versions.set(id, n);
            newest.set(id, revoked ? null : Buffer.from(raw).toString());
          }
          const there = new Map([...newest].filter(([, text]) => text !== null));
          expect(there).toEqual(winners(rows));
          expect(await pull(memory.open(FEED), rows, other)).toBe(0);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('a list of which every row has changed is stored whole, in bounded memory', async () => {
  const memory = new MemorySink();
  const of = (note: number): Row[] =>
    Array.from({ length: 2_000 }, (_, i) => ({ cve: `CVE-${i}`, id_ref: i, note, text: 'x'.repeat(9_000) }));
  await pull(memory.open(FEED), of(1), [50]);
  expect(await pull(memory.open(FEED), of(2), [50])).toBe(2_000);
  expect(await pull(memory.open(FEED), of(2), [70])).toBe(0);
});
