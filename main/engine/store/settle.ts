import { RECORD_KINDS } from '../../../shared/records.ts';
import { EXPIRED } from './columns.ts';
import type { SelectionGroup, SettledSelection } from './store.ts';
import type { StoreFile } from './store-file.ts';

/** Groups of one kind: with problems or not, removed or not. */
const PER_KIND = 4;

/** Takes keys down and counts their records, in one pass over the columns. Inside a read. */
export function settle(file: StoreFile, found: Iterable<number>): SettledSelection {
  const { columns, catalogue } = file;
  const groupOf = Uint8Array.from(
    catalogue.shapes,
    (shape) =>
      RECORD_KINDS.indexOf(catalogue.feed(shape.feed).ref.kind) * PER_KIND + (shape.problems ? 2 : 0),
  );
  const records = new Float64Array(RECORD_KINDS.length * PER_KIND);
  const bytes = new Float64Array(records.length);
  let keys = new Uint32Array(1024);
  let count = 0;
  for (const key of found) {
    if (count === keys.length) {
      const larger = new Uint32Array(count * 2);
      larger.set(keys);
      keys = larger;
    }
    keys[count++] = key;
    const i = key - 1;
    const removed = ((columns.state[i] ?? 0) & EXPIRED) === 0 ? 0 : 1;
    const group = (groupOf[columns.shape[i] ?? 0] ?? 0) + removed;
    records[group] = (records[group] ?? 0) + 1;
    bytes[group] = (bytes[group] ?? 0) + (columns.bytes[i] ?? 0);
  }
  const groups: SelectionGroup[] = [];
  for (const [k, kind] of RECORD_KINDS.entries()) {
    for (let part = 0; part < PER_KIND; part++) {
      const at = k * PER_KIND + part;
      if (records[at] === 0) continue;
      groups.push({
        kind,
        problems: (part & 2) !== 0,
        removed: (part & 1) !== 0,
        records: records[at] ?? 0,
        bytes: bytes[at] ?? 0,
      });
    }
  }
  return { keys: keys.slice(0, count), groups };
}
