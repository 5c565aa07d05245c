import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Batch, Route } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { failure } from '../../../shared/errors.ts';
import { DECISIONS, type RecordRow } from '../../../shared/records.ts';
import { LOOKUP_CHANGES } from '../../../shared/views/plan.ts';
import { ARRIVAL, draft, FEED, pulling, stixId, temporaryDir, temporaryStore } from './store-fixture.ts';

const LOOKUPS = ['first', 'second'] as const;
type Lookup = (typeof LOOKUPS)[number];

const routeTo = (destination: string): Route => ({
  destination,
  sources: ['list'],
  kinds: ['cewl'],
  maxTlp: 'red',
  lookup: { name: 'CEWL', identity: `at ${destination}`, update: 'increment' },
});

/** Keys 1 and 2 are STIX objects. */
const someKey = fc.integer({ min: 2, max: 9 });

const aStep = fc.oneof(
  // What a pull finds: rows by number, each gone or with a text.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      rows: fc.array(fc.record({ row: fc.nat(1), text: fc.constantFrom('a', 'bb', 'cc', null, null) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      keys: fc.array(someKey, { minLength: 1, maxLength: 4 }),
      decision: fc.constantFrom('approved' as const, 'approved' as const, ...DECISIONS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), to: fc.constantFrom(...LOOKUPS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      to: fc.constantFrom(...LOOKUPS),
      most: fc.integer({ min: 1, max: 4 }),
      // Decided on while the batch is on its way.
      meanwhile: fc.array(fc.tuple(someKey, fc.constantFrom(...DECISIONS)), {
        maxLength: 2,
      }),
      end: fc.constantFrom('taken', 'taken', 'taken', 'cut', 'failed', 'refused', 'killed'),
    }),
  },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** What really happened, kept apart from the store. */
class World {
  store: Store;
  readonly #dir = temporaryDir();
  readonly #page: (text: { row: number; text: string | null }[]) => void;
  /** Per lookup: rows it really has, by id, with the key of the version. */
  readonly rows = new Map<Lookup, Map<string, number>>(LOOKUPS.map((name) => [name, new Map()]));
  /** Keys handed over for sure, and those on their way. */
  readonly taken = new Map<Lookup, Set<number>>(LOOKUPS.map((name) => [name, new Set()]));
  readonly flying = new Map<number, Lookup>();
  readonly #versions = new Map<number, number>();

  constructor() {
    this.store = temporaryStore(this.#dir);
    pulling(this.store).page([draft({ id: stixId(1) }), draft({ id: stixId(2) })]);
    const feed = pulling(this.store, 'list', { ...FEED, collection: 'cewl', kind: 'cewl' });
    this.#page = (rows) => {
      const drafts = rows.map(({ row, text }) => {
        const n = (this.#versions.get(row) ?? 0) + 1;
        this.#versions.set(row, n);
        const id = `CVE-2024-${row}`;
        return draft({
          id,
          type: 'cve',
          version: text === null ? `${n}.gone` : `${n}.${text}`,
          revoked: text === null,
          raw: Buffer.from(JSON.stringify({ cve: id, text: text ?? 'last' })),
        });
      });
      this.store.pulls.storePage(feed.pullingId, feed.feedId, { records: drafts, cursor: null }, 1);
    };
  }

  all(): RecordRow[] {
    return this.store.records.page({ filter: { kind: ['cewl'] }, sort: ARRIVAL, limit: 500 }).rows;
  }

  wanted(row: RecordRow): boolean {
    const taken = LOOKUPS.some((name) => this.taken.get(name)?.has(row.key));
    return row.decision === 'approved' || taken || this.flying.has(row.key);
  }

  /** The newest wanted version of each id. */
  newest(): Map<string, RecordRow> {
    return new Map(
      this.all()
        .filter((row) => this.wanted(row))
        .map((row) => [row.id, row]),
    );
  }

  run(step: Step): void {
    if (step.do === 'pull') this.#page(step.rows);
    if (step.do === 'decide') this.store.decisions.decide({ keys: step.keys }, step.decision, null, 1);
    if (step.do === 'undo') {
      const last = this.store.decisions.lastUndo();
      if (last !== null) this.store.decisions.undo(last.token, 2);
    }
    if (step.do === 'retry') this.store.outbox.retryFailed(step.to);
    if (step.do === 'crash') this.#crash();
    if (step.do === 'deliver') this.#deliver(step);
  }

  #crash(): void {
    this.store.close();
    this.store = temporaryStore(this.#dir);
    this.store.outbox.recover();
    this.flying.clear();
  }

  #deliver({ to, most, meanwhile, end }: Extract<Step, { do: 'deliver' }>): void {
    const { outbox } = this.store;
    const said = this.store.tables.diff(routeTo(to));
    expect(outbox.waits(routeTo(to))).toBe(said.added + said.changed + said.removed + said.unchanged > 0);
    outbox.route(routeTo(to));
    expect(this.store.tables.diff(routeTo(to))).toEqual({ ...said, superseded: 0 });
    const batch = outbox.begin(to, { maxRecords: most, maxBytes: 1e6 });
    if (batch === null) return;
    const records = [...recordsOf(batch.runs())].map((r) => ({ key: r.key, revoked: r.revoked }));
    for (const { key } of records) this.#maySend(key);
    for (const { key } of records) this.flying.set(key, to);
    for (const [key, decision] of meanwhile) this.store.decisions.decide({ keys: [key] }, decision, null, 3);
    check(this);
    this.#end(batch, records, to, end);
  }

  /** Approved, and nothing newer of the row was approved or sent anywhere. */
  #maySend(key: number): void {
    const row = this.all().find((r) => r.key === key);
    expect(row?.decision).toBe('approved');
    expect(this.newest().get(row?.id ?? '')?.key).toBe(key);
  }

  #end(
    batch: Batch,
    records: { key: number; revoked: boolean }[],
    to: Lookup,
    end: Extract<Step, { do: 'deliver' }>['end'],
  ): void {
    const { outbox } = this.store;
    const why = failure({ code: 'devo.cut', message: 'cut', retryable: true });
    if (end === 'killed') {
      this.#crash();
      return;
    }
    let sent = records;
    if (end === 'refused') {
      const [out, ...rest] = records;
      if (out !== undefined) outbox.refuse(batch, [{ key: out.key, failure: why }], 4);
      sent = rest;
    }
    if (end === 'cut' || end === 'failed') {
      const maxAttempts = end === 'cut' ? 5 : 1;
      outbox.returned(batch, { failure: why, maybeTaken: false, maxAttempts, at: 4 });
    } else {
      outbox.handedOver(batch, 5);
      const ids = new Map(this.all().map((row) => [row.key, row.id]));
      for (const { key, revoked } of sent) {
        const id = ids.get(key) ?? '';
        this.taken.get(to)?.add(key);
        if (revoked) this.rows.get(to)?.delete(id);
        else this.rows.get(to)?.set(id, key);
      }
    }
    for (const { key } of records) this.flying.delete(key);
  }
}

function check(world: World): void {
  const { store } = world;
  const newest = world.newest();
  for (const row of world.all()) {
    const gone = LOOKUPS.some((name) => world.taken.get(name)?.has(row.key));
    const flying = world.flying.has(row.key);
    const over = newest.get(row.id)?.key !== row.key;
    const detail = store.records.get(row.key);
    if (row.decision === 'approved' && !gone && over) {
      expect(row.delivery).toBe(flying ? 'queued' : 'none');
      if (!flying) expect(detail?.supersededBy?.key).toBe(newest.get(row.id)?.key);
    } else expect(detail?.supersededBy).toBeNull();
    if (row.decision !== 'approved' && !gone && !flying) expect(row.delivery).toBe('none');
  }
  for (const name of LOOKUPS) checkLookup(world, name);
}

function checkLookup({ store, ...world }: World, name: Lookup): void {
  const route = routeTo(name);
  const rows = world.rows.get(name) ?? new Map<string, number>();
  const held = [...store.tables.heldRecords(route)].map((r) => r.key);
  expect(held).toEqual([...rows.values()].sort((a, b) => a - b));
  const diff = store.tables.diff(route);
  expect(diff.before).toBe(rows.size);
  // Handing everything over leads to what was promised, and to the whole table as it should be.
  const promised = new Map(rows);
  const listed = store.tables.diffRows(route, { changes: LOOKUP_CHANGES, index: 0, limit: 500 }).rows;
  for (const { row, change, held: before } of listed) {
    expect(before).toBe(rows.get(row.id) ?? null);
    if (change === 'superseded') continue;
    if (row.revoked) promised.delete(row.id);
    else promised.set(row.id, row.key);
    expect(change).toBe(
      row.revoked
        ? before === null
          ? 'unchanged'
          : 'removed'
        : before === null
          ? 'added'
          : store.records.get(before)?.raw.equals(store.records.get(row.key)?.raw ?? Buffer.of())
            ? 'unchanged'
            : 'changed',
    );
  }
  expect(diff.after).toBe(promised.size);
  for (const change of LOOKUP_CHANGES) {
    expect(diff[change]).toBe(listed.filter((r) => r.change === change).length);
    const paged = store.tables.diffRows(route, { changes: [change], index: 1, limit: 2 });
    expect(paged.total).toBe(diff[change]);
    const own = listed.filter((r) => r.change === change).slice(1, 3);
    expect(paged.rows.map((r) => r.row.key)).toEqual(own.map((r) => r.row.key));
  }
  const begun = world.taken.get(name)?.size !== 0;
  expect(diff.operation).toBe(!begun ? 'create' : rows.size === 0 ? 'replace' : 'update');
}

/** Everything goes out: then nothing waits, and both lookups are the table as it was decided on. */
function drain(world: World): void {
  const { store } = world;
  for (const name of LOOKUPS) {
    store.outbox.retryFailed(name);
    world.run({ do: 'deliver', to: name, most: 3, meanwhile: [], end: 'taken' });
    for (let turn = 0; turn < 50 && store.outbox.waits(routeTo(name)); turn++) {
      world.run({ do: 'deliver', to: name, most: 3, meanwhile: [], end: 'taken' });
    }
  }
  check(world);
  for (const row of world.all()) expect(row.delivery).not.toBe('queued');
  for (const name of LOOKUPS) {
    const held = [...store.tables.heldRecords(routeTo(name))].map((r) => r.key);
    expect(held).toEqual([...(world.rows.get(name)?.values() ?? [])].sort((a, b) => a - b));
    const plan = store.outbox.plan(routeTo(name));
    expect([plan.groups, plan.blocked, plan.queued]).toEqual([[], [], 0]);
  }
}

describe('rows of tables and the lookups they go to', () => {
  it('agree with a naive model, whatever is decided, undone, cut and killed', () => {
    fc.assert(
      fc.property(fc.array(aStep, { minLength: 3, maxLength: 30 }), (steps) => {
        const world = new World();
        for (const step of steps) {
          world.run(step);
          check(world);
        }
        drain(world);
        world.store.close();
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
