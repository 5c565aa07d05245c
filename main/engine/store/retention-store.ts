import { createHash } from 'node:crypto';
import { EXPIRED, REPLACED } from './columns.ts';
import { type Cutoffs, Expiry } from './expiry.ts';
import type { Rows } from './rows.ts';
import type { SearchIndex } from './search-index.ts';
import type { RetentionStore } from './store.ts';
import type { StoreFile } from './store-file.ts';
import type { Texts } from './texts.ts';

const DIGEST_BYTES = 16;
/** Most records of one transaction, however large the budget. */
const MOST = 20_000;
/** Records between two looks at the time. */
const STEP = 64;

/** What tells a removed text from another. */
export function digestOf(text: Uint8Array): Buffer {
  return createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES);
}

/**
 * Removing texts that were kept long enough, and giving their space back. Each step is one transaction: a kill leaves a record whole or
 * without its text, never between.
 */
export function createRetentionStore(
  file: StoreFile,
  texts: Texts,
  rows: Rows,
  search: SearchIndex,
): RetentionStore {
  const { db, columns } = file;
  const expiry = new Expiry(file);
  const sql = {
    add: db.prepare('INSERT OR REPLACE INTO expired VALUES (?, ?)'),
    removed: db.prepare<[], number>('SELECT count(*) FROM expired').pluck(),
    cleaned: db.prepare<[], number | null>("SELECT value FROM meta WHERE name = 'cleaned'").pluck(),
    setCleaned: db.prepare("INSERT OR REPLACE INTO meta VALUES ('cleaned', ?)"),
  };
  const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));

  const remove = (keys: readonly number[]): void => {
    for (const key of keys) {
      sql.add.run(key, digestOf(rows.text(key)));
      search.forgetText(key);
    }
    texts.remove(keys);
    for (const key of keys) {
      const state = columns.state[key - 1] ?? 0;
      columns.setState(key - 1, (state & ~REPLACED) | EXPIRED);
    }
    columns.replacements++;
  };

  return {
    plan: (cutoffs) =>
      file.read(() => {
        const { rejected, handedOver } = expiry.due(cutoffs);
        let bytes = 0;
        for (const key of rejected) bytes += columns.bytes[key - 1] ?? 0;
        for (const key of handedOver) bytes += columns.bytes[key - 1] ?? 0;
        const removed = sql.removed.get() ?? 0;
        return { rejected: rejected.length, handedOver: handedOver.length, bytes, removed };
      }),

    removeSome: (cutoffs: Cutoffs, budgetMs: number) =>
      file.write(() => {
        const { rejected, handedOver } = expiry.due(cutoffs);
        const due = [...rejected, ...handedOver].sort((a, b) => a - b);
        const until = performance.now() + budgetMs;
        let at = 0;
        while (at < due.length && at < MOST && (at === 0 || performance.now() < until)) {
          remove(due.slice(at, at + STEP));
          at += STEP;
        }
        const removed = Math.min(at, due.length);
        return { removed, left: due.length - removed };
      }),

    mergeSome: (pages, begin) => file.writeRelaxed(() => search.mergeSome(pages, begin)),

    compactSome(pages) {
      const free = pragma('freelist_count');
      if (free === 0 && pragma('auto_vacuum') !== 0) return { left: 0 };
      if (pragma('auto_vacuum') === 0) {
        // A file from before pages could be given back one by one: written anew, once.
        db.pragma('auto_vacuum = INCREMENTAL');
        file.exclusive(() => db.exec('VACUUM'));
        return { left: 0 };
      }
      file.exclusive(() => db.pragma(`incremental_vacuum(${Math.trunc(pages)})`));
      return { left: pragma('freelist_count') };
    },

    size() {
      const page = pragma('page_size');
      return { fileBytes: pragma('page_count') * page, freeBytes: pragma('freelist_count') * page };
    },

    lastAt: () => file.read(() => sql.cleaned.get() ?? null),
    ended: (at) =>
      file.write(() => {
        sql.setCleaned.run(at);
      }),
  };
}
