/**
 * What the store costs by itself, over generated records: the worst page, facets and search beside their goals (QUALITY, "Speed").
 * `node test/bench/store-bench.ts [records]` prints every single measurement too, and with SLUICE_STIX naming a file of real objects (one
 * JSON object a line, gzipped or not) what storing and indexing those costs beside parsing the same bytes.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { RecordDraft } from '../../main/engine/sources/source.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { recordsOf } from '../../main/engine/store/outbound.ts';
import type { Store } from '../../main/engine/store/store.ts';
import type { RecordFilter, RecordSort } from '../../shared/records.ts';
import { row } from './report.ts';

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() };
const GOALS = { page: 5, facets: 150, search: 50 };
const PAGE = 1000;

let verbose = false;

function line(what: string, ms: number, more = ''): void {
  if (!verbose) return;
  console.log(`${what.padEnd(58)} ${ms.toFixed(1).padStart(9)} ms  ${more}`);
}

function timed<T>(fn: () => T): [result: T, ms: number] {
  const from = performance.now();
  const result = fn();
  return [result, performance.now() - from];
}

/** Median of several runs, after one that warms up. */
function median(fn: () => unknown, runs = 7): number {
  const first = timed(fn)[1];
  const times = Array.from({ length: runs }, () => timed(fn)[1]).sort((a, b) => a - b);
  return times[runs >> 1] ?? first;
}

const megabytes = (): string => `${Math.round(process.memoryUsage().rss / 1e6)} MB`;

function withStore(fn: (store: Store, dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const store = openStore({ dir, clock });
  try {
    fn(store, dir);
  } finally {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function open(store: Store) {
  const { pullingId } = store.pulls.begin('bench', Date.now());
  const feed = { apiRoot: '', collection: 'c', title: 'Bench', kind: 'object' } as const;
  const { feedId } = store.pulls.openFeed(pullingId, 'bench', feed);
  return (page: RecordDraft[], n: number) =>
    store.pulls.storePage(pullingId, feedId, { records: page, cursor: { n } }, Date.now());
}

function drafted(raw: Buffer): RecordDraft {
  const o = JSON.parse(raw.toString()) as Record<string, string | boolean>;
  const version = String(o.modified ?? o.created ?? '');
  return {
    id: String(o.id),
    version,
    type: String(o.type),
    name: String(o.name ?? ''),
    tlp: 'none',
    modified: Date.parse(version) || null,
    revoked: o.revoked === true,
    raw,
    problems: [],
  };
}

function real(file: string): void {
  const bytes = readFileSync(file);
  const data = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  const raws: Buffer[] = [];
  for (let from = 0; from < data.length; ) {
    const to = data.indexOf(10, from) < 0 ? data.length : data.indexOf(10, from);
    if (to > from) raws.push(data.subarray(from, to));
    from = to + 1;
  }
  const drafts = raws.map(drafted);
  for (let round = 1; round <= 5; round++) {
    withStore((store) => {
      const floor = timed(() => raws.map((raw) => JSON.parse(raw.toString())))[1];
      const put = open(store);
      const pages = (): void => {
        for (let n = 0; n < drafts.length; n += PAGE) put(drafts.slice(n, n + PAGE), n);
      };
      const stored = timed(pages)[1];
      const indexed = timed(() => {
        while (store.indexSome(50) > 0);
      })[1];
      const again = timed(pages)[1];
      const title = `real objects ${drafts.length}, round ${round}`;
      line(`${title}: parse alone (a floor)`, floor);
      line(`${title}: stored`, stored, `× ${(stored / floor).toFixed(2)}`);
      line(`${title}: made searchable`, indexed, `× ${(indexed / floor).toFixed(2)}`);
      line(`${title}: stored again, all duplicates`, again);
    });
  }
}

const TYPES = [
  'indicator',
  'malware',
  'attack-pattern',
  'relationship',
  'ipv4-addr',
  'report',
  'vulnerability',
];
const TLPS = ['none', 'clear', 'green', 'amber', 'red'] as const;

/** Record n of a generated feed: about 600 bytes, names in no order. */
function generated(n: number): RecordDraft {
  const mixed = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  const hex = mixed.toString(16).padStart(8, '0');
  const type = TYPES[mixed % 97 === 0 ? 6 : n % 6] ?? 'indicator';
  const id = `${type}--${hex}-${(n % 65_536).toString(16).padStart(4, '0')}-4000-8000-${n.toString(16).padStart(12, '0')}`;
  const name = `${['Malicious host', 'Loader', 'Phishing kit', 'C2 server'][mixed & 3]} ${hex} ${n % 1000 === 0 ? 'needle' : ''}`;
  const modified = 1_600_000_000_000 + (mixed % 100_000_000) * 1000;
  const version = new Date(modified).toISOString();
  const body = {
    type,
    id,
    spec_version: '2.1',
    created: version,
    modified: version,
    name,
    description: BODY,
  };
  const raw = Buffer.from(JSON.stringify(body));
  return {
    id,
    version,
    type,
    name,
    tlp: TLPS[mixed % 5] ?? 'none',
    modified,
    revoked: false,
    raw,
    problems: [],
  };
}
const BODY =
  'Seen in campaigns against several sectors; traffic on unusual ports and beacons at regular intervals. '.repeat(
    3,
  );

function many(records: number): void {
  withStore((store) => {
    const put = open(store);
    let storing = 0;
    let tenth = 0;
    for (let n = 0; n < records; n += PAGE) {
      const page = Array.from({ length: Math.min(PAGE, records - n) }, (_, i) => generated(n + i));
      storing += timed(() => put(page, n))[1];
      if (n + PAGE === Math.ceil(records / 10 / PAGE) * PAGE) {
        tenth = storing;
        line(`generated ${n + PAGE}: stored`, storing, megabytes());
      }
    }
    line(
      `generated ${records}: stored`,
      storing,
      `× ${(storing / tenth).toFixed(1)} for × 10, ${megabytes()}`,
    );
    const indexing = timed(() => {
      while (store.indexSome(50) > 0);
    })[1];
    line(`generated ${records}: made searchable`, indexing, megabytes());
    reading(store, records);
    delivering(store, Math.min(records, 100_000));
    line('memory at the end', 0, megabytes());
  });
}

function reading(store: Store, records: number): void {
  const worst = { page: 0, facets: 0, search: 0, wide: 0 };
  const filters: [string, RecordFilter][] = [
    ['all', {}],
    ['a type and a decision', { type: ['malware'], decision: ['staged'] }],
    ['1 % of the records', { type: ['vulnerability'] }],
    ['all but a type', { not: { type: ['report'] } }],
    ['as of a key', { asOf: records - 10 }],
  ];
  for (const by of ['arrival', 'modified', 'name', 'type'] as const) {
    for (const dir of ['asc', 'desc'] as const) {
      const sort: RecordSort = { by, dir };
      const [, first] = timed(() => store.records.page({ filter: {}, sort, limit: 200 }));
      line(`first page by ${by} ${dir}`, first);
      for (const [what, filter] of filters) {
        const total = store.records.count(filter);
        const index = Math.floor(total * 0.9);
        const deep = store.records.pageAt({ filter, sort, index, limit: 1 }).next ?? undefined;
        const after = deep === undefined ? {} : { after: deep };
        const page = median(() => store.records.page({ filter, sort, limit: 200, ...after }));
        const at = median(() => store.records.pageAt({ filter, sort, index, limit: 200 }));
        worst.page = Math.max(worst.page, page, at);
        line(`page of 200 by ${by} ${dir}, ${what}, at 90 %`, page, page > GOALS.page ? 'OVER' : '');
        line(`pageAt index ${index}`, at, at > GOALS.page ? 'OVER' : '');
      }
    }
  }
  for (const [what, filter] of [...filters, ['a word', { text: 'needle' }]] as [string, RecordFilter][]) {
    const ms = median(() => store.records.facets(filter));
    worst.facets = Math.max(worst.facets, ms);
    line(`facets, ${what}`, ms, ms > GOALS.facets ? 'OVER' : '');
  }
  for (const text of [
    'needle',
    'malicious host 9e37',
    '9e3779b1',
    'campaigns',
    'm',
    'loader needle',
    'nothinglikeit',
  ]) {
    const [page, ms] = timed(() =>
      store.records.page({ filter: { text }, sort: { by: 'arrival', dir: 'desc' }, limit: 200 }),
    );
    if (page.rows.length < 200) worst.search = Math.max(worst.search, ms);
    else worst.wide = Math.max(worst.wide, ms);
    line(`search "${text}", first page`, ms, `${page.rows.length} rows ${ms > GOALS.search ? 'OVER' : ''}`);
    const [count, counting] = timed(() => store.records.count({ text }));
    line(`search "${text}", count`, counting, String(count));
  }
  const at = `at ${records.toLocaleString('en-US')}`;
  row(`any page of 200, every sort and filter, ${at}`, { value: worst.page, goal: GOALS.page, unit: ' ms' });
  row(`facet counts, ${at}`, { value: worst.facets, goal: GOALS.facets, unit: ' ms' });
  row(`full-text search, ${at}`, { value: worst.search, goal: GOALS.search, unit: ' ms' });
  row(`  words that most records have, ${at}`, { value: worst.wide, goal: GOALS.search, unit: ' ms' });
  const id = generated(4711).id;
  line(
    'records of an object id',
    median(() => store.records.byObjectIds([id], 10)),
  );
  line(
    'detail of a record',
    median(() => store.records.get(4712)),
  );
}

function delivering(store: Store, records: number): void {
  const [{ changed, undo }, deciding] = timed(() =>
    store.decisions.decide({ filter: {} }, 'approved', 'bench', Date.now()),
  );
  line(`approve ${changed}`, deciding);
  line(`undo ${changed}`, timed(() => store.decisions.undo(undo ?? 0, Date.now()))[1]);
  store.decisions.decide({ filter: { asOf: records } }, 'approved', null, Date.now());
  const route = {
    destination: 'devo',
    sources: ['bench'],
    kinds: ['object', 'manifest'],
    maxTlp: 'red',
  } as const;
  line(`plan ${records}`, timed(() => store.outbox.plan(route))[1]);
  line(`route ${records}`, timed(() => store.outbox.route(route))[1]);
  for (const maxRecords of [1000, 10_000]) {
    let bytes = 0;
    const [, ms] = timed(() => {
      for (let taken = 0; taken < records / 2; ) {
        const batch = store.outbox.begin('devo', { maxRecords, maxBytes: 1e9 });
        if (batch === null) break;
        for (const { raw } of recordsOf(batch.runs())) bytes += raw.length;
        store.outbox.handedOver(batch, Date.now());
        taken += batch.count;
      }
    });
    line(`begin, read, hand over ${records / 2}, ${maxRecords} a batch`, ms, `${Math.round(bytes / 1e6)} MB`);
  }
}

/** A million generated records: what reading them costs. */
export function readingBench(records = 1_000_000): void {
  many(records);
}

if (process.argv[1] === import.meta.filename) {
  verbose = true;
  const sample = process.env.SLUICE_STIX ?? '';
  if (sample !== '' && existsSync(sample)) real(sample);
  const wanted = Number(process.argv[2] ?? 1_000_000);
  if (wanted > 0) many(wanted);
}
