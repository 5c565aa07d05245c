import type { Failure } from '../../../shared/errors.ts';
import { DECISIONS } from '../../../shared/records.ts';
import type { CursorState, FeedRef, HeldVersion, SourcePage, StoredPage } from '../sources/source.ts';
import type { PageWriter } from './page-writer.ts';
import { isAlive, thisProcess } from './process-marker.ts';
import type { Rows } from './rows.ts';
import type { FeedRun, PullRun, PullStore } from './store.ts';
import type { StoreFile } from './store-file.ts';

interface PullRow {
  id: number;
  source: string;
  started: number;
  ended: number | null;
  state: PullRun['state'];
  requests: number;
  failure: string | null;
  process: string;
}
interface PullFeedRow {
  feed: number;
  pages: number;
  requests: number;
  received: number;
  stored: number;
  generated: number | null;
  duplicates: number;
  announced: number | null;
  completeness: string | null;
  failure: string | null;
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const parse = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

/** Pulls, their feeds and cursors. */
export function createPullStore(file: StoreFile, rows: Rows, writer: PageWriter): PullStore {
  const { db } = file;
  const sql = {
    last: db.prepare<[], number | null>('SELECT max(id) FROM pull').pluck(),
    begin: db.prepare(
      "INSERT INTO pull (id, source, started, state, process) VALUES (?, ?, ?, 'running', ?)",
    ),
    end: db.prepare('UPDATE pull SET ended = ?, state = ?, requests = ?, failure = ? WHERE id = ?'),
    get: db.prepare<[number], PullRow>('SELECT * FROM pull WHERE id = ?'),
    sourceOf: db.prepare<[number], string>('SELECT source FROM pull WHERE id = ?').pluck(),
    list: db.prepare<[string | null, string | null, number, number], PullRow>(
      'SELECT * FROM pull WHERE (? IS NULL OR source = ?) AND id < ? ORDER BY id DESC LIMIT ?',
    ),
    feeds: db.prepare<[number], PullFeedRow>('SELECT * FROM pull_feed WHERE pull = ? ORDER BY feed'),
    openFeed: db
      .prepare<[string, string, string, string, string], number>(
        `INSERT INTO feed (source, api_root, collection, title, kind) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET title = excluded.title RETURNING id`,
      )
      .pluck(),
    feed: db.prepare<[number], { cursor: string | null; records: number }>(
      'SELECT cursor, records FROM feed WHERE id = ?',
    ),
    openPullFeed: db.prepare('INSERT OR IGNORE INTO pull_feed (pull, feed) VALUES (?, ?)'),
    endFeed: db.prepare(
      `INSERT OR REPLACE INTO pull_feed
       (pull, feed, pages, requests, received, stored, duplicates, announced, completeness, failure, generated)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    ofSource: db.prepare<[string], { id: number; cursor: string | null; records: number }>(
      'SELECT id, cursor, records FROM feed WHERE source = ? ORDER BY id',
    ),
    versions: db
      .prepare<[number, number], [key: number, id: string, version: string]>(
        'SELECT key, id, version FROM record WHERE key BETWEEN ? AND ? ORDER BY key',
      )
      .raw(),
    setCursor: db.prepare('UPDATE feed SET cursor = ? WHERE id = ?'),
    getState: db.prepare<[string], string>('SELECT state FROM source_state WHERE source = ?').pluck(),
    setState: db.prepare('INSERT OR REPLACE INTO source_state VALUES (?, ?)'),
  };

  const run = (row: PullRow): PullRun => {
    const feeds = sql.feeds.all(row.id).map((f): FeedRun => {
      const feed = file.catalogue.feed(f.feed);
      return {
        source: feed.source,
        feed: feed.ref,
        pages: f.pages,
        requests: f.requests,
        received: f.received,
        stored: f.stored,
        generated: f.generated ?? f.stored,
        duplicates: f.duplicates,
        announced: f.announced,
        completeness: parse(f.completeness) ?? {
          complete: 'unknown',
          reason: 'The pull did not reach its end.',
        },
        failure: parse<Failure>(f.failure),
      };
    });
    const sum = (of: (f: FeedRun) => number): number => feeds.reduce((n, f) => n + of(f), 0);
    const dead = row.state === 'running' && !isAlive(row.process);
    return {
      pullingId: String(row.id),
      source: row.source,
      startedAt: row.started,
      endedAt: row.ended,
      state: dead ? 'interrupted' : row.state,
      requests: Math.max(
        row.requests,
        sum((f) => f.requests),
      ),
      received: sum((f) => f.received),
      stored: sum((f) => f.stored),
      generated: sum((f) => f.generated),
      duplicates: sum((f) => f.duplicates),
      failure: parse<Failure>(row.failure),
      feeds,
    };
  };

  return {
    begin(source: string, startedAt: number) {
      return file.write(() => {
        // Later than any before, whatever the clock says: the id orders pulls.
        const id = Math.max(Math.trunc(startedAt), (sql.last.get() ?? 0) + 1);
        sql.begin.run(id, source, startedAt, thisProcess());
        return { pullingId: String(id) };
      });
    },
    openFeed(pullingId: string, source: string, feed: FeedRef) {
      return file.write(() => {
        const id = sql.openFeed.get(source, feed.apiRoot, feed.collection, feed.title, feed.kind) ?? 0;
        file.catalogue.feeds.set(id, { id, source, ref: { ...feed } });
        sql.openPullFeed.run(Number(pullingId), id);
        const row = sql.feed.get(id);
        return {
          feedId: id,
          cursor: parse<CursorState>(row?.cursor ?? null),
          storedBefore: row?.records ?? 0,
        };
      });
    },
    storePage(pullingId: string, feedId: number, page: SourcePage, receivedAt: number): StoredPage {
      return writer.storePage(Number(pullingId), feedId, page, receivedAt);
    },
    *held(feedId) {
      const pages = file.read(() => file.catalogue.arrivals.filter(({ feed }) => feed === feedId));
      for (const { first, records } of pages) {
        yield file.read(() => {
          const { shape } = file.columns;
          return sql.versions.all(first, first + records - 1).map(([key, id, version]): HeldVersion => {
            const revoked = file.catalogue.shape(shape[key - 1] ?? 0).revoked;
            return { key, id, version, revoked };
          });
        });
      }
    },
    text: (key) => file.read(() => rows.text(key)),
    endFeed(pullingId, feedId, r) {
      file.write(() => {
        sql.endFeed.run(
          Number(pullingId),
          feedId,
          r.pages,
          r.requests,
          r.received,
          r.stored,
          r.duplicates,
          r.announced,
          json(r.completeness),
          json(r.failure),
          r.generated,
        );
      });
      writer.forget(feedId);
    },
    end(pullingId, end) {
      file.write(() => {
        sql.end.run(end.endedAt, end.state, end.requests, json(end.failure), Number(pullingId));
      });
    },
    sourceOf: (pullingId) => file.read(() => sql.sourceOf.get(Number(pullingId)) ?? null),
    get: (pullingId) =>
      file.read(() => {
        const row = sql.get.get(Number(pullingId));
        return row === undefined ? null : run(row);
      }),
    list: ({ source, limit, before }) =>
      file.read(() =>
        sql.list
          .all(
            source ?? null,
            source ?? null,
            before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
            limit,
          )
          .map(run),
      ),
    sourceTotals: () =>
      file.read(() => {
        const totals = new Map<string, { source: string; records: number; staged: number }>();
        const { shape, state, count } = file.columns;
        const records = new Uint32Array(file.catalogue.shapes.length);
        const staged = new Uint32Array(file.catalogue.shapes.length);
        for (let i = 0; i < count; i++) {
          const s = shape[i] ?? 0;
          records[s] = (records[s] ?? 0) + 1;
          if (((state[i] ?? 0) & 3) === DECISIONS.indexOf('staged')) staged[s] = (staged[s] ?? 0) + 1;
        }
        for (const { source } of file.catalogue.feeds.values())
          totals.set(source, { source, records: 0, staged: 0 });
        for (const s of file.catalogue.shapes) {
          const total = totals.get(file.catalogue.feed(s.feed).source);
          if (total === undefined) continue;
          total.records += records[s.id] ?? 0;
          total.staged += staged[s.id] ?? 0;
        }
        return [...totals.values()];
      }),
    feeds: (source) =>
      file.read(() =>
        sql.ofSource.all(source).map((f) => ({
          feed: file.catalogue.feed(f.id).ref,
          cursor: parse<CursorState>(f.cursor),
          records: f.records,
        })),
      ),
    getState: (source) => file.read(() => parse<CursorState>(sql.getState.get(source) ?? null)),
    setCursors: (source, cursors, state) => {
      file.write(() => {
        for (const { id } of sql.ofSource.all(source)) {
          const { ref } = file.catalogue.feed(id);
          const kept = cursors.find(
            ({ feed }) =>
              feed.apiRoot === ref.apiRoot && feed.collection === ref.collection && feed.kind === ref.kind,
          );
          sql.setCursor.run(kept === undefined ? null : JSON.stringify(kept.cursor), id);
        }
        sql.setState.run(source, JSON.stringify(state));
      });
    },
    setState: (source, state) => {
      file.write(() => {
        sql.setState.run(source, JSON.stringify(state));
      });
    },
  };
}
