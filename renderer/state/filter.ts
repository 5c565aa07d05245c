import type { Facet, RecordFilter } from '../../shared/records.ts';

/** What a person calls each dimension, in the order they are shown. Complete by its type; the schemas stay out of the first load. */
export const FACET_TITLES: Readonly<Record<Facet, string>> = {
  source: 'Source',
  collection: 'Collection',
  kind: 'Kind',
  change: 'Change',
  severity: 'Severity',
  tlp: 'TLP',
  decision: 'Decision',
  delivery: 'Delivery',
  type: 'Type',
};
export const FACETS = Object.keys(FACET_TITLES) as readonly Facet[];

/** What the analyst asked for, without the arrival limit that the view pins. */
export type Asked = Omit<RecordFilter, 'asOf'>;

type Lists = Partial<Record<Facet, string[]>>;

const lists = (of: Asked | NonNullable<Asked['not']>): Lists => of as Lists;

/** How a facet's value stands in the filter. */
export function standing(filter: Asked, facet: Facet, value: string): 'in' | 'out' | 'free' {
  if (lists(filter)[facet]?.includes(value) === true) return 'in';
  if (filter.not !== undefined && lists(filter.not)[facet]?.includes(value) === true) return 'out';
  return 'free';
}

const without = (list: readonly string[] | undefined, value: string): string[] =>
  (list ?? []).filter((v) => v !== value);

function put(of: Lists, facet: Facet, values: string[]): Lists {
  const { [facet]: _old, ...rest } = of;
  return values.length === 0 ? rest : { ...rest, [facet]: values };
}

/** Takes the value in or out of the filter; a second time takes it away again. Including ends excluding and the other way round. */
export function turn(filter: Asked, facet: Facet, value: string, how: 'in' | 'out'): Asked {
  const now = standing(filter, facet, value);
  const wanted = now === how ? 'free' : how;
  const { not, ...positive } = filter;
  const included = without(lists(positive)[facet], value);
  const excluded = without(lists(not ?? {})[facet], value);
  if (wanted === 'in') included.push(value);
  if (wanted === 'out') excluded.push(value);
  const newNot = put(lists(not ?? {}), facet, excluded);
  const base = put(lists(positive), facet, included) as Asked;
  return Object.keys(newNot).length === 0 ? base : { ...base, not: newNot as NonNullable<Asked['not']> };
}

/** The filter without one of its parts. */
export function drop(filter: Asked, part: keyof Asked): Asked {
  const { [part]: _gone, ...rest } = filter;
  return rest;
}

export type Chip =
  | { readonly kind: 'value'; readonly facet: Facet; readonly value: string; readonly how: 'in' | 'out' }
  | { readonly kind: 'part'; readonly part: keyof Asked };

/** Everything the filter says, one chip each, in a steady order. */
export function chips(filter: Asked): Chip[] {
  const out: Chip[] = [];
  for (const how of ['in', 'out'] as const) {
    const of = lists(how === 'in' ? filter : (filter.not ?? {}));
    for (const facet of FACETS) {
      for (const value of of[facet] ?? []) out.push({ kind: 'value', facet, value, how });
    }
  }
  for (const part of ['text', 'id', 'pullingId', 'problems', 'receivedFrom', 'receivedTo'] as const) {
    if (filter[part] !== undefined && filter[part] !== '') out.push({ kind: 'part', part });
  }
  return out;
}

export function isEmpty(filter: Asked): boolean {
  return chips(filter).length === 0;
}

/** True when a record that gets this decision leaves the view. */
export function leaves(filter: Asked, decision: string): boolean {
  if (filter.delivery !== undefined || filter.not?.delivery !== undefined) return true;
  const wanted = lists(filter).decision;
  if (wanted !== undefined && !wanted.includes(decision)) return true;
  return lists(filter.not ?? {}).decision?.includes(decision) === true;
}
