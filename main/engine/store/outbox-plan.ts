import { DELIVERIES } from '../../../shared/records.ts';
import { aboveCeiling } from '../../../shared/tlp.ts';
import type { Catalogue } from './catalogue.ts';
import { MARK, MARK_OVERRIDE, MARK_STATE } from './columns.ts';
import { APPROVED } from './delivery-state.ts';
import type { Outbox, Route } from './outbox-store.ts';
import { rowStates, VERDICT } from './row-verdicts.ts';
import type { RowVersions } from './row-versions.ts';
import type { StoreFile } from './store-file.ts';

const QUEUED = DELIVERIES.indexOf('queued');
/** A state byte without its flags: approved and queued. */
const WAITING = APPROVED | (QUEUED << 2);

/** Indices of approved records that would be queued for this destination and have no mark for it yet, ascending; so many at most. */
export function routable(
  file: StoreFile,
  versions: RowVersions,
  route: Route,
  most = file.columns.count,
): number[] {
  const found = routableEvents(file, route, most);
  if (!route.kinds.includes('cewl')) return found;
  const { verdicts } = rowStates(file, versions.refresh(), route);
  for (let v = 0; v < verdicts.length && found.length < most; v++) {
    if (verdicts[v] === VERDICT.send) found.push((versions.key[v] ?? 0) - 1);
  }
  return found.sort((a, b) => a - b);
}

/** Approved rows that will never go to this lookup, by index with the mark that says why. */
export function unsendable(file: StoreFile, versions: RowVersions, route: Route): Map<number, number> {
  const found = new Map<number, number>();
  if (!route.kinds.includes('cewl')) return found;
  const { verdicts } = rowStates(file, versions.refresh(), route);
  for (let v = 0; v < verdicts.length; v++) {
    const i = (versions.key[v] ?? 0) - 1;
    if (verdicts[v] === VERDICT.superseded) found.set(i, MARK.superseded);
    if (verdicts[v] === VERDICT.needless) found.set(i, MARK.needless);
  }
  return found;
}

/** Keys of approved records that wait and are held back from this destination for their TLP alone, ascending; those of a selection. */
export function heldBack(
  file: StoreFile,
  versions: RowVersions,
  route: Route,
  selected: Iterable<number>,
): number[] {
  const { columns, catalogue } = file;
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const verdicts = route.kinds.includes('cewl')
    ? rowStates(file, versions.refresh(), route).verdicts
    : new Uint8Array();
  const found: number[] = [];
  for (const key of selected) {
    const version = verdicts.length === 0 ? -1 : versions.of(key);
    if (version >= 0) {
      if (verdicts[version] === VERDICT.above) found.push(key);
      continue;
    }
    if (((columns.state[key - 1] ?? 0) & 15) !== WAITING) continue;
    const mark = marks?.[key - 1] ?? 0;
    if ((mark & MARK_STATE) !== MARK.none || (mark & MARK_OVERRIDE) !== 0) continue;
    if (takes[columns.shape[key - 1] ?? 0] === ABOVE) found.push(key);
  }
  return found;
}

function routableEvents({ columns, catalogue }: StoreFile, route: Route, most: number): number[] {
  if (route.kinds.every((kind) => kind === 'cewl')) return [];
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const { count, state, shape } = columns;
  const found: number[] = [];
  for (let i = 0; i < count && found.length < most; i++) {
    if (((state[i] ?? 0) & 15) !== WAITING) continue;
    const mark = marks?.[i] ?? 0;
    if ((mark & MARK_STATE) !== MARK.none) continue;
    const take = takes[shape[i] ?? 0];
    if (take === TAKEN || (take === ABOVE && (mark & MARK_OVERRIDE) !== 0)) found.push(i);
  }
  return found;
}

type Group = ReturnType<Outbox['plan']>['groups'][number];

const ELSEWHERE = 0;
const TAKEN = 1;
const ABOVE = 2;

/** Rows of tables are looked at by themselves: which of them go depends on their other versions. */
function takenShapes(catalogue: Catalogue, route: Route): Uint8Array {
  const sources = new Set(route.sources);
  const takes = new Uint8Array(catalogue.shapes.length);
  for (const shape of catalogue.shapes) {
    const { source, ref } = catalogue.feed(shape.feed);
    const event = ref.kind !== 'cewl' && route.kinds.includes(ref.kind);
    if (!sources.has(source) || !event) takes[shape.id] = ELSEWHERE;
    else takes[shape.id] = aboveCeiling(shape.tlp, route.maxTlp) ? ABOVE : TAKEN;
  }
  return takes;
}

/** Counts of what would go to a destination and what is held back. Changes nothing. */
export function planOf(file: StoreFile, versions: RowVersions, route: Route): ReturnType<Outbox['plan']> {
  const { columns, catalogue } = file;
  const verdicts = route.kinds.includes('cewl')
    ? rowStates(file, versions.refresh(), route).verdicts
    : new Uint8Array();
  const takes = takenShapes(catalogue, route);
  const marks = columns.destinations.get(route.destination)?.marks;
  const groups: Group[] = [];
  const byGroup = new Map<string, Group>();
  const blocked = new Map<string, ReturnType<Outbox['plan']>['blocked'][number]>();
  let queued = 0;
  let failed = 0;
  const block = (reason: 'tlp' | 'superseded' | 'needless', i: number): void => {
    const shape = catalogue.shape(columns.shape[i] ?? 0);
    const { source } = catalogue.feed(shape.feed);
    const key = JSON.stringify([reason, source, shape.tlp]);
    const entry = blocked.get(key) ?? { reason, tlp: shape.tlp, source, records: 0 };
    entry.records++;
    blocked.set(key, entry);
  };
  for (const arrival of catalogue.arrivals) {
    const feed = catalogue.feed(arrival.feed);
    const byType = feed.ref.kind === 'event';
    const isTable = feed.ref.kind === 'cewl';
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
      const kept = marks?.[i] ?? 0;
      const mark = kept & MARK_STATE;
      if (mark === MARK.failed) failed++;
      const version = isTable ? versions.of(i + 1) : -1;
      if (mark === MARK.queued) queued++;
      else if (version >= 0) {
        const verdict = verdicts[version];
        if (verdict === VERDICT.above) block('tlp', i);
        else if (verdict === VERDICT.superseded) block('superseded', i);
        else if (verdict === VERDICT.needless) block('needless', i);
        if (verdict !== VERDICT.send) continue;
      } else if (mark !== MARK.none || ((columns.state[i] ?? 0) & 15) !== WAITING) continue;
      else {
        const shape = columns.shape[i] ?? 0;
        const covered = takes[shape] === ABOVE && (kept & MARK_OVERRIDE) !== 0;
        if (takes[shape] === ABOVE && !covered) block('tlp', i);
        if (takes[shape] !== TAKEN && !covered) continue;
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
