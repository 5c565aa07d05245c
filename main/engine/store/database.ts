import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SluiceError } from '../../../shared/errors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { newerStore, notAStore, storeError } from './store-error.ts';

export type Sql = Database.Database;

export const STORE_FILE = 'sluice.db';
/** `SLUC`: tells a Sluice store from any other SQLite file. */
const APPLICATION_ID = 0x534c5543;
const HEADER = Buffer.from('SQLite format 3\0', 'latin1');
/** Another process' transaction is waited for this long. */
const BUSY_TIMEOUT_MS = 10_000;

/** Reads the header without SQLite, so that a file that is refused is not touched. */
function inspect(file: string, known: number): void {
  const head = Buffer.alloc(100);
  const fd = openSync(file, 'r');
  try {
    const read = readSync(fd, head, 0, 100, 0);
    if (read === 0) return; // SQLite's own empty file
    if (read < 100 || !head.subarray(0, 16).equals(HEADER)) throw notAStore(file, 'file is not a database');
  } finally {
    closeSync(fd);
  }
  const version = head.readUInt32BE(60);
  if (head.readUInt32BE(68) === APPLICATION_ID && version > known) throw newerStore(file, version, known);
}

/**
 * Opens (and makes, and migrates) the one file of a data directory. Directory mode 0700, file mode 0600.
 * Throws `store.newer`, `store.corrupt`, `store.locked`, `store.full`, `store.unavailable`; `store.missing` when read-only and absent.
 */
export function openDatabase(options: {
  dir: string;
  readonly: boolean;
  migrations?: readonly string[];
}): Sql {
  const migrations = options.migrations ?? MIGRATIONS;
  const file = join(options.dir, STORE_FILE);
  let db: Sql | null = null;
  try {
    if (!options.readonly) mkdirSync(options.dir, { recursive: true, mode: 0o700 });
    if (existsSync(file)) inspect(file, migrations.length);
    else if (options.readonly) {
      throw new SluiceError({
        code: 'store.missing',
        message: `There is no store in ${options.dir}.`,
        remedy: 'Pull something first, or give the data directory that holds sluice.db.',
        details: { file },
      });
    } else closeSync(openSync(file, 'a', 0o600));
    if (!options.readonly) chmodSync(file, 0o600);
    db = new Database(file, { readonly: options.readonly, timeout: BUSY_TIMEOUT_MS });
    configure(db, options.readonly);
    migrate(db, {
      file,
      dir: options.dir,
      migrations,
      applicationId: APPLICATION_ID,
      readonly: options.readonly,
    });
    return db;
  } catch (thrown) {
    db?.close();
    throw storeError(thrown, file);
  }
}

function configure(db: Sql, readonly: boolean): void {
  if (!readonly) {
    db.pragma('page_size = 8192');
    // Of a new file only: pages that a clean-up frees can be given back one by one.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    // A commit is on the disk when it returns, unless it says otherwise (`StoreFile.writeRelaxed`).
    db.pragma('synchronous = FULL');
    // 32 MB: a usual pull is written once, not twice while somebody waits for it.
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('journal_size_limit = 67108864');
  }
  db.pragma('foreign_keys = OFF');
  db.pragma('cache_size = -8000');
  db.pragma('temp_store = FILE');
}
