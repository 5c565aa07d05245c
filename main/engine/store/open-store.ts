import { join } from 'node:path';
import type { Clock } from '../ports.ts';
import { Batches } from './batches.ts';
import { Cells } from './cells.ts';
import { CveIndex } from './cve-index.ts';
import { openDatabase, type Sql, STORE_FILE } from './database.ts';
import { DecisionLog } from './decision-log.ts';
import { createDecisionStore } from './decision-store.ts';
import { DeliveryDetails } from './delivery-details.ts';
import { HandoverRuns } from './handover-runs.ts';
import { StoreLocks } from './locks.ts';
import { createLogStore } from './log-store.ts';
import { NameIndex } from './name-index.ts';
import { Orders } from './orders.ts';
import { createOutbox } from './outbox.ts';
import { OverrideRows } from './override-rows.ts';
import { createOverrideStore } from './overrides.ts';
import { PageWriter } from './page-writer.ts';
import { createPullStore } from './pull-store.ts';
import { createRecordStore } from './record-store.ts';
import { createRetentionStore } from './retention-store.ts';
import { RowVersions } from './row-versions.ts';
import { Rows } from './rows.ts';
import { createSavedFilters } from './saved-filters.ts';
import { SearchIndex } from './search-index.ts';
import type { Store } from './store.ts';
import { storeError } from './store-error.ts';
import { StoreFile } from './store-file.ts';
import { Superseding } from './superseding.ts';
import { createTableStore } from './table-store.ts';
import { Texts } from './texts.ts';
import { Views } from './view.ts';
import { ViewLists } from './view-lists.ts';

/**
 * Opens the store of a data directory, making or migrating it. Several processes may have it open.
 * Throws SluiceError `store.newer`, `store.corrupt`, `store.locked`, `store.full`, `store.unavailable`, `store.missing`.
 */
export function openStore(options: {
  dir: string;
  clock: Clock;
  readonly?: boolean;
  /** Bounds the file, in pages of 8 KB; beyond it is `store.full`. */
  maxPages?: number;
}): Store {
  const readonly = options.readonly ?? false;
  const db = openDatabase({ dir: options.dir, readonly });
  try {
    if (options.maxPages !== undefined) db.pragma(`max_page_count = ${Math.trunc(options.maxPages)}`);
    return assemble(db, options, readonly);
  } catch (thrown) {
    db.close();
    throw storeError(thrown, join(options.dir, STORE_FILE));
  }
}

function assemble(db: Sql, options: { dir: string; clock: Clock }, readonly: boolean): Store {
  const file = new StoreFile(db, options.dir);
  const texts = new Texts(db);
  const cells = new Cells(db);
  const rows = new Rows(file, texts, cells);
  const names = new NameIndex(file);
  const search = new SearchIndex(file, rows, names);
  const cves = new CveIndex(file, rows);
  const orders = new Orders(file, rows, names, cells);
  const views = new Views(file, search);
  const lists = new ViewLists(file, views, orders, search);
  const decisions = new DecisionLog(file);
  const versions = new RowVersions(file);
  const superseding = new Superseding(file, versions);
  const overrides = new OverrideRows(file);
  const locks = new StoreLocks(file);
  const writer = new PageWriter(file, { rows, texts, search, cells, cves });
  file.onReset(() => {
    texts.reset();
    search.reset();
    orders.reset();
    lists.reset();
    versions.reset();
  });
  const pulls = createPullStore(file, rows, writer);
  return {
    pulls,
    records: createRecordStore({
      file,
      rows,
      views,
      orders,
      lists,
      search,
      decisions,
      deliveries: new DeliveryDetails(file),
      overrides,
      superseding,
      versions,
      cves,
    }),
    decisions: createDecisionStore(file, views, decisions, search, superseding),
    outbox: createOutbox(
      file,
      texts,
      options.clock,
      new Batches(file, options.clock),
      new HandoverRuns(file),
      superseding,
      versions,
    ),
    overrides: createOverrideStore(file, overrides, views, search, superseding, versions),
    tables: createTableStore(file, texts, rows, versions, superseding),
    locks,
    logs: createLogStore(file),
    saved: createSavedFilters(file),
    sqliteVersion: String(db.prepare('SELECT sqlite_version()').pluck().get()),
    retention: createRetentionStore(file, texts, rows, search),
    revision: () => file.read(() => file.columns.rev),
    indexSome: (budgetMs) => {
      const left = search.some(budgetMs);
      return left > 0 ? left : cves.some(budgetMs);
    },
    unindexed: () => file.read(() => Math.max(0, file.columns.count - search.indexed())),
    close() {
      if (!db.open) return;
      if (!readonly) locks.releaseAll();
      db.close();
    },
  };
}
