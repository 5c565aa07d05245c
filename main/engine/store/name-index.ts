import { keysOf } from './key-set.ts';
import type { StoreFile } from './store-file.ts';

/** Most names added at once: they are sorted in memory. */
const MOST = 25_000;
/** Fewer than this are not worth a write; what is missing is merged in when an order is asked for. */
const FEWEST = 2000;
/** Names of new records land all over the tree: adding a sixteenth of it at a time keeps the pages rewritten few. */
const SHARE = 16;

/** What names are ordered by: without case, the first 64 characters. */
export function nameKey(name: string): string {
  return name.slice(0, 64).toWellFormed().toLowerCase();
}

/** By code point, as SQLite compares UTF-8: JavaScript's own order differs above U+FFFF. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates stand for what comes after everything else.
    return x >= 0xd800 && y >= 0xd800 ? rotated(x) - rotated(y) : x - y;
  }
  return a.length - b.length;
}

const rotated = (unit: number): number => (unit >= 0xe000 ? unit - 0x800 : unit + 0x2000);

/** The order of names, in the file, up to a watermark of its own. */
export class NameIndex {
  readonly #file: StoreFile;
  readonly #sql;

  constructor(file: StoreFile) {
    this.#file = file;
    const { db } = file;
    this.#sql = {
      named: db.prepare<[], number>("SELECT value FROM meta WHERE name = 'named'").pluck(),
      advance: db.prepare("UPDATE meta SET value = ? WHERE name = 'named'"),
      names: db
        .prepare<[number, number], [key: number, name: string]>(
          'SELECT key, name FROM record WHERE key > ? ORDER BY key LIMIT ?',
        )
        .raw(),
      add: db.prepare('INSERT INTO name_order VALUES (?, ?)'),
      drop: db.prepare('DELETE FROM name_order WHERE name = ? AND key = ?'),
      all: db
        .prepare<[], string | null>(
          'SELECT group_concat(key) FROM (SELECT key FROM name_order ORDER BY name, key)',
        )
        .pluck(),
    };
  }

  /** Keys up to this one are in {@link keys}. */
  named(): number {
    return this.#sql.named.get() ?? 0;
  }

  /** Enough names wait for their place to be worth a batch. */
  due(): boolean {
    const from = this.named();
    return this.#file.columns.count - from >= Math.min(MOST, Math.max(FEWEST, from / SHARE));
  }

  /** Adds a batch when one is due, inside a write; with `now` whatever is missing. */
  add(now = false): void {
    while (now ? this.#file.columns.count > this.named() : this.due()) {
      const from = this.named();
      const names = this.#sql.names.all(from, MOST).map(([key, name]) => [key, nameKey(name)] as const);
      const last = from + names.length;
      // In the tree's own order: neighbours land on the same page.
      names.sort(([k, a], [l, b]) => compareNames(a, b) || k - l);
      for (const [key, name] of names) this.#sql.add.run(name, key);
      this.#sql.advance.run(last);
      if (!now) return;
    }
  }

  /** A record whose name is about to change from `name`; answers how to add the new one. Inside a write. */
  replacing(key: number, name: string): (now: string) => void {
    if (key > this.named()) return () => undefined;
    this.#sql.drop.run(nameKey(name), key);
    return (now) => {
      this.#sql.add.run(nameKey(now), key);
    };
  }

  /** Every key with a place in the order, in order; at most those this process knows of. */
  keys(): Uint32Array {
    const { count } = this.#file.columns;
    return keysOf(this.#sql.all.get() ?? '').filter((key) => key <= count);
  }
}
