import { SluiceError } from '../../../shared/errors.ts';
import type { Problem, RecordFilter, RecordSort, Selection } from '../../../shared/records.ts';
import type { CveIndex } from './cve-index.ts';
import type { DecisionLog } from './decision-log.ts';
import type { DeliveryDetails } from './delivery-details.ts';
import { facetCounts, histogram } from './facet-counts.ts';
import { lowerBound } from './key-set.ts';
import type { Orders } from './orders.ts';
import type { OverrideRows } from './override-rows.ts';
import type { RowVersions } from './row-versions.ts';
import { problemsOf, type Rows } from './rows.ts';
import type { SearchIndex } from './search-index.ts';
import { settle } from './settle.ts';
import type { RecordDetail, RecordPage, RecordStore } from './store.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';
import { matches, next, previous, type View, type Views } from './view.ts';
import type { ViewLists } from './view-lists.ts';

/** Other versions shown with a record. */
const VERSIONS = 200;

const EXPIRED_TEXT: Problem = {
  code: 'store.expired',
  message:
    'The text was removed when the time it is kept for was over. What was decided and handed over stays so.',
  at: null,
};

export interface RecordParts {
  file: StoreFile;
  rows: Rows;
  views: Views;
  orders: Orders;
  lists: ViewLists;
  search: SearchIndex;
  decisions: DecisionLog;
  deliveries: DeliveryDetails;
  overrides: OverrideRows;
  superseding: Superseding;
  versions: RowVersions;
  cves: CveIndex;
}

const NOT_SUPERSEDED = { decision: 'staged', delivery: 'none' } as const;

/** Rows looked at before a list of the view is made instead. */
const LONGEST_WALK = 20_000;

/** Reading records. */
export function createRecordStore(parts: RecordParts): RecordStore {
  const { file, rows, views, orders, lists, search } = parts;

  /** Steps through a view in a sort's order; null when it takes too long to find enough. */
  const walk = (view: View, sort: RecordSort, after: number, want: number): number[] | null => {
    const found: number[] = [];
    if (sort.by === 'arrival') {
      const step = sort.dir === 'asc' ? next : previous;
      let key = after === 0 && sort.dir === 'desc' ? view.to + 1 : after;
      while (found.length < want) {
        key = step(file, view, key);
        if (key === 0) break;
        found.push(key);
      }
      return found;
    }
    const keys = orders.get(sort.by, view.to);
    const move = sort.dir === 'asc' ? 1 : -1;
    let at = move === 1 ? 0 : keys.length - 1;
    if (after !== 0) at = orders.positionOf(sort.by, keys, after) + move;
    let steps = 0;
    for (; at >= 0 && at < keys.length && found.length < want; at += move) {
      if (steps++ > LONGEST_WALK) return null;
      const key = keys[at] ?? 0;
      if (matches(file, view, key)) found.push(key);
    }
    return found;
  };

  /** From the `index`th of a list on, in the sort's direction. */
  const slice = (keys: Uint32Array, dir: RecordSort['dir'], index: number, want: number): number[] => {
    if (dir === 'asc') return [...keys.subarray(index, index + want)];
    const end = Math.max(0, keys.length - index);
    return [...keys.subarray(Math.max(0, end - want), end)].reverse();
  };

  const shown = (keys: number[], limit: number): RecordPage => {
    const taken = keys.slice(0, limit);
    return {
      rows: taken.map((key) => rows.row(key)),
      next: keys.length > limit ? String(taken.at(-1) ?? 0) : null,
    };
  };

  /** By arrival the index answers in order: a page of one word that a million records have needs only its first matches. */
  const searched = (filter: RecordFilter, dir: RecordSort['dir'], after: number, want: number) => {
    const text = filter.text?.trim() ?? '';
    if (text === '' || /\s/u.test(text) || search.knows(text)) return null;
    const view = views.compile(filter, { text: false });
    const found: number[] = [];
    let steps = 0;
    const from = after === 0 && dir === 'desc' ? view.to + 1 : after;
    const matched = search.stream(text, dir, from);
    if (matched === null) return null;
    for (const key of matched) {
      if (steps++ > LONGEST_WALK) return null;
      if (matches(file, view, key)) found.push(key);
      if (found.length === want) break;
    }
    return found;
  };

  const page = (filter: RecordFilter, sort: RecordSort, after: number, limit: number): RecordPage => {
    const streamed = sort.by === 'arrival' ? searched(filter, sort.dir, after, limit + 1) : null;
    if (streamed !== null) return shown(streamed, limit);
    const known = lists.known(filter, sort.by);
    const walked = known === null ? walk(views.compile(filter), sort, after, limit + 1) : null;
    if (walked !== null) return shown(walked, limit);
    const keys = known ?? lists.get(filter, sort.by);
    let index = 0;
    if (after !== 0) {
      const at = sort.by === 'arrival' ? lowerBound(keys, after) : orders.positionOf(sort.by, keys, after);
      const there = keys[at] === after ? 1 : 0;
      index = sort.dir === 'asc' ? at + there : keys.length - at;
    }
    return shown(slice(keys, sort.dir, index, limit + 1), limit);
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

  /** Of an approved row that is not sent. */
  const supersededBy = (key: number): RecordDetail['supersededBy'] => {
    const version = parts.versions.refresh().of(key);
    const { decision, delivery } = version < 0 ? NOT_SUPERSEDED : rows.row(key);
    if (decision !== 'approved' || delivery !== 'none') return null;
    const newer = parts.superseding.newerThan(version);
    if (newer < 0) return null;
    const by = parts.versions.key[newer] ?? 0;
    return { key: by, version: rows.fields(by).version };
  };

  const complete = (selection: Selection): void => {
    if ('filter' in selection && (selection.filter.text ?? '') !== '' && !file.db.readonly) search.all();
  };

  return {
    prepare: (sort, upTo, budgetMs) =>
      file.read(() =>
        orders.prepare(sort.by, Math.min(upTo ?? file.columns.count, file.columns.count), budgetMs),
      ),
    page: ({ filter, sort, after, limit }) => file.read(() => page(filter, sort, afterKey(after), limit)),
    pageAt: ({ filter, sort, index, limit }) =>
      file.read(() => shown(slice(lists.get(filter, sort.by), sort.dir, index, limit + 1), limit)),
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
    settle(selection) {
      complete(selection);
      return file.read(() => settle(file, views.keys(selection)));
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
          problems: rows.isExpired(key) ? [...problemsOf(fields), EXPIRED_TEXT] : problemsOf(fields),
          versions: versions.map((v) => ({
            key: v.key,
            kind: v.kind,
            version: v.version,
            source: v.source,
            collection: v.collection,
            received: v.received,
          })),
          decisions: parts.decisions.of(key),
          deliveries: parts.deliveries.of(key),
          overrides: parts.overrides.of(key),
          supersededBy: supersededBy(key),
        };
      }),
    row: (key) => file.read(() => (rows.has(key) ? rows.row(key) : null)),
    byObjectIds: (ids, limit) =>
      file.read(() => [...search.withIds(ids).list.slice(0, limit)].map((key) => rows.row(key))),
    mentioning: (id, limit) => file.read(() => search.mentioning(id, limit).map((key) => rows.row(key))),
    mentions: (id) => file.read(() => search.mentions(id)),
    aboutCves: (ids, limit) => file.read(() => parts.cves.about(ids, limit).map((key) => rows.row(key))),
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
