import type { Decision } from '../../../shared/records.ts';
import { DECISIONS } from '../../../shared/records.ts';
import { SEGMENT } from './columns.ts';
import type { StoreFile } from './store-file.ts';

export interface DecisionRow {
  id: number;
  at: number;
  decision: Decision;
  reason: string | null;
  changed: number;
  undone: number | null;
}

const RUN = 5;

/**
 * What records had before a decision, kept a segment at a time as runs of u16 index, u16 length, u8 state: a bulk decision on a
 * million alike records is 250 short BLOBs.
 */
export class Before {
  readonly #parts = new Map<number, number[]>();

  /** Keys must come in ascending order. */
  add(key: number, state: number): void {
    const seg = ((key - 1) / SEGMENT) | 0;
    const at = (key - 1) % SEGMENT;
    let runs = this.#parts.get(seg);
    if (runs === undefined) {
      runs = [];
      this.#parts.set(seg, runs);
    }
    const n = runs.length;
    if (n > 0 && runs[n - 1] === state && (runs[n - 3] ?? 0) + (runs[n - 2] ?? 0) === at) {
      runs[n - 2] = (runs[n - 2] ?? 0) + 1;
    } else runs.push(at, 1, state);
  }

  *parts(): Generator<[seg: number, blob: Buffer]> {
    for (const [seg, runs] of this.#parts) {
      const blob = Buffer.alloc((runs.length / 3) * RUN);
      for (let r = 0, o = 0; r < runs.length; r += 3, o += RUN) {
        blob.writeUInt16LE(runs[r] ?? 0, o);
        blob.writeUInt16LE(runs[r + 1] ?? 0, o + 2);
        blob.writeUInt8(runs[r + 2] ?? 0, o + 4);
      }
      yield [seg, blob];
    }
  }
}

/** Calls back for every key of a part. */
export function eachOf(seg: number, blob: Buffer, visit: (key: number, state: number) => void): void {
  for (let o = 0; o < blob.length; o += RUN) {
    const from = seg * SEGMENT + blob.readUInt16LE(o) + 1;
    const length = blob.readUInt16LE(o + 2);
    const state = blob.readUInt8(o + 4);
    for (let key = from; key < from + length; key++) visit(key, state);
  }
}

/** Every decision ever made, with what it changed. */
export class DecisionLog {
  readonly #sql;

  constructor(file: StoreFile) {
    const { db } = file;
    this.#sql = {
      add: db.prepare('INSERT INTO decision (at, decision, reason, changed) VALUES (?, ?, ?, ?)'),
      addPart: db.prepare('INSERT INTO decision_part VALUES (?, ?, ?)'),
      get: db.prepare<[number], DecisionRow>('SELECT * FROM decision WHERE id = ?'),
      last: db.prepare<[], DecisionRow>(
        'SELECT * FROM decision WHERE undone IS NULL ORDER BY id DESC LIMIT 1',
      ),
      undone: db.prepare('UPDATE decision SET undone = ? WHERE id = ?'),
      parts: db.prepare<[number], { seg: number; before: Buffer }>(
        'SELECT seg, before FROM decision_part WHERE decision = ? ORDER BY seg',
      ),
      of: db.prepare<[number], DecisionRow & { before: Buffer }>(
        `SELECT decision.*, before FROM decision_part JOIN decision ON decision.id = decision_part.decision
         WHERE seg = ? ORDER BY decision.id DESC`,
      ),
    };
  }

  /** Inside a write. */
  add(at: number, decision: Decision, reason: string | null, changed: number, before: Before): number {
    const id = Number(this.#sql.add.run(at, decision, reason, changed).lastInsertRowid);
    for (const [seg, blob] of before.parts()) this.#sql.addPart.run(seg, id, blob);
    return id;
  }

  get(id: number): DecisionRow | null {
    return this.#sql.get.get(id) ?? null;
  }

  last(): DecisionRow | null {
    return this.#sql.last.get() ?? null;
  }

  markUndone(id: number, at: number): void {
    this.#sql.undone.run(at, id);
  }

  eachBefore(id: number, visit: (key: number, state: number) => void): void {
    for (const { seg, before } of this.#sql.parts.all(id)) eachOf(seg, before, visit);
  }

  /** Decisions made on one record, newest first; an undo shows as the decision it put back. */
  of(key: number): { at: number; decision: Decision; reason: string | null }[] {
    const found: { at: number; decision: Decision; reason: string | null }[] = [];
    for (const row of this.#sql.of.iterate(((key - 1) / SEGMENT) | 0)) {
      const before = stateIn(row.before, (key - 1) % SEGMENT);
      if (before === null) continue;
      if (row.undone !== null) {
        const back = DECISIONS[(before & 3) as 0 | 1 | 2 | 3];
        found.push({ at: row.undone, decision: back, reason: 'Undone' });
      }
      found.push({ at: row.at, decision: row.decision, reason: row.reason });
    }
    return found.sort((a, b) => b.at - a.at);
  }
}

function stateIn(blob: Buffer, index: number): number | null {
  for (let o = 0; o < blob.length; o += RUN) {
    const from = blob.readUInt16LE(o);
    if (index >= from && index < from + blob.readUInt16LE(o + 2)) return blob.readUInt8(o + 4);
  }
  return null;
}
