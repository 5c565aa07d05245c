import { type RecordFilter, recordFilter } from '../../../shared/records.ts';
import type { SavedFilterStore } from './store.ts';
import type { StoreFile } from './store-file.ts';

/** Filters by name. One that this version cannot read is left out, not an error. */
export function createSavedFilters(file: StoreFile): SavedFilterStore {
  const list = file.db.prepare<[], { name: string; filter: string }>(
    'SELECT * FROM saved_filter ORDER BY name',
  );
  const save = file.db.prepare('INSERT OR REPLACE INTO saved_filter VALUES (?, ?)');
  const remove = file.db.prepare('DELETE FROM saved_filter WHERE name = ?');
  return {
    list: () =>
      file.read(() =>
        list.all().flatMap((row): { name: string; filter: RecordFilter }[] => {
          const read = recordFilter.safeParse(JSON.parse(row.filter));
          return read.success ? [{ name: row.name, filter: read.data }] : [];
        }),
      ),
    save(name, filter) {
      file.write(() => {
        save.run(name, JSON.stringify(filter));
      });
    },
    remove(name) {
      file.write(() => {
        remove.run(name);
      });
    },
  };
}
