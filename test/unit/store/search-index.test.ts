import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { ARRIVAL, draft, indexAll, pulling, stixId, temporaryDir, temporaryStore } from './store-fixture.ts';

function withText(id: string, members: Record<string, unknown>): RecordDraft {
  return draft({ id, raw: Buffer.from(JSON.stringify({ type: id.split('--')[0], id, ...members })) });
}

const keysOf = (store: Store, ids: string[]): number[] =>
  store.records.byObjectIds(ids, 100).map((r) => r.key);

const found = (store: Store, text: string): number[] =>
  store.records.page({ filter: { text }, sort: ARRIVAL, limit: 100 }).rows.map((r) => r.key);

it('finds records by an id of any form, indexed or not, also when another type has the same UUID', () => {
  const store = temporaryStore();
  const feed = pulling(store);
  const ids = [stixId(1), stixId(1, 'malware'), 'indicator--1', 'x--é "odd" id'];
  feed.page(ids.map((id) => withText(id, { description: `see ${stixId(1)}` })));
  ids.forEach((id, i) => void expect(keysOf(store, [id])).toEqual([i + 1]));
  indexAll(store);
  ids.forEach((id, i) => void expect(keysOf(store, [id])).toEqual([i + 1]));
  expect(keysOf(store, ids)).toEqual([1, 2, 3, 4]);
  expect(keysOf(store, [stixId(2)])).toEqual([]);
});

it('indexes what came later for a record and what stands beside it, over many pieces of text', () => {
  const store = temporaryStore();
  const feed = pulling(store);
  const filler = 'lorem '.repeat(500);
  feed.page(
    Array.from({ length: 400 }, (_, n) => withText(stixId(n), { description: `word${n}x ${filler}` })),
  );
  feed.page([withText(stixId(7), { description: 'instead', object_refs: [stixId(9)] })]);
  indexAll(store);
  expect(found(store, 'word7x')).toEqual([]);
  expect(found(store, 'instead')).toEqual([8]);
  expect(store.records.mentioning(stixId(9), 10).map((r) => r.key)).toEqual([8]);
  for (const n of [0, 6, 8, 199, 399]) expect(found(store, `word${n}x`)).toEqual([n + 1]);
});

it('goes on with an index that holds each record’s own id beside those it refers to', () => {
  const dir = temporaryDir();
  const [id, before, after] = [stixId(1), stixId(2), stixId(3)];
  let store = temporaryStore(dir);
  pulling(store).page([withText(id, { created_by_ref: before })]);
  indexAll(store);
  store.close();
  // As the first stores were written.
  const db = new Database(join(dir, 'sluice.db'));
  db.prepare("INSERT INTO reference (reference, rowid, ids) VALUES ('delete', 1, ?)").run(` r${before}`);
  db.prepare('INSERT INTO reference (rowid, ids) VALUES (1, ?)').run(`i${id} r${before}`);
  db.close();

  store = temporaryStore(dir);
  expect(keysOf(store, [id])).toEqual([1]);
  expect(store.records.mentioning(before, 10).map((r) => r.key)).toEqual([1]);
  pulling(store).page([withText(id, { created_by_ref: after })]);
  indexAll(store);
  expect(keysOf(store, [id])).toEqual([1]);
  expect(store.records.mentioning(before, 10)).toEqual([]);
  expect(store.records.mentioning(after, 10).map((r) => r.key)).toEqual([1]);
  store.close();
  const check = new Database(join(dir, 'sluice.db'));
  check.exec("INSERT INTO reference (reference) VALUES ('integrity-check')");
  check.exec("INSERT INTO search (search) VALUES ('integrity-check')");
  check.close();
});
