import { MARK, MARK_KEPT, MARK_STATE } from './columns.ts';
import { APPROVED, settle } from './delivery-state.ts';
import type { RowVersions } from './row-versions.ts';
import type { StoreFile } from './store-file.ts';

/**
 * Of the approved versions of a row only the newest goes out: one of which a newer version is approved, on its way or handed over is
 * superseded. Its delivery is `none` from the moment the newer one is approved, and back to `queued` when that is taken back before it went out.
 * See docs/decisions/0032-rows-and-lookups.md.
 */
export class Superseding {
  readonly #file: StoreFile;
  readonly #versions: RowVersions;

  constructor(file: StoreFile, versions: RowVersions) {
    this.#file = file;
    this.#versions = versions;
  }

  /** Inside a write: gathers records whose decision or delivery changed, to settle their rows once all are changed. */
  collect(): TouchedRows {
    return new TouchedRows(this.#versions.refresh(), (row) => this.#settleRow(row));
  }

  /** The newer version that takes the place of this one; -1: none does, or it was handed over itself. */
  newerThan(version: number): number {
    const { newest, row, previous } = this.#versions;
    let found = -1;
    for (let v = newest[row[version] ?? 0] ?? -1; v > version; v = previous[v] ?? -1) {
      if (this.#counts(v)) {
        found = v;
        break;
      }
    }
    return found;
  }

  /** Approved, on its way, or taken by some lookup. */
  #counts(version: number): boolean {
    const { columns } = this.#file;
    const i = (this.#versions.key[version] ?? 0) - 1;
    if (((columns.state[i] ?? 0) & 3) === APPROVED) return true;
    return columns.allMarks.some(({ marks }) => {
      const state = (marks[i] ?? 0) & MARK_STATE;
      return state === MARK.inFlight || state === MARK.handedOver;
    });
  }

  #settleRow(row: number): void {
    const { columns } = this.#file;
    const { newest, previous, key } = this.#versions;
    let superseded = false;
    for (let v = newest[row] ?? -1; v >= 0; v = previous[v] ?? -1) {
      const i = (key[v] ?? 0) - 1;
      for (const to of columns.allMarks) {
        const mark = to.marks[i] ?? 0;
        const state = mark & MARK_STATE;
        const over = superseded ? state === MARK.queued || state === MARK.failed : state === MARK.superseded;
        if (over) columns.setMark(to, i, MARK.none | (mark & MARK_KEPT));
      }
      settle(columns, i, (columns.state[i] ?? 0) & 3, superseded);
      superseded ||= this.#counts(v);
    }
  }
}

/** Rows of tables with several versions among changed records. */
class TouchedRows {
  readonly #versions: RowVersions;
  readonly #settle: (row: number) => void;
  readonly #rows = new Set<number>();

  constructor(versions: RowVersions, settleRow: (row: number) => void) {
    this.#versions = versions;
    this.#settle = settleRow;
  }

  add(key: number): void {
    if (this.#versions.count === 0) return;
    const version = this.#versions.of(key);
    if (version < 0) return;
    const row = this.#versions.row[version] ?? 0;
    // With one version there is nothing that another one could supersede.
    if ((this.#versions.previous[this.#versions.newest[row] ?? 0] ?? -1) >= 0) this.#rows.add(row);
  }

  settle(): void {
    for (const row of this.#rows) this.#settle(row);
  }
}
