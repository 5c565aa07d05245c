import { SluiceError } from '../../../shared/errors.ts';
import type { Selection } from '../../../shared/records.ts';
import { TLP_LEVELS, type Tlp, tlpLabel } from '../../../shared/tlp.ts';
import { MARK_ENDED, MARK_OVERRIDE } from './columns.ts';
import { endCover, settle } from './delivery-state.ts';
import { adoptLookup } from './lookup-identity.ts';
import { heldBack } from './outbox-plan.ts';
import type { OverrideRows } from './override-rows.ts';
import type { Override, OverrideStore } from './override-store.ts';
import type { RowVersions } from './row-versions.ts';
import type { SearchIndex } from './search-index.ts';
import type { StoreFile } from './store-file.ts';
import type { Superseding } from './superseding.ts';
import type { Views } from './view.ts';

/** Written overrides. What they let through is a flag in the destination's marks, so that routing looks nothing up. */
export function createOverrideStore(
  file: StoreFile,
  rows: OverrideRows,
  views: Views,
  search: SearchIndex,
  superseding: Superseding,
  versions: RowVersions,
): OverrideStore {
  const { columns, catalogue } = file;

  const partsOf = (keys: readonly number[]): { highest: Tlp; parts: Override['parts'] } => {
    const parts = new Map<string, Override['parts'][number]>();
    let highest = 0;
    for (const key of keys) {
      const { tlp, feed } = catalogue.shape(columns.shape[key - 1] ?? 0);
      const { source } = catalogue.feed(feed);
      const name = JSON.stringify([source, tlp]);
      const part = parts.get(name) ?? { source, tlp, records: 0 };
      part.records++;
      parts.set(name, part);
      highest = Math.max(highest, TLP_LEVELS.indexOf(tlp));
    }
    return { highest: TLP_LEVELS[highest] ?? 'none', parts: [...parts.values()] };
  };

  /** Words are looked for in everything that is here. */
  const ready = (selection: Selection): void => {
    if ('filter' in selection && (selection.filter.text ?? '') !== '') search.all();
  };

  const known = (id: number): Override => {
    const found = rows.get(id);
    if (found !== null) return found;
    throw new SluiceError({ code: 'override.gone', message: `There is no override number ${id}.` });
  };

  return {
    heldBack(route, selection) {
      ready(selection);
      return file.read(() => {
        const keys = heldBack(file, versions, route, views.keys(selection));
        return { records: keys.length, ...partsOf(keys) };
      });
    },

    make(route, { selection, expected, place, at, reason }) {
      ready(selection);
      return file.write(() => {
        const keys = heldBack(file, versions, route, views.keys(selection));
        if (keys.length === 0) throw nothing(route.destination, route.maxTlp);
        if (expected !== undefined && expected !== keys.length) throw changed(expected, keys.length);
        const to = columns.marksFor(route.destination);
        adoptLookup(file, versions, superseding, to, route);
        for (const key of keys) {
          columns.setMark(to, key - 1, ((to.marks[key - 1] ?? 0) & ~MARK_ENDED) | MARK_OVERRIDE);
        }
        const written = { place, at, reason, ceiling: route.maxTlp, ...partsOf(keys) };
        return known(rows.add(to, written, keys));
      });
    },

    withdraw: (id, at, why) =>
      file.write(() => {
        const { destination, withdrawnAt } = known(id);
        if (withdrawnAt !== null) {
          throw new SluiceError({
            code: 'override.gone',
            message: `Override ${id} for ${destination} was withdrawn already.`,
          });
        }
        const to = columns.marksFor(destination);
        const touched = superseding.collect();
        let takenBack = 0;
        for (const key of rows.ownKeys(id)) {
          if (!endCover(columns, to, key - 1)) continue;
          settle(columns, key - 1, (columns.state[key - 1] ?? 0) & 3);
          touched.add(key);
          takenBack++;
        }
        touched.settle();
        rows.withdraw(id, at, why);
        return { override: known(id), takenBack };
      }),

    letsThrough: (destination, key) =>
      file.read(() => {
        const marks = columns.destinations.get(destination)?.marks;
        return ((marks?.[key - 1] ?? 0) & MARK_OVERRIDE) !== 0;
      }),

    list: (options) => file.read(() => rows.list(options)),

    open: () => file.read(() => rows.open()),
    get: (id) => file.read(() => rows.get(id)),
  };
}

function nothing(destination: string, ceiling: Tlp): SluiceError {
  return new SluiceError({
    code: 'override.nothing',
    message: `No record that was asked for is held back from ${destination} for its TLP.`,
    remedy: `An override is for approved records that wait and are above ${tlpLabel(ceiling)}, which is what the destination accepts.`,
  });
}

function changed(expected: number, found: number): SluiceError {
  return new SluiceError({
    code: 'override.changed',
    message: `The override was to be for ${expected} records; by now it would be for ${found}. Nothing was overridden.`,
    remedy: 'Look at what is held back now, and override again.',
    retryable: true,
    details: { expected, found },
  });
}
