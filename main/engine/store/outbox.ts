import { SluiceError } from '../../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import { Batches, type OpenBatch } from './batches.ts';
import {
  attemptsOf,
  type Columns,
  MARK,
  MARK_ENDED,
  MARK_KEPT,
  MARK_STATE,
  MARK_TWICE,
  type Marks,
} from './columns.ts';
import { APPROVED, settle } from './delivery-state.ts';
import type { HandoverRuns } from './handover-runs.ts';
import { adoptLookup } from './lookup-identity.ts';
import { outboundRecords, outboundRuns } from './outbound.ts';
import { planOf, routable, unsendable } from './outbox-plan.ts';
import type { Batch, BatchLimits, Outbox } from './outbox-store.ts';
import { holdsAnother } from './row-verdicts.ts';
import type { RowVersions } from './row-versions.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';
import type { Texts } from './texts.ts';

const MOST_ATTEMPTS = 255;

interface Begun {
  batch: OpenBatch;
  repeated: boolean;
}

/** What waits for each destination and what is on its way. Every change is durable when it returns. */
export function createOutbox(
  file: StoreFile,
  texts: Texts,
  clock: Clock,
  batches: Batches,
  runs: HandoverRuns,
  superseding: Superseding,
  versions: RowVersions,
): Outbox {
  const { columns } = file;
  const refuseRow = file.db.prepare('INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)');

  const decisionOf = (i: number): number => (columns.state[i] ?? 0) & 3;

  /** Still approved, and not let out only by an override that was withdrawn while it was on its way. */
  const stillGoes = (i: number, mark: number): boolean =>
    decisionOf(i) === APPROVED && (mark & MARK_ENDED) === 0;

  /** A record that came back: queued again while it is still to go. `kept` are flags. */
  const requeue = (to: Marks, i: number, kept: number, attempts: number): void => {
    const flags = stillGoes(i, kept) ? MARK.queued | kept : MARK.none | (kept & MARK_TWICE);
    columns.setMark(to, i, flags | (Math.min(attempts, MOST_ATTEMPTS) << 8));
    settle(columns, i, decisionOf(i));
  };

  /** Inside a write, once the marks of these records are set: what that means for other versions of theirs. */
  const settleRows = (keys: Iterable<number>): void => {
    const rows = superseding.collect();
    if (versions.count === 0) return;
    for (const key of keys) rows.add(key);
    rows.settle();
  };

  const marksOf = (name: string): Marks => {
    const found = columns.destinations.get(name);
    if (found === undefined) throw new Error(`destination ${name} has no outbox`);
    return found;
  };

  const isQueued = (name: string): boolean => {
    const to = columns.destinations.get(name);
    return to !== undefined && firstQueued(columns, to) < columns.count;
  };

  const openBatch = (batch: Batch): OpenBatch => {
    const found = batches.own(batch.id);
    if (found !== null) return found;
    throw new SluiceError({
      code: 'store.batch-gone',
      message: `Batch ${batch.id} for ${batch.destination} is not on its way any more.`,
    });
  };

  /** Inside a write: the next queued records go on their way. */
  const start = (to: Marks, limits: BatchLimits): Begun | null => {
    const { keys, repeated } = nextQueued(columns, to, limits);
    if (keys.length === 0) return null;
    for (const key of keys) {
      columns.setMark(to, key - 1, ((to.marks[key - 1] ?? 0) & ~MARK_STATE) | MARK.inFlight);
    }
    return { batch: batches.add(to, keys), repeated };
  };

  /** Once {@link start} is committed. */
  const started = (begun: Begun | null): Batch | null => {
    if (begun === null) return null;
    batches.remember(begun.batch);
    const { id, destination, keys } = begun.batch;
    return {
      id,
      destination,
      repeated: begun.repeated,
      count: keys.length,
      runs: () => outboundRuns(file, texts, batches.own(id)?.keys ?? keys),
    };
  };

  return {
    recover: () =>
      file.write(() => {
        let records = 0;
        for (const batch of batches.orphans()) {
          batches.end(batch.id, 'recovered', clock.now(), null);
          const to = marksOf(batch.destination);
          for (const key of batch.keys) {
            const mark = to.marks[key - 1] ?? 0;
            if ((mark & MARK_STATE) !== MARK.inFlight) continue;
            requeue(to, key - 1, (mark & MARK_KEPT) | MARK_TWICE, attemptsOf(mark));
            records++;
          }
          settleRows(batch.keys);
        }
        return records;
      }),

    route(route) {
      // Mostly there is nothing new: that needs no transaction.
      const news = file.read(() => {
        const to = columns.destinations.get(route.destination);
        if (to !== undefined && holdsAnother(to, route)) return true;
        return routable(file, versions, route, 1).length + unsendable(file, versions, route).size > 0;
      });
      if (!news) return 0;
      // Made again from the decisions, so it need not be on the disk by itself: the batch that is begun next puts it there, before its first byte.
      return file.writeRelaxed(() => {
        const to = columns.marksFor(route.destination);
        adoptLookup(file, versions, superseding, to, route);
        const found = routable(file, versions, route);
        const unsent = unsendable(file, versions, route);
        const put = (i: number, mark: number): void => {
          columns.setMark(to, i, mark | ((to.marks[i] ?? 0) & MARK_KEPT));
        };
        for (const i of found) {
          put(i, MARK.queued);
          // An event that is routed counted as queued already; a row may have been handed over elsewhere.
          if (route.lookup !== undefined) settle(columns, i, decisionOf(i));
        }
        for (const [i, mark] of unsent) {
          put(i, mark);
          settle(columns, i, decisionOf(i), mark === MARK.superseded);
        }
        return found.length;
      });
    },

    waits: (route) =>
      file.read(() => isQueued(route.destination) || routable(file, versions, route, 1).length > 0),

    plan: (route) => file.read(() => planOf(file, versions, route)),

    pending(route) {
      const keys = file.read(() => {
        const marks = columns.destinations.get(route.destination)?.marks;
        const found = routable(file, versions, route).map((i) => i + 1);
        for (let i = 0; marks !== undefined && i < columns.count; i++) {
          if (((marks[i] ?? 0) & MARK_STATE) === MARK.queued) found.push(i + 1);
        }
        return found.sort((a, b) => a - b);
      });
      return outboundRecords(file, texts, keys);
    },

    begin(destination, limits) {
      if (!file.read(() => isQueued(destination))) return null;
      return started(file.write(() => start(marksOf(destination), limits)));
    },

    handedOver(batch, at, next) {
      const { id, keys, destination } = openBatch(batch);
      const begun = file.write(() => {
        batches.end(id, 'handed_over', at, null);
        const to = marksOf(destination);
        for (const key of keys) {
          const i = key - 1;
          columns.setMark(to, i, ((to.marks[i] ?? 0) & ~MARK_STATE) | MARK.handedOver);
          settle(columns, i, decisionOf(i));
        }
        settleRows(keys);
        return next === undefined ? null : start(to, next);
      });
      batches.forget(id);
      return started(begun);
    },

    returned(batch, why) {
      const { id, keys, destination } = openBatch(batch);
      const result = file.write(() => {
        batches.end(id, 'returned', why.at, why.failure);
        const to = marksOf(destination);
        let failed = 0;
        for (const key of keys) {
          const i = key - 1;
          const mark = to.marks[i] ?? 0;
          const attempts = attemptsOf(mark) + 1;
          const kept = (mark & MARK_KEPT) | (why.maybeTaken ? MARK_TWICE : 0);
          if (attempts >= why.maxAttempts && stillGoes(i, mark)) {
            columns.setMark(to, i, MARK.failed | kept | (Math.min(attempts, MOST_ATTEMPTS) << 8));
            settle(columns, i, APPROVED);
            failed++;
          } else requeue(to, i, kept, attempts);
        }
        settleRows(keys);
        return { queued: keys.length - failed, failed };
      });
      batches.forget(id);
      return result;
    },

    refuse(batch, refused, at) {
      const open = openBatch(batch);
      const own = new Set(open.keys);
      const out = new Set(refused.map((r) => r.key));
      const keys = open.keys.filter((key) => !out.has(key));
      file.write(() => {
        const to = marksOf(open.destination);
        for (const { key, failure } of refused) {
          if (!own.has(key)) continue;
          const i = key - 1;
          const mark = to.marks[i] ?? 0;
          // Not to go any more: nobody wants it sent, so that it cannot be is not worth a word.
          if (!stillGoes(i, mark)) {
            requeue(to, i, mark & MARK_KEPT, attemptsOf(mark));
            continue;
          }
          columns.setMark(to, i, (mark & ~MARK_STATE) | MARK.failed);
          settle(columns, i, APPROVED);
          refuseRow.run(to.id, key, at, JSON.stringify(failure));
        }
        settleRows(out);
        batches.shrink(open.id, keys);
      });
      batches.remember({ ...open, keys });
    },

    retryFailed: (destination) =>
      file.write(() => {
        const to = columns.destinations.get(destination);
        if (to === undefined) return 0;
        let again = 0;
        const rows = superseding.collect();
        for (let i = 0; i < columns.count; i++) {
          const mark = to.marks[i] ?? 0;
          if ((mark & MARK_STATE) !== MARK.failed) continue;
          requeue(to, i, mark & MARK_KEPT, 0);
          rows.add(i + 1);
          again++;
        }
        rows.settle();
        return again;
      }),

    totals: () =>
      file.read(() =>
        [...columns.destinations.values()].map((to) => {
          const [, queued = 0, inFlight = 0, handedOver = 0, failed = 0] = columns.countsOf(to);
          return { destination: to.name, queued, inFlight, handedOver, failed };
        }),
      ),

    // The line of a run that has only begun says nothing that must outlast a power cut.
    recordRun: (run) =>
      run.state === 'running' ? file.writeRelaxed(() => runs.put(run)) : file.write(() => runs.put(run)),
    runs: (options) => file.read(() => runs.list(options)),
  };
}

function firstQueued(columns: Columns, to: Marks): number {
  let i = to.queuedFrom;
  while (i < columns.count && ((to.marks[i] ?? 0) & MARK_STATE) !== MARK.queued) i++;
  to.queuedFrom = i;
  return i;
}

/** The next queued keys within the limits (one at least); what may have been taken before is kept apart from what is new. */
function nextQueued(columns: Columns, to: Marks, limits: BatchLimits): { keys: number[]; repeated: boolean } {
  const keys: number[] = [];
  let bytes = 0;
  let repeated = false;
  const most = Math.min(limits.maxRecords, Batches.most);
  for (let i = firstQueued(columns, to); i < columns.count && keys.length < most; i++) {
    const mark = to.marks[i] ?? 0;
    if ((mark & MARK_STATE) !== MARK.queued) continue;
    const twice = (mark & MARK_TWICE) !== 0;
    const size = columns.bytes[i] ?? 0;
    if (keys.length === 0) repeated = twice;
    else if (twice !== repeated || bytes + size > limits.maxBytes) break;
    keys.push(i + 1);
    bytes += size;
  }
  return { keys, repeated };
}
