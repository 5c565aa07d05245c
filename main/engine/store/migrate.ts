import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Sql } from './database.ts';
import { newerStore, notAStore } from './store-error.ts';

const number = (db: Sql, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

/**
 * Brings a file to the newest format. An older file is copied to `sluice-v<n>.backup.db` beside it first.
 * A newer one is refused (`store.newer`), one of another program too (`store.corrupt`).
 */
export function migrate(
  db: Sql,
  options: {
    file: string;
    dir: string;
    migrations: readonly string[];
    applicationId: number;
    readonly: boolean;
  },
): void {
  const { file, dir, migrations, applicationId } = options;
  const check = (): number => {
    const found = number(db, 'user_version');
    if (number(db, 'application_id') !== applicationId) {
      const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
      if (tables > 0) throw notAStore(file, 'the file belongs to another program');
      return 0;
    }
    if (found > migrations.length) throw newerStore(file, found, migrations.length);
    return found;
  };
  const found = check();
  if (found === migrations.length) return;
  if (options.readonly) throw notAStore(file, `format ${found} must be migrated before it can be read`);
  if (found > 0) backup(db, join(dir, `sluice-v${found}.backup.db`));
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated while this one waited.
    for (const sql of migrations.slice(check())) db.exec(sql);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (thrown) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw thrown;
  }
}

function backup(db: Sql, to: string): void {
  if (existsSync(to)) rmSync(to);
  db.prepare('VACUUM INTO ?').run(to);
  chmodSync(to, 0o600);
}
