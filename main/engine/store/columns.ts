import { DECISIONS, DELIVERIES, type Decision, type Delivery } from '../../../shared/records.ts';
import type { Sql } from './database.ts';

/** Records a persisted BLOB of a column holds. */
export const SEGMENT = 4096;

/** State byte: decision (2 bits), delivery (2 bits), then flags. */
export const STATES = 128;
export const MAYBE_TWICE = 1 << 4;
/** The text in `replaced` wins over the one in `chunk`. */
export const REPLACED = 1 << 5;
/** The text was removed when its time was over: what was decided and delivered stays so. */
export const EXPIRED = 1 << 6;

export const decisionOf = (state: number): Decision => DECISIONS[(state & 3) as 0 | 1 | 2 | 3];
export const deliveryOf = (state: number): Delivery => DELIVERIES[((state >> 2) & 3) as 0 | 1 | 2 | 3];

/** Outbox mark: state (3 bits), flag, attempts (upper byte). */
/**
 * `superseded`: a row of a table of which a newer version goes out in its place; `needless`: a row that is gone, and that the lookup does not
 * hold. Neither is ever sent; hand-overs mark them, so that they are told of once.
 */
export const MARK = {
  none: 0,
  queued: 1,
  inFlight: 2,
  handedOver: 3,
  failed: 4,
  superseded: 5,
  needless: 6,
} as const;
export const MARK_STATE = 7;
export const MARK_TWICE = 8;
/**
 * Above the destination's ceiling and let through by a written override; see overrides.ts. Stays on what was handed over. Where it falls on a
 * record that is on its way it becomes {@link MARK_ENDED}: when that record comes back it is not queued again.
 */
export const MARK_OVERRIDE = 16;
export const MARK_ENDED = 32;
/** What a mark keeps when its state changes. */
export const MARK_KEPT = MARK_TWICE | MARK_OVERRIDE | MARK_ENDED;
export const attemptsOf = (mark: number): number => mark >> 8;

/** What one destination knows about every record. */
export interface Marks {
  readonly id: number;
  readonly name: string;
  marks: Uint16Array<ArrayBuffer>;
  /** No record before this index is queued. */
  queuedFrom: number;
  /** Records by mark state, kept up by {@link Columns.setMark}; null until somebody asks (see {@link Columns.countsOf}). */
  counts: Uint32Array | null;
  /** Which lookup has what is marked as handed over; empty for events. */
  holds: string;
}

const bytesOf = (view: ArrayBufferView<ArrayBuffer>, from: number, to: number, width: number): Buffer =>
  Buffer.from(view.buffer, view.byteOffset + from * width, (to - from) * width);

/**
 * The columns every query scans, in memory: 17 bytes a record and 2 more a destination. The file holds them as BLOBs of
 * {@link SEGMENT} records; `rev` says which of them another process has written since.
 * Index i belongs to the record with key i + 1. Numbers are little-endian, as on every platform this runs on.
 */
export class Columns {
  /** Records; also the highest key. */
  count = 0;
  rev = 0;
  shape = new Uint32Array(SEGMENT);
  bytes = new Uint32Array(SEGMENT);
  modified = new Float64Array(SEGMENT);
  state = new Uint8Array(SEGMENT);
  readonly destinations = new Map<string, Marks>();
  /** The same as a list, for loops over every record. */
  readonly allMarks: Marks[] = [];
  /** Moves on whenever the text (name, type, modified) of a known record was replaced. */
  replacements = 0;
  /** Moves on whenever a state may have changed. */
  restated = 0;
  readonly #dirtyShape = new Set<number>();
  readonly #dirtyState = new Set<number>();
  readonly #dirtyMarks = new Map<Marks, Set<number>>();
  /** Marked as dirty last: marks change in long runs. */
  #lastMarks: Marks | null = null;
  #lastSegment = -1;
  #lastState = -1;
  readonly #sql;

  constructor(db: Sql) {
    this.#sql = {
      rev: db.prepare<[], number>("SELECT value FROM meta WHERE name = 'rev'").pluck(),
      setRev: db.prepare("UPDATE meta SET value = ? WHERE name = 'rev'"),
      count: db.prepare<[], number>('SELECT coalesce(max(key), 0) FROM record').pluck(),
      putShapes: db.prepare('INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?)'),
      putStates: db.prepare('INSERT OR REPLACE INTO segment_state VALUES (?, ?, ?)'),
      putMarks: db.prepare('INSERT OR REPLACE INTO outbox_segment VALUES (?, ?, ?, ?)'),
      addDestination: db.prepare('INSERT INTO destination (name) VALUES (?)'),
      shapes: db.prepare<[number], { seg: number; shapes: Buffer; bytes: Buffer; modified: Buffer }>(
        'SELECT seg, shapes, bytes, modified FROM segment WHERE rev > ?',
      ),
      states: db.prepare<[number], { seg: number; states: Buffer }>(
        'SELECT seg, states FROM segment_state WHERE rev > ?',
      ),
      destinations: db.prepare<[], { id: number; name: string; holds: string }>(
        'SELECT id, name, holds FROM destination',
      ),
      setHolds: db.prepare('UPDATE destination SET holds = ? WHERE id = ?'),
      marks: db.prepare<[number], { destination: number; seg: number; marks: Buffer }>(
        'SELECT destination, seg, marks FROM outbox_segment WHERE rev > ?',
      ),
    };
  }

  /** Appends a record; answers its index. */
  add(shape: number, bytes: number, modified: number | null): number {
    const i = this.count;
    this.#reserve(i + 1);
    this.count = i + 1;
    this.shape[i] = shape;
    this.bytes[i] = bytes;
    this.modified[i] = modified ?? Number.NaN;
    this.state[i] = 0;
    this.#dirtyShape.add((i / SEGMENT) | 0);
    this.#dirtyState.add((i / SEGMENT) | 0);
    return i;
  }

  /** Describes a known record anew. */
  replace(i: number, shape: number, bytes: number, modified: number | null): void {
    this.shape[i] = shape;
    this.bytes[i] = bytes;
    this.modified[i] = modified ?? Number.NaN;
    this.replacements++;
    this.#dirtyShape.add((i / SEGMENT) | 0);
  }

  setState(i: number, state: number): void {
    this.state[i] = state;
    this.restated++;
    const segment = (i / SEGMENT) | 0;
    if (segment === this.#lastState) return;
    this.#lastState = segment;
    this.#dirtyState.add(segment);
  }

  setMark(to: Marks, i: number, mark: number): void {
    if (to.counts !== null) {
      const before = (to.marks[i] ?? 0) & MARK_STATE;
      const after = mark & MARK_STATE;
      to.counts[before] = (to.counts[before] ?? 0) - 1;
      to.counts[after] = (to.counts[after] ?? 0) + 1;
    }
    to.marks[i] = mark;
    if ((mark & MARK_STATE) === MARK.queued && i < to.queuedFrom) to.queuedFrom = i;
    const segment = (i / SEGMENT) | 0;
    if (segment === this.#lastSegment && to === this.#lastMarks) return;
    this.#lastSegment = segment;
    this.#lastMarks = to;
    let dirty = this.#dirtyMarks.get(to);
    if (dirty === undefined) {
      dirty = new Set();
      this.#dirtyMarks.set(to, dirty);
    }
    dirty.add(segment);
  }

  /** How many records a destination has in each state of {@link MARK}. Records nobody routed are not all counted as `none`. */
  countsOf(to: Marks): Uint32Array {
    if (to.counts !== null) return to.counts;
    const counts = new Uint32Array(MARK_STATE + 1);
    for (let i = 0; i < this.count; i++) {
      const state = (to.marks[i] ?? 0) & MARK_STATE;
      counts[state] = (counts[state] ?? 0) + 1;
    }
    to.counts = counts;
    return counts;
  }

  /** The destination's marks, made when `create`. Inside a write. */
  marksFor(name: string): Marks {
    const known = this.destinations.get(name);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#sql.addDestination.run(name);
    return this.#addDestination(Number(lastInsertRowid), name);
  }

  /** Inside a write. */
  setHolds(to: Marks, holds: string): void {
    to.holds = holds;
    this.#sql.setHolds.run(holds, to.id);
  }

  #addDestination(id: number, name: string): Marks {
    const made: Marks = {
      id,
      name,
      marks: new Uint16Array(this.shape.length),
      queuedFrom: 0,
      counts: null,
      holds: '',
    };
    this.destinations.set(name, made);
    this.allMarks.push(made);
    return made;
  }

  /** Writes what changed, inside the caller's transaction. */
  flush(): void {
    if (this.#dirtyShape.size + this.#dirtyState.size + this.#dirtyMarks.size === 0) return;
    this.rev++;
    this.#sql.setRev.run(this.rev);
    const end = (seg: number): number => Math.min((seg + 1) * SEGMENT, this.count);
    for (const seg of this.#dirtyShape) {
      const from = seg * SEGMENT;
      const to = end(seg);
      this.#sql.putShapes.run(
        seg,
        this.rev,
        bytesOf(this.shape, from, to, 4),
        bytesOf(this.bytes, from, to, 4),
        bytesOf(this.modified, from, to, 8),
      );
    }
    for (const seg of this.#dirtyState) {
      this.#sql.putStates.run(seg, this.rev, bytesOf(this.state, seg * SEGMENT, end(seg), 1));
    }
    for (const [destination, segs] of this.#dirtyMarks) {
      for (const seg of segs) {
        this.#sql.putMarks.run(
          destination.id,
          seg,
          this.rev,
          bytesOf(destination.marks, seg * SEGMENT, end(seg), 2),
        );
      }
    }
    this.#clean();
  }

  #clean(): void {
    this.#dirtyShape.clear();
    this.#dirtyState.clear();
    this.#dirtyMarks.clear();
    this.#lastMarks = null;
    this.#lastState = -1;
  }

  /** Forgets everything in memory: after a rollback the file is right and memory is not. */
  reset(): void {
    this.#clean();
    this.count = 0;
    this.rev = 0;
    this.replacements++;
    this.restated++;
    this.destinations.clear();
    this.allMarks.length = 0;
  }

  /** Reads what was written since {@link rev}, inside the caller's transaction. */
  refresh(): void {
    const rev = this.#sql.rev.get() ?? 0;
    if (rev === this.rev) return;
    const before = this.count;
    this.count = this.#sql.count.get() ?? 0;
    this.#reserve(this.count);
    for (const row of this.#sql.shapes.iterate(this.rev)) {
      load(this.shape, row.seg, 4, row.shapes);
      load(this.bytes, row.seg, 4, row.bytes);
      load(this.modified, row.seg, 8, row.modified);
      if (row.seg * SEGMENT < before) this.replacements++;
    }
    for (const row of this.#sql.states.iterate(this.rev)) {
      load(this.state, row.seg, 1, row.states);
      this.restated++;
    }
    this.#refreshMarks();
    this.rev = rev;
  }

  #refreshMarks(): void {
    const byId = new Map<number, Marks>();
    const destinations = this.#sql.destinations.all();
    for (const { id, name, holds } of destinations) {
      const to = this.destinations.get(name) ?? this.#addDestination(id, name);
      to.holds = holds;
      byId.set(id, to);
    }
    for (const row of this.#sql.marks.iterate(this.rev)) {
      const to = byId.get(row.destination);
      if (to === undefined) continue;
      load(to.marks, row.seg, 2, row.marks);
      to.queuedFrom = Math.min(to.queuedFrom, row.seg * SEGMENT);
      to.counts = null;
    }
  }

  #reserve(records: number): void {
    if (records <= this.shape.length) return;
    const size = Math.ceil(Math.max(records, this.shape.length * 1.5) / SEGMENT) * SEGMENT;
    const grow = <T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.shape = grow(new Uint32Array(size), this.shape);
    this.bytes = grow(new Uint32Array(size), this.bytes);
    this.modified = grow(new Float64Array(size), this.modified);
    this.state = grow(new Uint8Array(size), this.state);
    for (const d of this.destinations.values()) d.marks = grow(new Uint16Array(size), d.marks);
  }
}

/** Copies a segment's BLOB into its place. */
function load(column: ArrayBufferView<ArrayBuffer>, seg: number, width: number, blob: Buffer): void {
  new Uint8Array(column.buffer, seg * SEGMENT * width, blob.length).set(blob);
}
