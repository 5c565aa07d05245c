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

const ELSEWHERE = 0;
const TAKEN = 1;
const ABOVE = 2;

function takenShapes(catalogue: Catalogue, route: Route): Uint8Array {
  const sources = new Set(route.sources);
  const takes = new Uint8Array(catalogue.shapes.length);
  for (const shape of catalogue.shapes) {
    if (!sources.has(catalogue.feed(shape.feed).source)) takes[shape.id] = ELSEWHERE;
    else takes[shape.id] = aboveCeiling(shape.tlp, route.maxTlp) ? ABOVE : TAKEN;
  }
  return takes;
}

/** Counts of what would go to a destination and what is held back. Changes nothing. */
export function planOf(file: StoreFile, route: Route): ReturnType<Outbox['plan']> {
  const { columns, catalogue } = file;
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const groups: ReturnType<Outbox['plan']>['groups'] = [];
  const byGroup = new Map<string, (typeof groups)[number]>();
  const blocked = new Map<string, ReturnType<Outbox['plan']>['blocked'][number]>();
  let queued = 0;
  let failed = 0;
  for (const arrival of catalogue.arrivals) {
    const feed = catalogue.feed(arrival.feed);
    const name = JSON.stringify([feed.source, feed.ref.kind, arrival.pull]);
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
      records++;
      bytes += columns.bytes[i] ?? 0;
    }
    if (records === 0) continue;
    let group = byGroup.get(name);
    if (group === undefined) {
      group = {
        source: feed.source,
        kind: feed.ref.kind,
        pullingId: String(arrival.pull),
        records: 0,
        bytes: 0,
      };
      byGroup.set(name, group);
      groups.push(group);
    }
    group.records += records;
    group.bytes += bytes;
  }
  return { groups, blocked: [...blocked.values()], queued, failed };
}
