import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Batch, Route } from '../../../main/engine/store/outbox-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { failure } from '../../../shared/errors.ts';
import { DECISIONS, type RecordRow } from '../../../shared/records.ts';
import { aboveCeiling, TLP_LEVELS, type Tlp } from '../../../shared/tlp.ts';
import { ARRIVAL, draft, pulling, stixId, temporaryDir, temporaryStore } from './store-fixture.ts';

const NAMES = ['amber', 'green'] as const;
type Name = (typeof NAMES)[number];

const routeTo = (destination: Name): Route => ({
  destination,
  sources: ['feed'],
  kinds: ['object'],
  maxTlp: destination,
});

const someKey = fc.integer({ min: 1, max: 14 });
const someKeys = fc.array(someKey, { minLength: 1, maxLength: 9 });
const to = fc.constantFrom(...NAMES);
/** Which of two processes on one store does it. */
const by = fc.nat(1);
const aStep = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      by,
      tlps: fc.array(fc.constantFrom(...TLP_LEVELS), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      by,
      keys: someKeys,
      decision: fc.constantFrom('approved' as const, 'approved' as const, ...DECISIONS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), by }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('override' as const),
      by,
      to,
      selection: fc.oneof(
        fc.constant({ filter: {} as { tlp?: Tlp[] } }),
        fc.record({ filter: fc.record({ tlp: fc.subarray<Tlp>(['amber', 'amber+strict', 'red']) }) }),
        fc.record({ keys: someKeys }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('withdraw' as const), by, id: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), by, to }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), by }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      by,
      to,
      most: fc.integer({ min: 1, max: 4 }),
      /** While the batch is on its way: decisions, and an override that is withdrawn. */
      meanwhile: fc.array(fc.tuple(someKey, fc.constantFrom(...DECISIONS)), { maxLength: 2 }),
      withdrawn: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
      end: fc.constantFrom('taken', 'taken', 'cut', 'failed', 'refused', 'killed'),
    }),
  },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** What a destination should know, kept apart from the store. */
class Known {
  /** Records let through, with the override that does. */
  readonly cover = new Map<number, number>();
  readonly flying = new Set<number>();
  readonly sent = new Set<number>();
  readonly failed = new Set<number>();
}

class World {
  readonly #dir = temporaryDir();
  stores: [Store, Store] = [temporaryStore(this.#dir), temporaryStore(this.#dir)];
  readonly known = new Map<Name, Known>(NAMES.map((name) => [name, new Known()]));
  readonly written: { id: number; to: Name; records: number; withdrawn: boolean }[] = [];
  #pulled = 0;
  readonly #feed = pulling(this.stores[0]);

  of(name: Name): Known {
    return this.known.get(name) ?? new Known();
  }

  all(): RecordRow[] {
    return this.stores[0].records.page({ filter: {}, sort: ARRIVAL, limit: 500 }).rows;
  }

  /** Would be held back for its TLP, unless an override lets it through. */
  above(row: RecordRow, name: Name): boolean {
    return aboveCeiling(row.tlp, name);
  }

  heldBack(name: Name): RecordRow[] {
    const { cover, flying, sent } = this.of(name);
    return this.all().filter(
      (row) =>
        row.decision === 'approved' &&
        row.delivery === 'queued' &&
        this.above(row, name) &&
        ![cover, flying, sent].some((known) => known.has(row.key)),
    );
  }

  run(step: Step): void {
    const store = this.stores[step.by as 0 | 1];
    switch (step.do) {
      case 'pull': {
        const drafts = step.tlps.map((tlp) => draft({ id: stixId(this.#pulled++), tlp }));
        store.pulls.storePage(this.#feed.pullingId, this.#feed.feedId, { records: drafts, cursor: null }, 1);
        return;
      }
      case 'decide':
        store.decisions.decide({ keys: step.keys }, step.decision, null, 1);
        this.#decided();
        return;
      case 'undo': {
        const last = store.decisions.lastUndo();
        if (last !== null) store.decisions.undo(last.token, 2);
        this.#decided();
        return;
      }
      case 'override':
        this.#override(store, step);
        return;
      case 'withdraw':
        this.#withdraw(store, step.id);
        return;
      case 'retry':
        store.outbox.retryFailed(step.to);
        this.of(step.to).failed.clear();
        return;
      case 'crash':
        this.#crash();
        return;
      case 'deliver':
        this.#deliver(store, step);
    }
  }

  /** An override ends with the approval; what failed and is approved again waits again. */
  #decided(): void {
    const approved = new Set(
      this.all()
        .filter((r) => r.decision === 'approved')
        .map((r) => r.key),
    );
    for (const { cover, failed } of this.known.values()) {
      for (const key of cover.keys()) if (!approved.has(key)) cover.delete(key);
      for (const key of failed) if (!approved.has(key) || this.#waits(key)) failed.delete(key);
    }
  }

  #waits(key: number): boolean {
    const deliveries = this.stores[0].records.get(key)?.deliveries ?? [];
    return deliveries.every((d) => d.state !== 'failed');
  }

  #override(store: Store, { to: name, selection }: Extract<Step, { do: 'override' }>): void {
    const { cover } = this.of(name);
    const keys = new Set('keys' in selection ? selection.keys : []);
    const tlps = new Set<Tlp>('filter' in selection ? selection.filter.tlp : []);
    const chosen = this.heldBack(name).filter((row) =>
      'keys' in selection ? keys.has(row.key) : tlps.size === 0 || tlps.has(row.tlp),
    );
    const preview = store.overrides.heldBack(routeTo(name), selection);
    expect(preview.records).toBe(chosen.length);
    const write = () =>
      store.overrides.make(routeTo(name), {
        selection,
        reason: 'asked for',
        place: 'p',
        at: 9,
        expected: chosen.length,
      });
    if (chosen.length === 0) {
      expect(write).toThrow('No record that was asked for');
      return;
    }
    const made = write();
    expect(made).toMatchObject({ records: chosen.length, waiting: chosen.length, ceiling: name });
    expect(made.parts.reduce((sum, p) => sum + p.records, 0)).toBe(chosen.length);
    this.written.push({ id: made.id, to: name, records: chosen.length, withdrawn: false });
    for (const { key } of chosen) cover.set(key, made.id);
  }

  #withdraw(store: Store, id: number): void {
    const written = this.written.find((w) => w.id === id);
    if (written === undefined || written.withdrawn) {
      expect(() => store.overrides.withdraw(id, 9, null)).toThrow(/no override|withdrawn already/);
      return;
    }
    const { cover, flying, sent, failed } = this.of(written.to);
    const own = [...cover].filter(([, by]) => by === id).map(([key]) => key);
    const back = own.filter((key) => !flying.has(key) && !sent.has(key));
    expect(store.overrides.withdraw(id, 9, null).takenBack).toBe(back.length);
    written.withdrawn = true;
    for (const key of own) cover.delete(key);
    for (const key of back) failed.delete(key);
  }

  #crash(): void {
    for (const store of this.stores) store.close();
    this.stores = [temporaryStore(this.#dir), temporaryStore(this.#dir)];
    this.stores[0].outbox.recover();
    for (const { flying } of this.known.values()) flying.clear();
  }

  #deliver(store: Store, step: Extract<Step, { do: 'deliver' }>): void {
    const { outbox } = store;
    const known = this.of(step.to);
    for (const name of NAMES) outbox.route(routeTo(name));
    const batch = outbox.begin(step.to, { maxRecords: step.most, maxBytes: 1e6 });
    if (batch === null) return;
    const keys = [...recordsOf(batch.runs())].map((r) => r.key);
    for (const row of this.all().filter((r) => keys.includes(r.key))) {
      expect(row.decision).toBe('approved');
      expect(this.above(row, step.to) && !known.cover.has(row.key)).toBe(false);
      known.flying.add(row.key);
    }
    for (const [key, decision] of step.meanwhile) {
      this.stores[1].decisions.decide({ keys: [key] }, decision, null, 3);
      this.#decided();
    }
    if (step.withdrawn !== null) this.#withdraw(this.stores[1], step.withdrawn);
    check(this);
    this.#end(outbox, batch, keys, step);
  }

  #end(
    outbox: Store['outbox'],
    batch: Batch,
    keys: readonly number[],
    { to: name, end }: Extract<Step, { do: 'deliver' }>,
  ): void {
    const known = this.of(name);
    if (end === 'killed') {
      this.#crash();
      return;
    }
    const why = failure({ code: 'devo.cut', message: 'cut', retryable: true });
    const goes = (key: number): boolean => {
      const row = this.all().find((r) => r.key === key);
      return row?.decision === 'approved' && (!this.above(row, name) || known.cover.has(key));
    };
    let sent = keys;
    if (end === 'refused') {
      const [out = 0, ...rest] = keys;
      outbox.refuse(batch, [{ key: out, failure: why }], 4);
      if (goes(out)) known.failed.add(out);
      sent = rest;
    }
    if (end === 'cut' || end === 'failed') {
      outbox.returned(batch, { failure: why, maybeTaken: false, maxAttempts: end === 'cut' ? 99 : 1, at: 4 });
      for (const key of keys) if (end === 'failed' && goes(key)) known.failed.add(key);
    } else {
      outbox.handedOver(batch, 5);
      for (const key of sent) known.sent.add(key);
    }
    for (const key of keys) known.flying.delete(key);
  }
}

function check(world: World): void {
  for (const store of world.stores) for (const name of NAMES) checkPlan(world, store, name);
  for (const { id, to: name, records, withdrawn } of world.written) {
    const { cover, flying, sent } = world.of(name);
    const own = [...cover].filter(([, by]) => by === id).map(([key]) => key);
    const listed = world.stores[1].overrides.list({ limit: 100 }).find((o) => o.id === id);
    expect(listed).toMatchObject({ records, destination: name });
    expect(listed?.withdrawnAt !== null).toBe(withdrawn);
    expect(listed?.waiting).toBe(own.filter((key) => !flying.has(key) && !sent.has(key)).length);
  }
}

function checkPlan(world: World, store: Store, name: Name): void {
  const { cover, flying, sent, failed } = world.of(name);
  const plan = store.outbox.plan(routeTo(name));
  const blocked = plan.blocked.reduce((sum, b) => sum + b.records, 0);
  expect(blocked).toBe(world.heldBack(name).length);
  const waiting = world
    .all()
    .filter(
      (row) =>
        row.decision === 'approved' &&
        row.delivery === 'queued' &&
        (!world.above(row, name) || cover.has(row.key)) &&
        ![flying, sent, failed].some((known) => known.has(row.key)),
    )
    .map((row) => row.key);
  expect([...store.outbox.pending(routeTo(name))].map((r) => r.key)).toEqual(waiting);
  expect(store.outbox.waits(routeTo(name))).toBe(waiting.length > 0);
  expect(plan.groups.reduce((sum, g) => sum + g.records, 0)).toBe(waiting.length);
}

/** Everything goes out: then every record that may go has gone, and none besides. */
function drain(world: World): void {
  for (const name of NAMES) {
    for (let turn = 0; turn < 30; turn++) {
      world.run({ do: 'retry', by: 0, to: name });
      world.run({ do: 'deliver', by: 0, to: name, most: 4, meanwhile: [], withdrawn: null, end: 'taken' });
    }
    expect(world.stores[0].outbox.waits(routeTo(name))).toBe(false);
  }
  check(world);
  for (const row of world.all()) {
    const states = world.stores[0].records.get(row.key)?.overrides ?? [];
    for (const name of NAMES) {
      const covered = world.of(name).cover.has(row.key);
      const newest = states.find((o) => o.destination === name);
      if (covered) expect(newest?.state).toBe('handedOver');
      if (newest === undefined) expect(covered).toBe(false);
    }
  }
}

describe('written overrides', () => {
  it('let through what they are for and nothing else, whatever is decided, withdrawn, cut and killed', () => {
    fc.assert(
      fc.property(fc.array(aStep, { minLength: 5, maxLength: 40 }), (steps) => {
        const world = new World();
        for (const step of steps) {
          world.run(step);
          check(world);
        }
        drain(world);
        for (const store of world.stores) store.close();
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
