import type { Random } from './sample-stix-random.ts';

/** A STIX object on its way to text: our own key order, literal JSON where the text matters. */
export interface SampleObject {
  type: string;
  id: string;
  [property: string]: unknown;
}

/** The producer of every sample object. */
export const PRODUCER_ID = 'identity--4a2f6c1e-8d5b-4f0a-9c37-1e6b0d5a7f21';

const DAY = 86_400_000;
const FIRST_CREATED = Date.UTC(2025, 8, 1);

/** A moment between September 2025 and the end of February 2026, RFC 3339 with milliseconds. */
export function createdAt(random: Random): string {
  return new Date(FIRST_CREATED + Math.floor(random.next() * 180 * DAY)).toISOString();
}

/** `at` moved by whole days. */
export function daysAfter(at: string, days: number): string {
  return new Date(Date.parse(at) + days * DAY).toISOString();
}

/** Midnight of the day of `at`. */
export function dayOf(at: string): string {
  return `${at.slice(0, 10)}T00:00:00Z`;
}

const TLP_MIX = [
  'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421',
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
];
const TLP_RED = [
  'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
];

/** One TLP marking, now and then none and rarely red, plus the statement marking here and there. */
export function markings(random: Random): { object_marking_refs?: string[] } {
  if (random.chance(0.12)) return {};
  const refs = [random.chance(0.02) ? random.pick(TLP_RED) : random.pick(TLP_MIX)];
  if (random.chance(0.05)) refs.push(STATEMENT_ID);
  return { object_marking_refs: refs };
}

export const STATEMENT_ID = 'marking-definition--c1d7a3f4-52be-4b3e-8f18-6f8f1c3a9b10';

/** A domain or relationship object with the common properties of STIX 2.1 section 3.2. */
export function domainObject(
  random: Random,
  type: string,
  own: Readonly<Record<string, unknown>>,
  at: string = createdAt(random),
): SampleObject {
  return {
    type,
    id: `${type}--${random.uuid()}`,
    ...own,
    created_by_ref: PRODUCER_ID,
    created: at,
    modified: random.chance(0.2) ? daysAfter(at, random.int(1, 20)) : at,
    ...(random.chance(0.6) ? { confidence: random.pick([15, 50, 60, 75, 85, 95]) } : {}),
    ...markings(random),
    spec_version: '2.1',
  };
}

export function relationship(
  random: Random,
  source: SampleObject,
  verb: string,
  target: SampleObject,
  description?: string,
): SampleObject {
  return domainObject(random, 'relationship', {
    relationship_type: verb,
    source_ref: source.id,
    target_ref: target.id,
    ...(description === undefined ? {} : { description }),
  });
}

/** Literal JSON text of a number or string, written as it stands: how the sample keeps `1.0` and `\u00e9`. */
export function literal(text: string): unknown {
  const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
  return rawJSON(text);
}

/** The object as server text. `spaced` writes blanks after colons and commas, `lines` one property a line. */
export function writeObject(object: SampleObject, style: 'compact' | 'spaced' | 'lines' = 'compact'): string {
  if (style === 'compact') return JSON.stringify(object);
  const lines = JSON.stringify(object, null, 2);
  return style === 'lines' ? lines : lines.replace(/\n\s*/g, ' ');
}
