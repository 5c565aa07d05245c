import type { RecordKind, RowChange } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';
import type { FeedRef } from '../sources/source.ts';
import type { Sql } from './database.ts';

export interface Feed {
  id: number;
  source: string;
  ref: FeedRef;
}

/** What describes a record and does not change by decisions. Records hold the number of theirs. */
export interface Shape {
  id: number;
  feed: number;
  type: string;
  tlp: Tlp;
  revoked: boolean;
  problems: boolean;
  /** Of a CEWL row, as it is counted and filtered by; empty for other kinds. */
  severity: string;
  change: RowChange | '';
}

interface FeedRow {
  id: number;
  source: string;
  api_root: string;
  collection: string;
  title: string;
  kind: RecordKind;
}
type ShapeRow = Omit<Shape, 'revoked' | 'problems'> & { revoked: number; problems: number };

/** Keys first … first + records - 1, stored together. */
export interface Arrival {
  first: number;
  records: number;
  feed: number;
  pull: number;
  received: number;
}

const shapeKey = (s: Omit<Shape, 'id'>): string =>
  `${s.feed} ${s.tlp} ${s.revoked ? 1 : 0}${s.problems ? 1 : 0} ${s.change} ${s.severity}\n${s.type}`;

/** Feeds, shapes and arrivals: short lists that only grow, mirrored in memory. */
export class Catalogue {
  readonly feeds = new Map<number, Feed>();
  readonly shapes: Shape[] = [];
  readonly arrivals: Arrival[] = [];
  readonly #byKey = new Map<string, Shape>();
  readonly #sql;

  constructor(db: Sql) {
    this.#sql = {
      feeds: db.prepare<[], FeedRow>('SELECT id, source, api_root, collection, title, kind FROM feed'),
      shapes: db.prepare<[number], ShapeRow>(
        'SELECT id, feed, type, tlp, revoked, problems, severity, change FROM shape WHERE id >= ? ORDER BY id',
      ),
      addShape: db.prepare('INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
      arrivals: db.prepare<[number], Arrival>(
        'SELECT first, records, feed, pull, received FROM arrival WHERE first > ? ORDER BY first',
      ),
    };
  }

  reset(): void {
    this.feeds.clear();
    this.shapes.length = 0;
    this.arrivals.length = 0;
    this.#byKey.clear();
  }

  /** Reads what is new, inside the caller's transaction. */
  refresh(): void {
    for (const row of this.#sql.feeds.all()) {
      const ref = { apiRoot: row.api_root, collection: row.collection, title: row.title, kind: row.kind };
      this.feeds.set(row.id, { id: row.id, source: row.source, ref });
    }
    for (const row of this.#sql.shapes.all(this.shapes.length)) {
      this.#remember({ ...row, revoked: row.revoked === 1, problems: row.problems === 1 });
    }
    for (const row of this.#sql.arrivals.all(this.arrivals.at(-1)?.first ?? 0)) {
      this.arrivals.push(row);
    }
  }

  #remember(shape: Shape): Shape {
    this.shapes[shape.id] = shape;
    this.#byKey.set(shapeKey(shape), shape);
    return shape;
  }

  /** The number of this combination, made when new. Inside a write. */
  intern(shape: Omit<Shape, 'id'>): number {
    const known = this.#byKey.get(shapeKey(shape));
    if (known !== undefined) return known.id;
    const made = this.#remember({ ...shape, id: this.shapes.length });
    this.#sql.addShape.run(
      made.id,
      made.feed,
      made.type,
      made.tlp,
      made.revoked ? 1 : 0,
      made.problems ? 1 : 0,
      made.severity,
      made.change,
    );
    return made.id;
  }

  shape(id: number): Shape {
    const found = this.shapes[id];
    if (found === undefined) throw new Error(`shape ${id} is unknown`);
    return found;
  }

  feed(id: number): Feed {
    const found = this.feeds.get(id);
    if (found === undefined) throw new Error(`feed ${id} is unknown`);
    return found;
  }

  /** The arrival that brought this key. */
  arrivalOf(key: number): Arrival {
    let low = 0;
    let high = this.arrivals.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.arrivals[middle]?.first ?? Number.POSITIVE_INFINITY) <= key) low = middle;
      else high = middle - 1;
    }
    const found = this.arrivals[low];
    if (found === undefined) throw new Error(`record ${key} is unknown`);
    return found;
  }
}
