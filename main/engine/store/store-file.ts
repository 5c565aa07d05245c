import { join } from 'node:path';
import { Catalogue } from './catalogue.ts';
import { Columns } from './columns.ts';
import { type Sql, STORE_FILE } from './database.ts';
import { storeError } from './store-error.ts';

/**
 * The open file with what of it is mirrored in memory. Every read goes through {@link read} and every change through
 * {@link write}: they bring the mirror up to date when another process has written, and turn SQLite's errors into ours.
 */
export class StoreFile {
  readonly db: Sql;
  readonly path: string;
  readonly columns: Columns;
  readonly catalogue: Catalogue;
  readonly #dataVersion;
  readonly #begin;
  readonly #beginWrite;
  readonly #commit;
  readonly #onReset: (() => void)[] = [];
  #seen = -1;

  constructor(db: Sql, dir: string) {
    this.db = db;
    this.path = join(dir, STORE_FILE);
    this.columns = new Columns(db);
    this.catalogue = new Catalogue(db);
    this.#begin = db.prepare('BEGIN');
    this.#beginWrite = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  /** Called whenever memory was thrown away after a failed write, for caches built on it. */
  onReset(listener: () => void): void {
    this.#onReset.push(listener);
  }

  /** Runs `fn` over an up-to-date mirror. Statements in it see the file as it is then or later. */
  read<T>(fn: () => T): T {
    if (this.db.inTransaction) return fn();
    try {
      if (this.#dataVersion.get() !== this.#seen) this.#refresh();
      return fn();
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  #refresh(): void {
    this.#begin.run();
    try {
      this.#sync();
    } finally {
      this.#commit.run();
    }
  }

  #sync(): void {
    const version = this.#dataVersion.get() ?? -1;
    if (version === this.#seen) return;
    this.catalogue.refresh();
    this.columns.refresh();
    this.#seen = version;
  }

  /** Runs `fn` in one durable transaction: all of it is on the disk when this returns, or none. */
  write<T>(fn: () => T): T {
    if (this.db.inTransaction) return fn();
    try {
      this.#beginWrite.run();
      try {
        this.#sync();
        const result = fn();
        this.columns.flush();
        this.#commit.run();
        return result;
      } catch (thrown) {
        this.#abandon();
        throw thrown;
      }
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  /**
   * Like {@link write} for what can be made or pulled again: nothing is lost when the process is killed; after a crash of the system it is
   * there whole or not at all. A page and its cursor go back together, and the end of a pull, like every later {@link write}, puts
   * all of it on the disk.
   */
  writeRelaxed<T>(fn: () => T): T {
    if (this.db.inTransaction) return fn();
    this.db.pragma('synchronous = NORMAL');
    try {
      return this.write(fn);
    } finally {
      this.db.pragma('synchronous = FULL');
    }
  }

  /** For what SQLite wants to do outside of a transaction of ours: giving pages back. */
  exclusive(fn: () => void): void {
    try {
      fn();
    } catch (thrown) {
      throw storeError(thrown, this.path);
    }
  }

  #abandon(): void {
    // SQLite rolls back by itself on some errors (a full disk among them).
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
    this.columns.reset();
    this.catalogue.reset();
    this.#seen = -1;
    for (const listener of this.#onReset) listener();
  }
}
