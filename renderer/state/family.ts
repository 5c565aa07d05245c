import type { RecordKind } from '../../shared/records.ts';
import type { SourceSettings } from '../../shared/settings.ts';
import { type Asked, drop } from './filter.ts';

/** Records that are looked at in the same columns. */
export const FAMILIES = ['stix', 'cewl', 'events'] as const;
export type Family = (typeof FAMILIES)[number];

export const FAMILY_TITLES: Readonly<Record<Family, string>> = {
  stix: 'STIX',
  cewl: 'CEWL',
  events: 'Events',
};

const KINDS: Readonly<Record<Family, readonly RecordKind[]>> = {
  stix: ['object', 'manifest'],
  cewl: ['cewl'],
  events: ['event'],
};

/** The family that a filter shows nothing but; null when it may show several. */
export function familyOf(filter: Asked): Family | null {
  const wanted = filter.kind ?? [];
  if (wanted.length === 0) return null;
  return FAMILIES.find((family) => wanted.every((kind) => KINDS[family].includes(kind))) ?? null;
}

/** What says something about one family only: kept, it would leave nothing of another. */
const OWN = ['kind', 'type', 'change', 'severity', 'source', 'collection', 'pullingId', 'id'] as const;

/** The filter with another family. What was decided, what became of it, its TLP, text and time stay asked for. Pure. */
export function inFamily(filter: Asked, family: Family | null): Asked {
  const { not, ...rest } = OWN.reduce((left, part) => drop(left, part), filter);
  const excluded = Object.entries(not ?? {}).filter(([part]) => !(OWN as readonly string[]).includes(part));
  return {
    ...rest,
    ...(excluded.length === 0 ? {} : { not: Object.fromEntries(excluded) }),
    ...(family === null ? {} : { kind: [...KINDS[family]] }),
  };
}

const OF_SOURCE: Readonly<Record<SourceSettings['kind'], Family>> = {
  taxii: 'stix',
  ctci: 'cewl',
  threatq: 'events',
};

/** The families that the configured sources bring, in a steady order. */
export function familiesOf(kinds: readonly SourceSettings['kind'][]): Family[] {
  const there = new Set(kinds.map((kind) => OF_SOURCE[kind]));
  return FAMILIES.filter((family) => there.has(family));
}
