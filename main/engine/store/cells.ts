import type { CellSort, RecordCells, RecordKind } from '../../../shared/records.ts';
import type { RecordDraft } from '../sources/source.ts';
import type { Shape } from './catalogue.ts';
import type { Sql } from './database.ts';
import { textHash } from './identity.ts';
import { keysOf } from './key-set.ts';

/** Sorts whose values are in the file; `severity` is part of a record's shape. */
export type StoredSort = Exclude<CellSort, 'severity'>;

const COLUMN: Readonly<Record<StoredSort, readonly [table: 'cewl' | 'event', column: string]>> = {
  score: ['cewl', 'score'],
  vendor: ['cewl', 'vendor'],
  product: ['cewl', 'product'],
  cwe: ['cewl', 'cwe'],
  firstSeen: ['cewl', 'first_seen'],
  added: ['cewl', 'added'],
  published: ['cewl', 'published'],
  idRef: ['cewl', 'id_ref'],
  happened: ['event', 'happened'],
};
const TEXTS: readonly StoredSort[] = ['vendor', 'product', 'cwe'];

/** Whether a column holds text; the others hold numbers. */
export const isText = (by: StoredSort): boolean => TEXTS.includes(by);

/** Whether records of a kind have a row of cells, filled or not. */
export const hasCells = (kind: RecordKind): boolean => kind === 'cewl' || kind === 'event';

interface CewlRow {
  score: number | null;
  severity: string;
  vendor: string;
  product: string;
  cwe: string;
  published: number | null;
  added: number | null;
  discovered: number | null;
  first_seen: number | null;
  id_ref: number | null;
}
interface EventRow {
  happened: number | null;
  sources: string;
  attributes: number;
}

/** What records of some kinds have beyond the common columns. */
export class Cells {
  readonly #db: Sql;
  readonly #sql;
  readonly #columns = new Map<StoredSort, ColumnStatements>();

  constructor(db: Sql) {
    this.#db = db;
    this.#sql = {
      cewl: db.prepare<[number], CewlRow>(
        `SELECT score, severity, vendor, product, cwe, published, added, discovered, first_seen, id_ref
         FROM cewl WHERE key = ?`,
      ),
      event: db.prepare<[number], EventRow>('SELECT happened, sources, attributes FROM event WHERE key = ?'),
      addCewl: db.prepare('INSERT OR REPLACE INTO cewl VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      addEvent: db.prepare('INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?)'),
      first: db
        .prepare<[number, string], number>('SELECT first FROM cewl_row WHERE feed = ? AND id = ?')
        .pluck(),
      addRow: db.prepare('INSERT OR IGNORE INTO cewl_row VALUES (?, ?, ?)'),
    };
  }

  /** Inside a write: remembers the cells of a new record, or of one that is described anew. */
  put(key: number, kind: RecordKind, feed: number, { id, raw, cells }: RecordDraft): void {
    if (kind === 'event') {
      const of = cells?.kind === 'event' ? cells : null;
      if (of === null) return;
      this.#sql.addEvent.run(key, of.happened, JSON.stringify(of.sources), of.attributes);
    }
    if (kind !== 'cewl') return;
    // Also without cells: it is a version of its row.
    const of = cells?.kind === 'cewl' ? cells : null;
    // Mostly it is the row's first version.
    const isFirst = this.#sql.addRow.run(feed, id, key).changes === 1;
    const first = isFirst ? key : this.#sql.first.get(feed, id);
    this.#sql.addCewl.run(
      key,
      first,
      textHash(raw),
      of?.score ?? null,
      of?.severity ?? '',
      of?.vendor ?? '',
      of?.product ?? '',
      of?.cwe ?? '',
      of?.published ?? null,
      of?.added ?? null,
      of?.discovered ?? null,
      of?.firstSeen ?? null,
      of?.idRef ?? null,
    );
  }

  /** What the record has; null for kinds without cells, and where the source could not read the record. */
  of(key: number, kind: RecordKind, { change }: Shape): RecordCells | null {
    if (kind === 'event') {
      const row = this.#sql.event.get(key);
      if (row === undefined) return null;
      return { kind, happened: row.happened, sources: JSON.parse(row.sources), attributes: row.attributes };
    }
    if (kind !== 'cewl' || change === '') return null;
    const row = this.#sql.cewl.get(key);
    if (row === undefined) return null;
    const { first_seen: firstSeen, id_ref: idRef, ...same } = row;
    return { kind, change, ...same, firstSeen, idRef };
  }

  /** The keys from above `after` up to `to` that have a value in a column, ascending, and their values. */
  column(by: StoredSort, after: number, to: number): { keys: Uint32Array; values: (number | string)[] } {
    const { keys, values } = this.#statements(by);
    return { keys: keysOf(keys.get(after, to) ?? ''), values: values.all(after, to) };
  }

  /** A record's value in a column; null where it has none. */
  value(by: StoredSort, key: number): number | string | null {
    const value = this.#statements(by).one.get(key);
    return value === undefined || value === '' ? null : value;
  }

  #statements(by: StoredSort): ColumnStatements {
    const known = this.#columns.get(by);
    if (known !== undefined) return known;
    const made = columnStatements(this.#db, by);
    this.#columns.set(by, made);
    return made;
  }
}

type ColumnStatements = ReturnType<typeof columnStatements>;

function columnStatements(db: Sql, by: StoredSort) {
  const [table, column] = COLUMN[by];
  const has = isText(by) ? `${column} <> ''` : `${column} IS NOT NULL`;
  const some = `FROM ${table} WHERE key > ? AND key <= ? AND ${has} ORDER BY key`;
  return {
    keys: db
      .prepare<[number, number], string | null>(`SELECT group_concat(key) FROM (SELECT key ${some})`)
      .pluck(),
    values: db.prepare<[number, number], number | string>(`SELECT ${column} ${some}`).pluck(),
    one: db.prepare<[number], number | string | null>(`SELECT ${column} FROM ${table} WHERE key = ?`).pluck(),
  };
}
