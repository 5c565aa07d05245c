import type { LogStore } from './store.ts';
import type { StoreFile } from './store-file.ts';

type Line = ReturnType<LogStore['page']>[number];

/** The collectors' log lines, bounded. */
export function createLogStore(file: StoreFile): LogStore {
  const { db } = file;
  const insert = db.prepare('INSERT INTO log (at, level, process, thread, message) VALUES (?, ?, ?, ?, ?)');
  const where = `seq < @before AND seq > @after AND (@level IS NULL OR level = @level)
    AND (@text IS NULL OR instr(lower(message), @text) > 0 OR instr(lower(thread), @text) > 0)`;
  const newest = db.prepare<[object], Line>(
    `SELECT * FROM log WHERE ${where} ORDER BY seq DESC LIMIT @limit`,
  );
  const following = db.prepare<[object], Line>(`SELECT * FROM log WHERE ${where} ORDER BY seq LIMIT @limit`);
  const prune = db.prepare('DELETE FROM log WHERE seq <= (SELECT max(seq) FROM log) - ?');
  return {
    append(lines) {
      if (lines.length === 0) return;
      file.writeRelaxed(() => {
        for (const { at, level, process, thread, message } of lines) {
          insert.run(at, level, process, thread, message);
        }
      });
    },
    /** Ascending. With `after` the lines that follow it, otherwise the newest (before `before`). */
    page: ({ before, after, level, text, limit }) =>
      file.read(() => {
        const query = {
          before: before ?? Number.MAX_SAFE_INTEGER,
          after: after ?? 0,
          level: level ?? null,
          text: text === undefined || text === '' ? null : text.toLowerCase(),
          limit,
        };
        return after === undefined ? newest.all(query).reverse() : following.all(query);
      }),
    prune(keep) {
      file.writeRelaxed(() => {
        prune.run(keep);
      });
    },
  };
}
