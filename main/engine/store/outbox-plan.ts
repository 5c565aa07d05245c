import { DELIVERIES } from '../../../shared/records.ts';
import { aboveCeiling } from '../../../shared/tlp.ts';
import type { Catalogue } from './catalogue.ts';
import { MARK, MARK_STATE } from './columns.ts';
import { APPROVED } from './delivery-state.ts';
import type { Outbox, Route } from './store.ts';
import type { StoreFile } from './store-file.ts';

const QUEUED = DELIVERIES.indexOf('queued');
/** A state byte without its flags: approved and queued. */
const WAITING = APPROVED | (QUEUED << 2);

/** Indices of approved, queued records that this destination takes and has no mark for yet, ascending; so many at most. */
export function routable({ columns, catalogue }: StoreFile, route: Route, most = columns.count): number[] {
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const { count, state, shape } = columns;
  const found: number[] = [];
  for (let i = 0; i < count && found.length < most; i++) {
    if (((state[i] ?? 0) & 15) !== WAITING) continue;
    if (marks !== undefined && ((marks[i] ?? 0) & MARK_STATE) !== MARK.none) continue;
    if (takes[shape[i] ?? 0] === TAKEN) found.push(i);
  }
  return found;
}

type Group = ReturnType<Outbox['plan']>['groups'][number];

const ELSEWHERE = 0;
const TAKEN = 1;
const ABOVE = 2;

function takenShapes(catalogue: Catalogue, route: Route): Uint8Array {
  const sources = new Set(route.sources);
  const takes = new Uint8Array(catalogue.shapes.length);
  for (const shape of catalogue.shapes) {
    const { source, ref } = catalogue.feed(shape.feed);
    if (!sources.has(source) || !route.kinds.includes(ref.kind)) takes[shape.id] = ELSEWHERE;
    else takes[shape.id] = aboveCeiling(shape.tlp, route.maxTlp) ? ABOVE : TAKEN;
  }
  return takes;
}

/** Counts of what would go to a destination and what is held back. Changes nothing. */
export function planOf(file: StoreFile, route: Route): ReturnType<Outbox['plan']> {
  const { columns, catalogue } = file;
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const groups: Group[] = [];
  const byGroup = new Map<string, Group>();
  const blocked = new Map<string, ReturnType<Outbox['plan']>['blocked'][number]>();
  let queued = 0;
  let failed = 0;
  for (const arrival of catalogue.arrivals) {
    const feed = catalogue.feed(arrival.feed);
    const byType = feed.ref.kind === 'event';
    const groupOf = (type: string): Group => {
      const name = JSON.stringify([feed.source, feed.ref.kind, type, arrival.pull]);
      let group = byGroup.get(name);
      if (group === undefined) {
        group = {
          source: feed.source,
          kind: feed.ref.kind,
          type,
          pullingId: String(arrival.pull),
          records: 0,
          bytes: 0,
        };
        byGroup.set(name, group);
        groups.push(group);
      }
      return group;
    };
    let records = 0;
    let bytes = 0;
    for (let i = arrival.first - 1; i < arrival.first - 1 + arrival.records; i++) {
      const mark = (marks?.[i] ?? 0) & MARK_STATE;
      if (mark === MARK.failed) failed++;
      if (mark === MARK.queued) queued++;
      else if (mark !== MARK.none || ((columns.state[i] ?? 0) & 15) !== WAITING) continue;
      else {
        const shape = columns.shape[i] ?? 0;
        if (takes[shape] === ABOVE) {
          const { tlp } = catalogue.shape(shape);
          const key = JSON.stringify([feed.source, tlp]);
          const entry = blocked.get(key) ?? { reason: 'tlp' as const, tlp, source: feed.source, records: 0 };
          entry.records++;
          blocked.set(key, entry);
        }
        if (takes[shape] !== TAKEN) continue;
      }
      if (byType) {
        const group = groupOf(catalogue.shape(columns.shape[i] ?? 0).type);
        group.records++;
        group.bytes += columns.bytes[i] ?? 0;
        continue;
      }
      records++;
      bytes += columns.bytes[i] ?? 0;
    }
    if (records === 0) continue;
    const group = groupOf('');
    group.records += records;
    group.bytes += bytes;
  }
  return { groups, blocked: [...blocked.values()], queued, failed };
}
