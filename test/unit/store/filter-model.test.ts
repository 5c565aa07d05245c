import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordDraft } from '../../../main/engine/sources/source.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import {
  CELL_SORTS,
  DECISIONS,
  DELIVERIES,
  FACETS,
  type Facet,
  RECORD_KINDS,
  type RecordFilter,
  type RecordRow,
  type RecordSort,
  ROW_CHANGES,
  severityOf,
  severityRank,
} from '../../../shared/records.ts';
import { TLP_LEVELS } from '../../../shared/tlp.ts';
import { draft, FEED, indexAll, pulling, stixId, temporaryStore } from './store-fixture.ts';

/** Feeds by their place in the list that a run makes. */
const LIST = 3;
const EVENTS = 4;

const TYPES = ['indicator', 'malware', 'relationship'] as const;
const NAMES = [
  '',
  'Alpha',
  'beta',
  'Béta x',
  'alpha 203.0.113.7',
  'Zulu-nine',
  '😀 face',
  '\uffe0 wide',
  '\ud800half',
  `${stixId(3)} uses ${stixId(5, 'malware')}`,
  `sighting of ${stixId(7)}`,
] as const;
const WORDS = [
  stixId(3),
  stixId(5, 'malware').slice(9),
  stixId(7).slice(11, 24),
  stixId(5).replaceAll('-', '').slice(9),
  '0000000',
  'uses',
  'alpha',
  'bet',
  '203.0',
  'zulu',
  'nine',
  'ALP',
  'x"',
  'nothing',
] as const;

const aDraft = fc
  .record({
    n: fc.nat(60),
    type: fc.constantFrom(...TYPES),
    name: fc.constantFrom(...NAMES),
    tlp: fc.constantFrom(...TLP_LEVELS),
    day: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
    revoked: fc.boolean(),
    broken: fc.boolean(),
  })
  .map(({ n, type, name, tlp, day, revoked, broken }): RecordDraft => {
    const version = day === null ? 'hash' : `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`;
    const problems = broken ? [{ code: 'p', message: 'odd', at: null }] : [];
    const id = stixId(n, type);
    // What a relationship is called is not in its text.
    const own = name.includes('--') ? { raw: Buffer.from(JSON.stringify({ type, id, day })) } : {};
    return draft({ id, type, name, tlp, version, revoked, problems, ...own });
  });

const instants = fc.option(
  fc.integer({ min: -3, max: 3 }).map((n) => n * 86_400_000),
  { nil: null },
);
const cellTexts = fc.constantFrom(
  '',
  'Fortinet',
  'fortigate',
  'FORTI',
  'f5',
  'Zyxel',
  '😀',
  '\uffe0',
  'fort\0',
  'é',
);

/** A version of a row of the list. The text says all of the cells, so that other cells are another text. */
const aRow = fc
  .record({
    n: fc.nat(9),
    version: fc.integer({ min: 1, max: 4 }),
    broken: fc.boolean(),
    cells: fc.record({
      kind: fc.constant('cewl' as const),
      change: fc.constantFrom(...ROW_CHANGES),
      score: fc.option(fc.constantFrom(0, 0.1, 9.8, 10, -1), { nil: null }),
      severity: fc.constantFrom('', 'Critical', 'critical', 'High', 'Low', 'None', ' MEDIUM ', 'Severe'),
      vendor: cellTexts,
      product: cellTexts,
      cwe: fc.constantFrom('', 'CWE-79', 'CWE-787'),
      published: instants,
      added: instants,
      discovered: instants,
      firstSeen: instants,
      idRef: fc.option(fc.nat(20), { nil: null }),
    }),
  })
  .map(
    ({ n, version, broken, cells }): RecordDraft =>
      draft({
        id: `CVE-2024-${1000 + n}`,
        version: `${version}.${cells.change === 'gone' ? 'gone' : 'text'}`,
        type: 'cve',
        name: `${cells.vendor} ${cells.product}`,
        revoked: cells.change === 'gone',
        raw: Buffer.from(JSON.stringify({ cve: n, broken, ...cells })),
        ...(broken ? {} : { cells }),
      }),
  );

const anEvent = fc
  .record({ n: fc.nat(9), happened: instants, sources: fc.array(cellTexts, { maxLength: 2 }) })
  .map(
    ({ n, happened, sources }): RecordDraft =>
      draft({
        id: `event-${n}`,
        type: 'Malware',
        version: String(happened),
        raw: Buffer.from(JSON.stringify({ n, happened, sources })),
        cells: { kind: 'event', happened, sources, attributes: sources.length },
      }),
  );

const aPage = fc.record({
  feed: fc.nat(2),
  received: fc.integer({ min: 100, max: 110 }),
  drafts: fc.array(aDraft, { maxLength: 12 }),
});

const aListPage = fc.record({
  received: fc.integer({ min: 100, max: 110 }),
  drafts: fc.oneof(
    fc.array(aRow, { maxLength: 12 }).map((drafts) => ({ feed: LIST, drafts })),
    fc.array(anEvent, { maxLength: 5 }).map((drafts) => ({ feed: EVENTS, drafts })),
  ),
});

const dims = fc.record(
  {
    source: fc.subarray(['one', 'two', 'list']),
    collection: fc.subarray(['c0', 'c1', 'gone']),
    kind: fc.subarray([...RECORD_KINDS]),
    severity: fc.subarray(['Critical', 'None', 'Unknown', 'Severe', 'Medium']),
    change: fc.subarray([...ROW_CHANGES]),
    type: fc.subarray([...TYPES]),
    tlp: fc.subarray([...TLP_LEVELS]),
    decision: fc.subarray([...DECISIONS]),
    delivery: fc.subarray([...DELIVERIES]),
  },
  { requiredKeys: [] },
);
const aFilter = fc
  .tuple(
    dims,
    fc.record(
      {
        not: dims,
        id: fc.array(
          fc.tuple(fc.nat(60), fc.constantFrom(...TYPES)).map(([n, t]) => stixId(n, t)),
          { maxLength: 3 },
        ),
        text: fc.constantFrom(...WORDS, 'alpha 203', 'indicator', ''),
        receivedFrom: fc.integer({ min: 99, max: 111 }),
        receivedTo: fc.integer({ min: 99, max: 111 }),
        problems: fc.boolean(),
        asOf: fc.nat(80),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([a, b]): RecordFilter => ({ ...a, ...b }));
const aSort: fc.Arbitrary<RecordSort> = fc.record({
  by: fc.constantFrom('arrival', 'modified', 'name', 'type', ...CELL_SORTS),
  dir: fc.constantFrom('asc', 'desc'),
});
const aStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('page' as const), page: aPage }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('list' as const), page: aListPage }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      filter: aFilter,
      decision: fc.constantFrom(...DECISIONS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('index' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('deliver' as const), most: fc.integer({ min: 1, max: 20 }) }),
  },
);

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const ID = /[a-z-]+--[0-9a-f-]{36}/g;
/** `type--uuid`, the UUID alone, or its beginning, also without hyphens. */
const TYPED_ID = /^(?:[a-z-]+--)?[0-9a-f]{8}[0-9a-f-]*$/;

function idBegins(id: string, typed: string): boolean {
  const bare = (text: string): string => text.replaceAll('-', '');
  const [type, uuid = ''] = typed.includes('--') ? typed.split('--') : [null, typed];
  return bare(id.slice(-36)).startsWith(bare(uuid)) && (type === null || id.slice(0, -38) === type);
}

/** Every typed word is a run of words in the text, or an id that the record or its name has; the last one may go on. */
function naiveText(row: RecordRow, text: string): boolean {
  const typed = text.split(/\s+/).filter((w) => words(w).length > 0);
  const here = words(`${row.type} ${row.name.replace(ID, (id) => id.slice(0, -38))}`);
  const ids = [row.id, ...(row.name.match(ID) ?? [])];
  return (
    typed.length > 0 &&
    typed.every((word, i) => {
      if (TYPED_ID.test(word) && ids.some((id) => idBegins(id, word))) return true;
      const phrase = words(word);
      const open = i === typed.length - 1 && /[\p{L}\p{N}]$/u.test(word);
      return here.some((_, at) =>
        phrase.every((p, j) => {
          const h = here[at + j] ?? '';
          return open && j === phrase.length - 1 ? h.startsWith(p) : h === p;
        }),
      );
    })
  );
}

function facetValue(row: RecordRow, facet: Facet): string {
  const cells = row.cells?.kind === 'cewl' ? row.cells : null;
  if (facet === 'severity') return cells === null ? '' : severityOf(cells);
  return facet === 'change' ? (cells?.change ?? '') : row[facet];
}

function naiveFits(row: RecordRow, filter: RecordFilter, without?: string): boolean {
  for (const facet of FACETS) {
    if (facet === without) continue;
    const value = facetValue(row, facet);
    const some = filter[facet] as string[] | undefined;
    const none = filter.not?.[facet] as string[] | undefined;
    if (some !== undefined && some.length > 0 && !some.includes(value)) return false;
    if (none !== undefined && none.length > 0 && none.includes(value)) return false;
  }
  if (filter.id !== undefined && filter.id.length > 0 && !filter.id.includes(row.id)) return false;
  if (filter.text !== undefined && filter.text.trim() !== '' && !naiveText(row, filter.text)) return false;
  if (filter.receivedFrom !== undefined && row.received < filter.receivedFrom) return false;
  if (filter.receivedTo !== undefined && row.received >= filter.receivedTo) return false;
  if (filter.problems === true && row.problems === 0) return false;
  return filter.asOf === undefined || row.key <= filter.asOf;
}

/** Names sort by code point. */
const codePoints = (text: string): string =>
  [...text].map((c) => (c.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('');

const sortValue = (row: RecordRow, by: RecordSort['by']): number | string => {
  if (by === 'modified') return row.modified ?? Number.NEGATIVE_INFINITY;
  if (by === 'name') return codePoints(row.name.toLowerCase());
  if (by === 'type') return row.type;
  if (by === 'arrival') return row.key;
  const cells = row.cells?.kind === 'cewl' ? row.cells : null;
  switch (by) {
    case 'happened':
      return (row.cells?.kind === 'event' ? row.cells.happened : null) ?? Number.NEGATIVE_INFINITY;
    case 'severity':
      return cells === null ? -1 : severityRank(severityOf(cells));
    case 'vendor':
    case 'product':
    case 'cwe':
      return codePoints(cells?.[by].toLowerCase() ?? '');
    default:
      return cells?.[by] ?? Number.NEGATIVE_INFINITY;
  }
};

function naiveOrder(rows: RecordRow[], sort: RecordSort): number[] {
  const up = rows
    .map((row) => ({ key: row.key, value: sortValue(row, sort.by) }))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.key - b.key));
  return (sort.dir === 'asc' ? up : up.reverse()).map((r) => r.key);
}

function everything(store: Store): RecordRow[] {
  return [...store.records.iterate({ filter: {} })].map((item) => item.row);
}

describe('filters, pages, facets, decisions', () => {
  it('agree with a naive model', () => {
    fc.assert(
      fc.property(
        fc.array(aStep, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(aFilter, aSort, fc.integer({ min: 1, max: 7 })), { minLength: 1, maxLength: 5 }),
        (steps, questions) => {
          const store = temporaryStore();
          const feeds = [
            pulling(store, 'one', { ...FEED, collection: 'c0' }),
            pulling(store, 'two', { ...FEED, collection: 'c0', kind: 'manifest' }),
            pulling(store, 'two', { ...FEED, collection: 'c1' }),
            pulling(store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' }),
            pulling(store, 'events', { ...FEED, collection: 'events', kind: 'event' }),
          ];
          for (const step of steps) run(store, feeds, step);
          indexAll(store);
          const all = everything(store);
          for (const [filter, sort, limit] of questions) ask(store, all, filter, sort, limit);
          for (const by of CELL_SORTS) askOrder(store, all, { by, dir: 'desc' });
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});

type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

function run(store: Store, feeds: ReturnType<typeof pulling>[], step: Step): void {
  if (step.do === 'page') feeds[step.page.feed]?.page(step.page.drafts, { at: 1 }, step.page.received);
  if (step.do === 'list') {
    const { drafts, received } = step.page;
    feeds[drafts.feed]?.page(drafts.drafts, { at: 1 }, received);
    for (const one of drafts.drafts) hasCellsOf(store, one);
  }
  if (step.do === 'index') store.indexSome(0);
  if (step.do === 'undo') undoLast(store);
  if (step.do === 'deliver') {
    store.outbox.route({
      destination: 'devo',
      sources: ['one', 'two'],
      kinds: ['object', 'manifest'],
      maxTlp: 'amber',
    });
    const batch = store.outbox.begin('devo', { maxRecords: step.most, maxBytes: 1e6 });
    if (batch !== null) store.outbox.handedOver(batch, 5);
  }
  if (step.do === 'decide') {
    indexAll(store);
    const before = everything(store);
    const { changed } = store.decisions.decide({ filter: step.filter }, step.decision, null, 1);
    const after = everything(store);
    const expected = before.filter((r) => naiveFits(r, step.filter) && r.decision !== step.decision);
    expect(changed).toBe(expected.length);
    const chosen = new Set(expected.map((r) => r.key));
    for (const [i, row] of after.entries()) {
      expect(row.decision).toBe(chosen.has(row.key) ? step.decision : before[i]?.decision);
      if (before[i]?.delivery === 'handed_over') expect(row.delivery).toBe('handed_over');
      else
        expect(row.delivery).toBe(row.decision === 'approved' && !superseded(row, after) ? 'queued' : 'none');
    }
  }
}

/** A newer version of the row is approved too. */
const superseded = (row: RecordRow, all: readonly RecordRow[]): boolean =>
  row.kind === 'cewl' &&
  all.some((other) => other.id === row.id && other.key > row.key && other.decision === 'approved');

/** What was stored last under an identity comes back with its cells. */
function hasCellsOf(store: Store, { id, version, raw, cells }: RecordDraft): void {
  const same = store.records.byObjectIds([id], 100).filter((row) => row.version === version);
  const texts = same.filter((row) => store.records.get(row.key)?.raw.equals(raw) === true);
  for (const row of texts) expect(row.cells).toEqual(cells ?? null);
}

function undoLast(store: Store): void {
  const last = store.decisions.lastUndo();
  if (last === null) return;
  const { restored, skipped } = store.decisions.undo(last.token, 2);
  expect(restored + skipped).toBe(last.changed);
}

function askOrder(store: Store, all: RecordRow[], sort: RecordSort): void {
  const { rows } = store.records.page({ filter: {}, sort, limit: 500 });
  expect(rows.map((r) => r.key)).toEqual(naiveOrder(all, sort));
}

function ask(store: Store, all: RecordRow[], filter: RecordFilter, sort: RecordSort, limit: number): void {
  const fitting = all.filter((row) => naiveFits(row, filter));
  const order = naiveOrder(fitting, sort);
  expect(store.records.count(filter)).toBe(order.length);
  const paged: number[] = [];
  for (let after: string | undefined, turns = 0; turns < 100; turns++) {
    const page = store.records.page({ filter, sort, limit, ...(after === undefined ? {} : { after }) });
    paged.push(...page.rows.map((r) => r.key));
    if (page.next === null) break;
    after = page.next;
  }
  expect(paged).toEqual(order);
  for (const index of [0, 1, (order.length / 2) | 0, order.length, order.length + 3]) {
    const page = store.records.pageAt({ filter, sort, index, limit });
    expect(page.rows.map((r) => r.key)).toEqual(order.slice(index, index + limit));
    expect(page.next === null).toBe(index + limit >= order.length);
  }
  const facets = store.records.facets(filter);
  for (const facet of FACETS) {
    const counts = new Map<string, number>();
    for (const row of all) {
      const value = facetValue(row, facet);
      if (value !== '' && naiveFits(row, filter, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const got = new Map(facets[facet].filter((f) => f.count > 0).map((f) => [f.value, f.count]));
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(counts));
  }
  expect([...store.records.iterate({ filter })].map((item) => item.row.key)).toEqual(
    fitting.map((r) => r.key),
  );
  expect(store.records.countSelection({ filter })).toEqual({
    records: fitting.length,
    bytes: fitting.reduce((sum, r) => sum + r.bytes, 0),
  });
}
