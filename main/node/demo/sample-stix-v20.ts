import { PRODUCER_ID, type SampleObject } from './sample-stix-object.ts';

/** Types of STIX 2.0 part 2 and 3 that a top-level object may have. */
const TYPES_20 = new Set(
  'attack-pattern campaign course-of-action identity indicator intrusion-set malware observed-data report threat-actor tool vulnerability relationship sighting marking-definition'.split(
    ' ',
  ),
);

/** 2.1 keeps these lists under their own names; in 2.0 they were the required `labels`. */
const TYPE_LISTS: Readonly<Record<string, string>> = {
  indicator: 'indicator_types',
  malware: 'malware_types',
  report: 'report_types',
  'threat-actor': 'threat_actor_types',
  tool: 'tool_types',
};

/** Properties 2.0 does not know, by type; `*` for all. */
const DROPPED: Readonly<Record<string, readonly string[]>> = {
  '*': ['spec_version', 'confidence', 'extensions', 'lang'],
  indicator: ['pattern_type', 'pattern_version'],
  malware: ['is_family', 'aliases', 'first_seen', 'last_seen', 'implementation_languages', 'capabilities'],
  'marking-definition': ['name'],
};

const TLP2_TO_TLP1: Readonly<Record<string, string>> = {
  'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487':
    'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9',
  'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb':
    'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
  'marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421':
    'marking-definition--f88d31f6-486f-44da-b317-01333bde0b82',
  // TLP 1 has nothing between amber and red: the stricter one is the safe reading.
  'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003':
    'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
  'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1':
    'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed',
};

/** Renamed since 2.0. */
const OBSERVABLE_NAMES_20: Readonly<Record<string, string>> = {
  created_time: 'created',
  modified_time: 'modified',
  image_ref: 'binary_ref',
};

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

/** An observable and what it refers to as the numbered `objects` of a 2.0 observed-data. STIX 2.0 part 3 section 3.2. */
function container(root: SampleObject[], byId: ReadonlyMap<string, SampleObject>): Record<string, unknown> {
  const numbers = new Map<string, string>();
  const queue = [...root];
  for (let i = 0; i < queue.length; i++) {
    const object = queue[i];
    if (object === undefined || numbers.has(object.id)) continue;
    numbers.set(object.id, String(numbers.size));
    for (const [key, value] of Object.entries(object)) {
      if (key === 'object_marking_refs') continue;
      const ids = key.endsWith('_ref') ? strings([value]) : key.endsWith('_refs') ? strings(value) : [];
      for (const id of ids) {
        const target = byId.get(id);
        if (target !== undefined) queue.push(target);
      }
    }
  }
  const out: Record<string, unknown> = {};
  for (const [id, number] of numbers) {
    const own: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(byId.get(id) ?? {})) {
      if (key === 'id' || key === 'spec_version' || key === 'object_marking_refs') continue;
      const name = OBSERVABLE_NAMES_20[key] ?? key;
      if (key.endsWith('_ref')) own[name] = numbers.get(String(value)) ?? value;
      else if (key.endsWith('_refs')) own[name] = strings(value).map((ref) => numbers.get(ref) ?? ref);
      else own[name] = value;
    }
    out[number] = own;
  }
  return out;
}

/** Answers the STIX 2.0 rendition of a 2.1 object, or null where 2.0 has no such thing. `byId` holds every sample object. */
export function toStix20(object: SampleObject, byId: ReadonlyMap<string, SampleObject>): SampleObject | null {
  const { type } = object;
  if (!TYPES_20.has(type)) return byObservedData(object, byId);
  if (type === 'marking-definition' && object.definition_type === undefined) return null;
  const known = (id: string) => TYPES_20.has(id.split('--')[0] ?? '');
  if (type === 'relationship' && !strings([object.source_ref, object.target_ref]).every(known)) return null;
  const drop = new Set([...(DROPPED['*'] ?? []), ...(DROPPED[type] ?? [])]);
  const list = TYPE_LISTS[type];
  const out: SampleObject = { type, id: object.id };
  for (const [key, value] of Object.entries(object)) {
    if (drop.has(key) || key === list || key === 'labels') continue;
    if (key === 'object_marking_refs') out[key] = strings(value).map((id) => TLP2_TO_TLP1[id] ?? id);
    else if (key === 'object_refs' && type === 'observed-data') {
      out.objects = container(
        strings(value).flatMap((id) => byId.get(id) ?? []),
        byId,
      );
    } else if (key === 'object_refs') out[key] = strings(value).filter(known);
    else out[key] = value;
  }
  const labels = [...(list === undefined ? [] : strings(object[list])), ...strings(object.labels)];
  if (labels.length > 0) out.labels = labels;
  return out;
}

/** 2.0 has no observables of their own: each becomes an observed-data that was seen once. */
function byObservedData(object: SampleObject, byId: ReadonlyMap<string, SampleObject>): SampleObject | null {
  if ('created' in object) return null;
  const at = '2026-03-01T12:00:00.000Z';
  return {
    type: 'observed-data',
    id: object.id.replace(/^.*?--(.{14})./, 'observed-data--$14'),
    first_observed: at,
    last_observed: at,
    number_observed: 1,
    objects: container([object], byId),
    created_by_ref: PRODUCER_ID,
    created: at,
    modified: at,
  };
}
