import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import { sql as searchWords } from '../../../main/engine/store/migrations/0008-search-words.ts';
import { MIGRATIONS } from '../../../main/engine/store/migrations/migrations.ts';
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

/** Throws where the index holds other words than it was given, or its parts do not fit each other. */
function checkIndexes(dir: string): void {
  const db = new Database(join(dir, 'sluice.db'));
  db.exec("INSERT INTO reference (reference) VALUES ('integrity-check')");
  db.exec("INSERT INTO search (search) VALUES ('integrity-check')");
  db.close();
}

/** Words that a table of the index holds. */
function wordsIn(dir: string, table: 'search' | 'reference'): string[] {
  const db = new Database(join(dir, 'sluice.db'));
  db.exec(`CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, ${table}, row)`);
  const words = db.prepare<[], string>('SELECT term FROM vocabulary WHERE doc > 0').pluck().all();
  db.close();
  return words;
}

it('makes the indexes of an older store anew', () => {
  const dir = temporaryDir();
  const [id, other] = [stixId(1), stixId(2, 'identity')];
  let store = temporaryStore(dir);
  pulling(store).page([withText(id, { description: 'kept', created_by_ref: other })]);
  indexAll(store);
  store.close();
  const db = new Database(join(dir, 'sluice.db'));
  for (const table of ['search', 'reference'])
    db.exec(`INSERT INTO ${table} (${table}) VALUES ('delete-all')`);
  // As they were written until then: the record's UUID is a word of its text.
  db.prepare('INSERT INTO search (rowid, text) VALUES (1, ?)').run(`indicator ${id.slice(-36)} kept`);
  db.prepare('INSERT INTO reference (rowid, ids) VALUES (1, ?)').run(` r${other}`);
  db.pragma(`user_version = ${MIGRATIONS.indexOf(searchWords)}`);
  db.close();

  store = temporaryStore(dir);
  expect(store.unindexed()).toBe(1);
  expect(keysOf(store, [id])).toEqual([1]);
  indexAll(store);
  for (const text of ['kept', id, id.slice(-36)]) expect(found(store, text), text).toEqual([1]);
  expect(store.records.mentioning(other, 10).map((r) => r.key)).toEqual([1]);
  pulling(store).page([withText(id, { description: 'changed', created_by_ref: stixId(3) })]);
  expect(found(store, 'kept')).toEqual([]);
  expect(found(store, 'changed')).toEqual([1]);
  expect(store.records.mentioning(other, 10)).toEqual([]);
  store.close();
  checkIndexes(dir);
});

describe('an id that was typed', () => {
  const malware = stixId(1, 'malware');
  const tool = stixId(2, 'x-own-tool');
  const relation = stixId(3, 'relationship');
  const relates = (source: string, target: string): RecordDraft =>
    draft({
      id: relation,
      name: `${source} uses ${target}`,
      raw: Buffer.from(
        JSON.stringify({ type: 'relationship', id: relation, source_ref: source, target_ref: target }),
      ),
    });

  it('finds the object and what is named after it, but not what only refers to it', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    pulling(store).page([
      withText(malware, { name: 'Night' }),
      withText(tool, { name: 'Hammer', created_by_ref: malware }),
      relates(tool, malware),
    ]);
    indexAll(store);
    const uuid = malware.slice(-36);
    const typed = [
      malware,
      malware.toUpperCase(),
      uuid,
      uuid.slice(0, 8),
      uuid.slice(0, 22),
      uuid.replaceAll('-', ''),
    ];
    for (const text of [...typed, uuid.replaceAll('-', '').slice(0, 15)]) {
      expect(found(store, text), text).toEqual([1, 3]);
    }
    expect(found(store, tool)).toEqual([2, 3]);
    expect(found(store, tool.slice(-36))).toEqual([2, 3]);
    expect(found(store, `${malware} uses ${tool}`)).toEqual([3]);
    expect(found(store, `malware ${uuid}`)).toEqual([1, 3]);
    expect(found(store, `x-own-tool uses malware`)).toEqual([3]);
    expect(found(store, `tool--${uuid}`)).toEqual([]);
    expect(found(store, uuid.slice(0, 7))).toEqual([]);
    expect(store.records.mentioning(malware, 10).map((r) => r.key)).toEqual([2, 3]);
    expect(store.records.mentioning(malware, 1).map((r) => r.key)).toEqual([2]);
    expect(store.records.mentions(malware)).toBe(2);
    store.close();
    // Words of the text are a person's words: UUIDs would be as many as all others.
    expect(wordsIn(dir, 'search').filter((word) => /^[0-9a-f]{4,}$/.test(word) && word !== 'feed')).toEqual(
      [],
    );
  });

  it('finds it in a text as well, in order', () => {
    const store = temporaryStore();
    pulling(store).page([
      withText(malware, {}),
      withText(tool, { description: `see ${malware}` }),
      relates(tool, malware),
      withText(stixId(4), { description: `from ${malware} on` }),
    ]);
    indexAll(store);
    for (const text of [malware, malware.slice(-36), malware.slice(-36, -20)]) {
      expect(found(store, text), text).toEqual([1, 2, 3, 4]);
    }
    expect(found(store, `see ${malware}`)).toEqual([2]);
  });

  it('follows a name that changes', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const { page } = pulling(store);
    page([relates(malware, tool)]);
    indexAll(store);
    page([relates(malware, stixId(9, 'x-own-tool'))]);
    expect(found(store, tool)).toEqual([]);
    expect(found(store, stixId(9, 'x-own-tool'))).toEqual([1]);
    expect(store.records.mentioning(tool, 10)).toEqual([]);
    store.close();
    checkIndexes(dir);
  });

  it('is no query, whatever a name holds', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const names = [
      `"${malware}" OR *`,
      `x${malware} y`,
      `${malware.slice(0, -1)} -- ${'word '.repeat(20)}end`,
      `--${malware.slice(-36)}`,
      `malware--aaaaaaaa-é"aa-aaaa-aaaa-aaaaaaaaaaaa`,
    ];
    pulling(store).page(
      names.map((name, n) =>
        draft({
          id: stixId(n + 20),
          name,
          raw: Buffer.from(JSON.stringify({ type: 'note', id: stixId(n + 20), object_refs: [malware] })),
        }),
      ),
    );
    indexAll(store);
    expect(found(store, 'end')).toEqual([3]);
    expect(store.records.mentions(malware)).toBe(names.length);
    store.records.page({ filter: { text: 'malware--"' }, sort: ARRIVAL, limit: 10 });
    store.close();
    checkIndexes(dir);
  });
});
