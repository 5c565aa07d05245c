import { SluiceError } from '../../../shared/errors.ts';
import type { RecordFilter, RecordRow, RecordSort, Selection } from '../../../shared/records.ts';
import type { DecisionLog } from './decision-log.ts';
import type { DeliveryDetails } from './delivery-details.ts';
import { facetCounts, histogram } from './facet-counts.ts';
import type { Orders } from './orders.ts';
import { problemsOf, type Rows } from './rows.ts';
import type { SearchIndex } from './search-index.ts';
import type { RecordDetail, RecordPage, RecordStore } from './store.ts';
import type { StoreFile } from './store-file.ts';
import { matches, next, previous, type View, type Views } from './view.ts';

/** Other versions shown with a record. */
const VERSIONS = 200;

export interface RecordParts {
  file: StoreFile;
  rows: Rows;
  views: Views;
  orders: Orders;
  search: SearchIndex;
  decisions: DecisionLog;
  deliveries: DeliveryDetails;
}

/** Walks a view in a sort's order. */
interface Walk {
  /** Next key; 0 at the end. */
  step(): number;
}

/** Reading records. */
export function createRecordStore(parts: RecordParts): RecordStore {
  const { file, rows, views, orders, search } = parts;

  const walk = (view: View, sort: RecordSort, after: number): Walk => {
    if (sort.by === 'arrival') {
      let key = after;
      const ascending = sort.dir === 'asc';
      if (!ascending && after === 0) key = view.to + 1;
      return { step: () => (key = ascending ? next(file, view, key) : previous(file, view, key)) };
    }
    const keys = orders.get(sort.by, view.to);
    const move = sort.dir === 'asc' ? 1 : -1;
    let at = move === 1 ? -1 : keys.length;
    if (after !== 0) at = orders.positionOf(sort.by, keys, after);
    return {
      step() {
        for (at += move; at >= 0 && at < keys.length; at += move) {
          const key = keys[at] ?? 0;
          if (matches(file, view, key)) return key;
        }
        return 0;
      },
    };
  };

  const take = (steps: Walk, limit: number): RecordPage => {
    const found: RecordRow[] = [];
    let key = steps.step();
    while (key !== 0 && found.length < limit) {
      found.push(rows.row(key));
      key = steps.step();
    }
    return { rows: found, next: key === 0 ? null : String(found.at(-1)?.key ?? 0) };
  };

  const afterKey = (text: string | undefined): number => {
    if (text === undefined) return 0;
    const key = Number(text);
    if (!rows.has(key)) {
      throw new SluiceError({ code: 'store.page-key', message: 'This position is not one of the store.' });
    }
    return key;
  };

  const count = (view: View): number => {
    if (view.all) return view.members === null ? Math.max(0, view.to - view.from + 1) : inRange(view);
    const counts = histogram(file, view);
    let sum = 0;
    for (let at = 0; at < counts.length; at++) if (view.accept[at] === 1) sum += counts[at] ?? 0;
    return sum;
  };
  const inRange = (view: View): number =>
    view.members === null ? 0 : Math.max(0, view.members.from(view.to + 1) - view.members.from(view.from));

  const complete = (selection: Selection): void => {
    if ('filter' in selection && (selection.filter.text ?? '') !== '' && !file.db.readonly) search.all();
  };

  return {
    page: ({ filter, sort, after, limit }) =>
      file.read(() => take(walk(views.compile(filter), sort, afterKey(after)), limit)),
    pageAt: ({ filter, sort, index, limit }) =>
      file.read(() => {
        const view = views.compile(filter);
        if (view.all && view.members === null && sort.by === 'arrival') {
          const first = sort.dir === 'asc' ? view.from + index - 1 : view.to - index + 1;
          return take(walk(view, sort, first <= 0 && sort.dir === 'desc' ? 1 : first), limit);
        }
        const steps = walk(view, sort, 0);
        for (let skipped = 0; skipped < index; skipped++)
          if (steps.step() === 0) return { rows: [], next: null };
        return take(steps, limit);
      }),
    count: (filter: RecordFilter) => file.read(() => count(views.compile(filter))),
    countSelection(selection) {
      complete(selection);
      return file.read(() => {
        let records = 0;
        let bytes = 0;
        for (const key of views.keys(selection)) {
          records++;
          bytes += file.columns.bytes[key - 1] ?? 0;
        }
        return { records, bytes };
      });
    },
    facets: (filter) => file.read(() => facetCounts(file, views, filter)),
    get: (key) =>
      file.read((): RecordDetail | null => {
        if (!rows.has(key)) return null;
        const fields = rows.fields(key);
        const versions = [...search.withIds([fields.id]).list]
          .filter((k) => k !== key)
          .slice(-VERSIONS)
          .reverse()
          .map((k) => rows.row(k))
          .sort((a, b) => (a.version < b.version ? 1 : a.version > b.version ? -1 : b.key - a.key));
        return {
          row: rows.build(key, fields),
          raw: rows.text(key),
          problems: problemsOf(fields),
          versions: versions.map((v) => ({
            key: v.key,
            version: v.version,
            source: v.source,
            collection: v.collection,
            received: v.received,
          })),
          decisions: parts.decisions.of(key),
          deliveries: parts.deliveries.of(key),
        };
      }),
    byObjectIds: (ids, limit) =>
      file.read(() => [...search.withIds(ids).list.slice(0, limit)].map((key) => rows.row(key))),
    mentioning: (id, limit) =>
      file.read(() =>
        search
          .mentioning(id)
          .slice(0, limit)
          .map((key) => rows.row(key)),
      ),
    *iterate(selection, options = {}) {
      complete(selection);
      const keys = file.read(() => views.keys(selection));
      let left = options.limit ?? Number.POSITIVE_INFINITY;
      while (left-- > 0) {
        const item = file.read(() => {
          const { value: key, done } = keys.next();
          if (done === true) return null;
          const fields = rows.fields(key);
          const raw = options.raw === true ? rows.text(key) : null;
          return { row: rows.build(key, fields), raw, problems: problemsOf(fields) };
        });
        if (item === null) return;
        yield item;
      }
    },
    lastKey: () => file.read(() => file.columns.count),
  };
}
