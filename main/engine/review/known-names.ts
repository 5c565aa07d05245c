import type { RecordRow } from '../../../shared/records.ts';
import type { RecordStore } from '../store/store.ts';

const OBJECT_ID = /\b[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
/** Versions of one object are rows of their own: room for some of each. */
const ROWS_PER_ID = 4;
/** Names remembered; a feed's relationships point at the same few thousand objects again and again. */
const MOST_REMEMBERED = 20_000;

/** What the store calls the objects that others refer to. A remembered name may be a version old: it is for reading, nothing is decided by it. */
export class KnownNames {
  readonly #records: RecordStore;
  readonly #remembered = new Map<string, string>();

  constructor(records: RecordStore) {
    this.#records = records;
  }

  /** Null where the store does not hold the object or it has no name. */
  of(id: string): string | null {
    this.#look([id]);
    return this.#remembered.get(id) ?? null;
  }

  /** Rows whose name is made of references (relationships, sightings) with the referred objects' names in place of their ids. */
  in(rows: readonly RecordRow[]): RecordRow[] {
    this.#look(rows.flatMap((row) => (row.kind === 'object' ? (row.name.match(OBJECT_ID) ?? []) : [])));
    return rows.map((row) =>
      row.kind === 'object' && row.name.includes('--')
        ? { ...row, name: row.name.replace(OBJECT_ID, (id) => this.#remembered.get(id) ?? id) }
        : row,
    );
  }

  #look(ids: readonly string[]): void {
    const unknown = [...new Set(ids)].filter((id) => !this.#remembered.has(id));
    if (unknown.length === 0) return;
    if (this.#remembered.size > MOST_REMEMBERED) this.#remembered.clear();
    for (const row of this.#records.byObjectIds(unknown, unknown.length * ROWS_PER_ID)) {
      if (row.kind === 'object' && row.name !== '' && !row.name.includes('--'))
        this.#remembered.set(row.id, row.name);
    }
  }
}
