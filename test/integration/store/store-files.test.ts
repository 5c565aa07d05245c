import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../main/engine/store/database.ts';
import { MIGRATIONS } from '../../../main/engine/store/migrations/migrations.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import {
  draft,
  FEED,
  fixedClock,
  indexAll,
  pulling,
  stixId,
  temporaryDir,
  temporaryStore,
} from '../../unit/store/store-fixture.ts';

const clock = fixedClock();
const withCode = (code: string) => expect.objectContaining({ failure: expect.objectContaining({ code }) });

describe('the store file', () => {
  it('is private to the user', () => {
    const dir = join(temporaryDir(), 'data');
    temporaryStore(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'sluice.db')).mode & 0o777).toBe(0o600);
  });

  it('is refused untouched when a newer Sluice wrote it', () => {
    const dir = temporaryDir();
    temporaryStore(dir).close();
    const file = join(dir, 'sluice.db');
    const db = new Database(file);
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const before = readFileSync(file);
    expect(() => openStore({ dir, clock })).toThrow(withCode('store.newer'));
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('is refused when it is no database or another program’s', () => {
    const dir = temporaryDir();
    const file = join(dir, 'sluice.db');
    writeFileSync(
      file,
      'these are not the bytes of a database, however long they go on; 100 bytes make a header, so go on'.repeat(
        9,
      ),
    );
    const before = readFileSync(file);
    expect(() => openStore({ dir, clock })).toThrow(withCode('store.corrupt'));
    expect(readFileSync(file).equals(before)).toBe(true);
    writeFileSync(file, 'short');
    expect(() => openStore({ dir, clock })).toThrow(withCode('store.corrupt'));

    const other = temporaryDir();
    const db = new Database(join(other, 'sluice.db'));
    db.exec('CREATE TABLE notes (text)');
    db.close();
    expect(() => openStore({ dir: other, clock })).toThrow(withCode('store.corrupt'));
  });

  it('says so when pages of it are damaged', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const pull = pulling(store);
    for (let p = 0; p < 20; p++) {
      pull.page(
        Array.from({ length: 100 }, (_, i) => draft({ id: stixId(p * 100 + i), name: 'x'.repeat(500) })),
      );
    }
    store.close();
    const file = join(dir, 'sluice.db');
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 8192 * 2);
    writeFileSync(file, bytes);
    expect(() =>
      openStore({ dir, clock }).records.page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 500 }),
    ).toThrow(withCode('store.corrupt'));
  });

  it('is copied before an older format is migrated', () => {
    const dir = temporaryDir();
    temporaryStore(dir).close();
    const db = openDatabase({ dir, readonly: false, migrations: [...MIGRATIONS, 'CREATE TABLE later (x)'] });
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    db.close();
    const backup = join(dir, `sluice-v${MIGRATIONS.length}.backup.db`);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const back = temporaryDir();
    copyFileSync(backup, join(back, 'sluice.db'));
    expect(temporaryStore(back).records.count({})).toBe(0);
  });

  it('of before tables goes on with all it holds, and its vulnerabilities get their links', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const objects = pulling(store);
    objects.page([
      draft({ id: stixId(1, 'vulnerability'), name: 'CVE-2024-1000' }),
      draft({ id: stixId(2), tlp: 'red' }),
    ]);
    store.decisions.decide({ keys: [1] }, 'approved', null, 1);
    indexAll(store);
    const before = [...store.records.iterate({ filter: {} }, { raw: true })];
    store.close();
    const file = join(dir, 'sluice.db');
    const db = new Database(file);
    db.exec(`ALTER TABLE shape DROP COLUMN severity; ALTER TABLE shape DROP COLUMN change;
      ALTER TABLE destination DROP COLUMN holds; DROP TABLE cewl; DROP TABLE cewl_row; DROP TABLE event; DROP TABLE cve;
      DROP TABLE override; ALTER TABLE pull_feed DROP COLUMN generated; DELETE FROM meta WHERE name = 'linked'; PRAGMA user_version = 2`);
    db.close();

    const migrated = temporaryStore(dir);
    expect([...migrated.records.iterate({ filter: {} }, { raw: true })]).toEqual(before);
    expect(migrated.pulls.list({ limit: 1 })).toMatchObject([{ stored: 2, generated: 2 }]);
    expect(existsSync(join(dir, 'sluice-v2.backup.db'))).toBe(true);
    expect(migrated.records.aboutCves(['CVE-2024-1000'], 9)).toEqual([]);
    indexAll(migrated);
    expect(migrated.records.aboutCves(['CVE-2024-1000'], 9).map((row) => row.key)).toEqual([1]);
    const cells = { kind: 'event' as const, happened: 5, sources: ['a'], attributes: 1 };
    pulling(migrated, 'tq', { ...FEED, kind: 'event' }).page([draft({ id: 'e1', cells })]);
    expect(migrated.records.row(3)?.cells).toEqual(cells);
  });

  it('stays as it was when a migration fails', () => {
    const dir = temporaryDir();
    temporaryStore(dir).close();
    expect(() =>
      openDatabase({ dir, readonly: false, migrations: [...MIGRATIONS, 'CREATE TABLE record (x)'] }),
    ).toThrow();
    expect(temporaryStore(dir).records.count({})).toBe(0);
  });

  it('opens read-only without writing, and not when it is missing', () => {
    const dir = temporaryDir();
    expect(() => openStore({ dir: join(dir, 'no'), clock, readonly: true })).toThrow(
      withCode('store.missing'),
    );
    const store = temporaryStore(dir);
    pulling(store).page([draft({ id: stixId(1) })]);
    const reader = openStore({ dir, clock, readonly: true });
    expect(reader.records.count({})).toBe(1);
    expect(() => reader.saved.save('a', {})).toThrow(withCode('store.unavailable'));
    reader.close();
  });
});

describe('a full disk', () => {
  it('loses nothing and goes on when there is space again', () => {
    const dir = temporaryDir();
    const store = temporaryStore(dir);
    const pull = pulling(store);
    const page = (p: number) =>
      Array.from({ length: 50 }, (_, i) => draft({ id: stixId(p * 50 + i), raw: Buffer.alloc(2000, 97) }));
    pull.page(page(0), { p: 0 });
    const db = new Database(join(dir, 'sluice.db'));
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.close();
    store.close();
    const limited = openStore({ dir, clock, maxPages: pages + 20 });
    const again = pulling(limited);
    let stored = 1;
    const fill = () => {
      for (; stored < 50; stored++) again.page(page(stored), { p: stored });
    };
    expect(fill).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'store.full', retryable: true }) }),
    );
    expect(limited.records.count({})).toBe(stored * 50);
    expect(limited.pulls.feeds('feed')[0]?.cursor).toEqual({ p: stored - 1 });
    expect(
      limited.records.page({ filter: {}, sort: { by: 'arrival', dir: 'desc' }, limit: 5 }).rows,
    ).toHaveLength(5);
    limited.close();
    const roomy = temporaryStore(dir);
    const more = pulling(roomy);
    expect(more.page(page(stored - 1)).duplicates).toBe(50);
    expect(more.page(page(stored), { p: stored }).stored).toBe(50);
    expect(roomy.records.count({})).toBe((stored + 1) * 50);
    for (const { raw } of roomy.records.iterate({ filter: {} }, { raw: true }))
      expect(raw?.length).toBe(2000);
  });
});

describe('two stores on one file', () => {
  it('see each other’s records, decisions, deliveries and marks', () => {
    const dir = temporaryDir();
    const [a, b] = [temporaryStore(dir), temporaryStore(dir)];
    const pull = pulling(a);
    pull.page([draft({ id: stixId(1), tlp: 'red' }), draft({ id: stixId(2) })]);
    expect(b.records.count({ tlp: ['red'] })).toBe(1);
    b.decisions.decide({ filter: {} }, 'approved', null, 1);
    expect(a.records.count({ delivery: ['queued'] })).toBe(2);
    a.outbox.route({ destination: 'devo', sources: ['feed'], kinds: ['object', 'manifest'], maxTlp: 'red' });
    const batch = b.outbox.begin('devo', { maxRecords: 1, maxBytes: 1e6 });
    expect(a.outbox.totals()[0]).toMatchObject({ queued: 1, inFlight: 1 });
    if (batch) b.outbox.handedOver(batch, 3);
    expect(a.records.get(1)?.row.delivery).toBe('handed_over');
    // Interleaved pages of one feed stay without duplicates.
    const other = b.pulls.openFeed(pull.pullingId, 'feed', {
      apiRoot: '',
      collection: 'x',
      title: '',
      kind: 'object',
    });
    b.pulls.storePage(pull.pullingId, other.feedId, { records: [draft({ id: stixId(1) })], cursor: null }, 5);
    expect(
      b.pulls.storePage(
        pull.pullingId,
        pull.feedId,
        { records: [draft({ id: stixId(2) }), draft({ id: stixId(3) })], cursor: null },
        6,
      ),
    ).toMatchObject({
      stored: 1,
      duplicates: 1,
    });
    expect(pull.page([draft({ id: stixId(3) }), draft({ id: stixId(4) })])).toMatchObject({
      stored: 1,
      duplicates: 1,
    });
    expect(
      b.records
        .page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 9 })
        .rows.map((r) => [r.key, r.collection]),
    ).toEqual(
      a.records
        .page({ filter: {}, sort: { by: 'arrival', dir: 'asc' }, limit: 9 })
        .rows.map((r) => [r.key, r.collection]),
    );
    while (a.indexSome(5) + b.indexSome(5) > 0);
    expect(b.records.count({ text: 'indicator' })).toBe(5);
  });
});
