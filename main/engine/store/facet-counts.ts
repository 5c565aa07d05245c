import {
  DECISIONS,
  DELIVERIES,
  FACETS,
  type Facet,
  RECORD_KINDS,
  type RecordFilter,
  ROW_CHANGES,
  severityRank,
} from '../../../shared/records.ts';
import { TLP_LEVELS, type Tlp, tlpLabel } from '../../../shared/tlp.ts';
import { STATES } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import { dimensionTest, dimensionValue, type View, type Views } from './view.ts';

export type FacetCounts = Record<Facet, { value: string; label: string; count: number }[]>;

/** More values than this are not listed: nobody reads them and a hostile feed could send a type an object. */
const MOST_VALUES = 1000;

const LABELS: Readonly<Record<string, string>> = {
  object: 'Object',
  manifest: 'Manifest',
  cewl: 'CEWL row',
  event: 'Event',
  new: 'New',
  changed: 'Changed',
  gone: 'Gone',
  staged: 'Staged',
  approved: 'Approved',
  held: 'Held',
  rejected: 'Rejected',
  none: 'Not queued',
  queued: 'Queued',
  handed_over: 'Handed over',
  failed: 'Failed',
};

const FIXED: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  kind: RECORD_KINDS,
  change: ROW_CHANGES,
  tlp: TLP_LEVELS,
  decision: DECISIONS,
  delivery: DELIVERIES,
};

/** Dimensions that only some kinds of record have; the others' records are not counted there. */
const OF_SOME_KINDS: readonly Facet[] = ['severity', 'change'];

/** How many records of the view have each combination of shape and state. */
export function histogram(file: StoreFile, view: View): Uint32Array {
  const { shape, state } = file.columns;
  const counts = new Uint32Array(Math.max(1, file.catalogue.shapes.length) * STATES);
  const count = (i: number): void => {
    const at = (shape[i] ?? 0) * STATES + (state[i] ?? 0);
    counts[at] = (counts[at] ?? 0) + 1;
  };
  if (view.members === null) for (let i = view.from - 1; i < view.to; i++) count(i);
  else for (const key of view.members.list) if (key >= view.from && key <= view.to) count(key - 1);
  return counts;
}

/** For each dimension its values with counts, the other dimensions' filters applied. One pass over the columns. */
export function facetCounts(file: StoreFile, views: Views, filter: RecordFilter): FacetCounts {
  const view = views.compile(filter, { dimensions: false });
  const counts = histogram(file, view);
  const tests = FACETS.map((facet) => dimensionTest(filter, facet));
  const sums = FACETS.map(() => new Map<string, number>());
  for (const shape of file.catalogue.shapes) {
    for (let state = 0; state < STATES; state++) {
      const at = shape.id * STATES + state;
      const n = counts[at] ?? 0;
      if (n === 0 || view.accept[at] !== 1) continue;
      const values = FACETS.map((facet) => dimensionValue(file, facet, shape, state));
      const failing = tests.flatMap((test, f) => (test !== null && !test(values[f] ?? '') ? [f] : []));
      if (failing.length > 1) continue;
      // Failing only by this dimension's own filter, it still counts there.
      const only = failing.length === 1 ? [failing[0] ?? 0] : FACETS.keys();
      for (const f of only) {
        const value = values[f] ?? '';
        if (value === '' && OF_SOME_KINDS.includes(FACETS[f] ?? 'kind')) continue;
        sums[f]?.set(value, (sums[f]?.get(value) ?? 0) + n);
      }
    }
  }
  const titles = new Map<string, string>();
  for (const feed of file.catalogue.feeds.values()) {
    if (feed.ref.title !== '' && !titles.has(feed.ref.collection))
      titles.set(feed.ref.collection, feed.ref.title);
  }
  return Object.fromEntries(
    FACETS.map((facet, f) => [facet, listed(facet, sums[f] ?? new Map(), filter, titles)]),
  ) as FacetCounts;
}

function listed(
  facet: Facet,
  sums: Map<string, number>,
  filter: RecordFilter,
  titles: ReadonlyMap<string, string>,
): FacetCounts[Facet] {
  // What is chosen stays visible, also when nothing matches it any more.
  for (const value of [...(filter[facet] ?? []), ...(filter.not?.[facet] ?? [])]) {
    if (!sums.has(value)) sums.set(value, 0);
  }
  const label = (value: string): string => {
    if (facet === 'collection') return titles.get(value) ?? value;
    if (facet === 'tlp') return tlpLabel(value as Tlp);
    return facet === 'source' || facet === 'type' || facet === 'severity' ? value : (LABELS[value] ?? value);
  };
  const all = [...sums].map(([value, count]) => ({ value, label: label(value), count }));
  const fixed = FIXED[facet];
  if (fixed !== undefined) return all.sort((a, b) => fixed.indexOf(a.value) - fixed.indexOf(b.value));
  if (facet === 'severity') all.sort((a, b) => severityRank(b.value) - severityRank(a.value));
  else all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return all.slice(0, MOST_VALUES);
}
