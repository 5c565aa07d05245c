/**
 * What tables cost: 250,000 rows of the early warning list stored, put in order, counted, compared with what a lookup holds (QUALITY,
 * "Speed"). `node test/bench/tables-bench.ts [rows]` prints every measurement.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordDraft } from '../../main/engine/sources/source.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import type { Route } from '../../main/engine/store/outbox-store.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { CELL_SORTS, type CewlCells, type RowChange } from '../../shared/records.ts';
import { row } from './report.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
const PAGE = 1000;
const SLICE_MS = 20;
const SEVERITIES = ['Critical', 'High', 'Medium', 'Low', ''];
let verbose = false;

const ROUTE: Route = {
  destination: 'lookup',
  sources: ['ctci'],
  kinds: ['cewl'],
  maxTlp: 'red',
  lookup: { name: 'CEWL', identity: 'bench', update: 'increment' },
};

function timed<T>(fn: () => T): [result: T, ms: number] {
  const from = performance.now();
  const result = fn();
  return [result, performance.now() - from];
}

function median(fn: () => unknown): number {
  const times = Array.from({ length: 7 }, () => timed(fn)[1]).sort((a, b) => a - b);
  return times[3] ?? 0;
}

function line(what: string, ms: number, more = ''): void {
  if (verbose) console.log(`${what.padEnd(58)} ${ms.toFixed(1).padStart(9)} ms  ${more}`);
}

/** Version `v` of row `n`: some 500 bytes, with vendors and products in no order. */
function drafted(n: number, v = 1, change: RowChange = 'new'): RecordDraft {
  const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const day = 1_500_000_000_000 + (mixed % 3000) * 86_400_000;
  const cells: CewlCells = {
    kind: 'cewl',
    change,
    score: mixed % 17 === 0 ? null : (mixed % 101) / 10,
    severity: SEVERITIES[mixed % 5] ?? '',
    vendor: `Vendor ${(mixed % 9000).toString(36)}`,
    product: `${['Server', 'Gateway', 'Client'][mixed % 3]} ${(mixed % 80_000).toString(36)}`,
    cwe: `CWE-${mixed % 900}`,
    published: day,
    added: day + 86_400_000 * (mixed % 40),
    discovered: null,
    firstSeen: mixed % 3 === 0 ? null : day,
    idRef: 1000 + n,
  };
  const id = `CVE-2099-${100_000 + n}`;
  const body = {
    cve: id,
    version: v,
    base_score: cells.score ?? 'Unknown',
    base_severity: cells.severity,
    vendor: cells.vendor,
    product: cells.product,
    cwe: cells.cwe,
    date_added: cells.added,
    id_ref: cells.idRef,
    description: 'A flaw that lets an unauthenticated attacker run code on the appliance. '.repeat(3),
  };
  return {
    id,
    version: change === 'gone' ? `${v}.gone` : `${v}.${mixed.toString(16).padStart(12, '0')}`,
    type: 'cve',
    name: `${cells.vendor} ${cells.product}`,
    tlp: 'none',
    modified: cells.added,
    revoked: change === 'gone',
    raw: Buffer.from(JSON.stringify(body)),
    problems: [],
    cells,
  };
}

function pullInto(store: Store) {
  const { pullingId } = store.pulls.begin('ctci', Date.now());
  const feed = { apiRoot: 'https://api.ctci.ai/', collection: 'cewl', title: 'CEWL', kind: 'cewl' } as const;
  const { feedId } = store.pulls.openFeed(pullingId, 'ctci', feed);
  return (records: RecordDraft[]): number =>
    timed(() => store.pulls.storePage(pullingId, feedId, { records, cursor: null }, Date.now()))[1];
}

function ordering(store: Store): { slice: number; page: number } {
  const worst = { slice: 0, page: 0 };
  for (const by of CELL_SORTS) {
    const sort = { by, dir: 'desc' } as const;
    let build = 0;
    for (let ready = false; !ready; ) {
      const [now, ms] = timed(() => store.records.prepare(sort, undefined, SLICE_MS));
      ready = now;
      build += ms;
      worst.slice = Math.max(worst.slice, ms);
    }
    const [, first] = timed(() => store.records.page({ filter: {}, sort, limit: 200 }));
    worst.slice = Math.max(worst.slice, first);
    const total = store.records.count({});
    const index = Math.floor(total * 0.7);
    const deep = store.records.pageAt({ filter: {}, sort, index, limit: 1 }).next ?? '';
    const page = Math.max(
      median(() => store.records.page({ filter: {}, sort, after: deep, limit: 200 })),
      median(() => store.records.pageAt({ filter: {}, sort, index, limit: 200 })),
    );
    worst.page = Math.max(worst.page, page);
    line(`order by ${by}`, build + first, `page of 200 at 70 %: ${page.toFixed(2)} ms`);
  }
  return worst;
}

function handOverAll(store: Store): void {
  store.outbox.route(ROUTE);
  for (;;) {
    const batch = store.outbox.begin('lookup', { maxRecords: 100_000, maxBytes: 1e9 });
    if (batch === null) return;
    store.outbox.handedOver(batch, Date.now());
  }
}

/** What a second pull brought, as numbers: 3 changed, 2 new, 1 removed. */
function secondPull(store: Store, rows: number): boolean {
  pullInto(store)([
    ...[7, 70, 700].map((n) => drafted(n, 2, 'changed')),
    drafted(rows),
    drafted(rows + 1),
    drafted(9, 2, 'gone'),
  ]);
  store.decisions.decide({ filter: { decision: ['staged'] } }, 'approved', null, Date.now());
  const { added, changed, removed, unchanged, before, after } = store.tables.diff(ROUTE);
  const shown = JSON.stringify([added, changed, removed, unchanged, before, after]);
  return shown === JSON.stringify([2, 3, 1, 0, rows, rows + 1]);
}

/** Everything about tables at so many rows. */
export function tablesBench(rows = 250_000): void {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  let store = openStore({ dir, clock });
  const at = `at ${rows.toLocaleString('en-US')} rows`;
  try {
    const put = pullInto(store);
    let storing = 0;
    const pages: number[] = [];
    for (let n = 0; n < rows; n += PAGE) {
      const ms = put(Array.from({ length: Math.min(PAGE, rows - n) }, (_, i) => drafted(n + i)));
      storing += ms;
      pages.push(ms);
    }
    pages.sort((a, b) => a - b);
    const most = pages[Math.floor(pages.length * 0.95)] ?? 0;
    line(
      'stored',
      storing,
      `95 % of the pages within ${most.toFixed(1)} ms, the longest ${pages.at(-1)?.toFixed(1)} ms`,
    );
    const indexing = timed(() => {
      while (store.indexSome(25) > 0);
    })[1];
    line('made searchable and linked', indexing);
    const orders = ordering(store);
    const facets = median(() => store.records.facets({ severity: ['Critical'] }));
    line('facets', facets);
    const deciding = timed(() => store.decisions.decide({ filter: {} }, 'approved', null, Date.now()))[1];
    line('approve all', deciding);
    line('first plan', timed(() => store.outbox.plan(ROUTE))[1]);
    line('first diff', timed(() => store.tables.diff(ROUTE))[1]);
    line('hand over', timed(() => handOverAll(store))[1]);
    store.close();
    store = openStore({ dir, clock });
    const right = secondPull(store, rows);
    store.close();
    store = openStore({ dir, clock });
    store.records.count({});
    const fresh = timed(() => store.tables.diff(ROUTE))[1];
    line('diff, first after a start', fresh);
    const plan = median(() => store.outbox.plan(ROUTE));
    line('plan', plan);
    const changes = ['added', 'changed', 'removed'] as const;
    line(
      'page of the plan',
      median(() => store.tables.diffRows(ROUTE, { changes, index: 0, limit: 200 })),
    );
    line('memory', 0, `${Math.round(process.memoryUsage().rss / 1e6)} MB`);
    row(`storing a page of 1,000 rows, 95 % of them, ${at}`, { value: most, goal: 50, unit: ' ms' });
    row(`putting a table in order, longest slice, ${at}`, { value: orders.slice, goal: 50, unit: ' ms' });
    row(`any page of 200 by a cell, ${at}`, { value: orders.page, goal: 5, unit: ' ms' });
    row(`facet counts, ${at}`, { value: facets, goal: 150, unit: ' ms' });
    row(`diff after 3 changed, 2 new, 1 removed: ${right ? 'exactly those' : 'NOT those'}, ${at}`, {
      value: right ? fresh : Number.POSITIVE_INFINITY,
      goal: 300,
      unit: ' ms',
    });
    row(`plan of a lookup, ${at}`, { value: plan, goal: 300, unit: ' ms' });
  } finally {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  verbose = true;
  tablesBench(Number(process.argv[2] ?? 250_000));
}
