import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Tlp, tlpLabel } from '../../../shared/tlp.ts';
import type { PlanView } from '../../../shared/views/plan.ts';
import type { Clock } from '../ports.ts';
import { UNSENT } from '../store/delivery-details.ts';
import type { Route } from '../store/outbox-store.ts';
import type { Store } from '../store/store.ts';
import type { ForwardTarget } from './forward.ts';

/** How long counting may hold up everything else, ms. */
const SLICE_MS = 20;

type Group = PlanView['groups'][number];
type Blocked = PlanView['blocked'][number];

/**
 * What a hand-over would do, without a connection and without changing anything. With `exact`, every record goes through the wire's own
 * encoder: bytes are what would be written (before compression, where that is used), and records that cannot be sent are told apart. SPEC 4.
 */
export async function planForward(options: {
  store: Pick<Store, 'outbox' | 'tables'>;
  destinations: readonly Pick<ForwardTarget, 'destination' | 'route'>[];
  exact: boolean;
  clock: Clock;
  signal?: AbortSignal;
}): Promise<PlanView[]> {
  const plans: PlanView[] = [];
  for (const target of options.destinations) {
    plans.push(await planOne(target, options.store, options));
  }
  return plans;
}

async function planOne(
  { destination, route }: Pick<ForwardTarget, 'destination' | 'route'>,
  { outbox, tables }: Pick<Store, 'outbox' | 'tables'>,
  { exact, clock, signal }: { exact: boolean; clock: Clock; signal?: AbortSignal },
): Promise<PlanView> {
  const known = outbox.plan(route);
  const blocked: Blocked[] = known.blocked.map(({ reason, tlp, source, records }) => ({
    reason: reason === 'tlp' ? aboveWords(tlp, route) : UNSENT[reason],
    source,
    records,
    tlp: reason === 'tlp' ? tlp : null,
  }));
  const byTag = new Map<string, Group>();
  // Types may share a tag: what goes there is one group.
  const groupOf = (
    { source, kind, pullingId }: Pick<Group, 'source' | 'kind' | 'pullingId'>,
    type: string,
  ): Group => {
    const tag = destination.tagOf(source, kind, type) ?? '';
    const key = `${source}\n${kind}\n${tag}\n${pullingId}`;
    let group = byTag.get(key);
    if (group === undefined) {
      const none = exact ? 0 : null;
      group = { source, kind, tag, pullingId, records: 0, messages: none, bytes: none };
      byTag.set(key, group);
    }
    return group;
  };
  const notes = new Map<string, number>();
  if (exact) {
    const refused = new Map<string, Blocked>();
    let sliceEnd = clock.monotonic() + SLICE_MS;
    for (const record of outbox.pending(route)) {
      const { source, kind } = record;
      const why = destination.whyNotSendable(record);
      if (why !== null) {
        const key = `${source}\n${why}`;
        const entry = refused.get(key) ?? { reason: why, source, records: 0, tlp: null };
        entry.records += 1;
        refused.set(key, entry);
      } else {
        const group = groupOf(record, kind === 'event' ? record.type : '');
        group.records += 1;
        const { messages, bytes } = destination.measure(record);
        group.messages = (group.messages ?? 0) + messages;
        group.bytes = (group.bytes ?? 0) + bytes;
        for (const note of destination.table?.notes(record) ?? [])
          notes.set(note, (notes.get(note) ?? 0) + 1);
      }
      if (clock.monotonic() > sliceEnd) {
        await nextTurn();
        signal?.throwIfAborted();
        sliceEnd = clock.monotonic() + SLICE_MS;
      }
    }
    blocked.push(...refused.values());
  } else {
    for (const counted of known.groups) groupOf(counted, counted.type).records += counted.records;
  }
  const groups = [...byTag.values()];
  return {
    destination: destination.name,
    groups,
    blocked,
    notes: [...notes].map(([note, records]) => ({ note, records })),
    records: groups.reduce((sum, group) => sum + group.records, 0),
    messages: exact ? groups.reduce((sum, group) => sum + (group.messages ?? 0), 0) : null,
    bytes: exact
      ? groups.reduce((sum, group) => sum + (group.bytes ?? 0), 0)
      : known.groups.reduce((sum, group) => sum + group.bytes, 0),
    failed: known.failed,
    lookup: route.lookup === undefined ? null : { name: route.lookup.name, ...tables.diff(route) },
  };
}

const aboveWords = (tlp: Tlp, { maxTlp }: Route): string =>
  `${tlpLabel(tlp)} is above what this destination takes (${tlpLabel(maxTlp)}).`;
