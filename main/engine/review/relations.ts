import { type Fields, fieldsOf, own, text } from './summary-read.ts';
import { typeOfId } from './summary-words.ts';

/** One object's link to another, seen from one of them. */
export interface Relation {
  /** In words: `uses`, `created by`, `marked with`, `in report`. */
  label: string;
  /** `out`: from the object looked at to `id`; `in`: the other way. */
  direction: 'out' | 'in';
  id: string;
  /** STIX type of `id`. */
  type: string;
}

/** Type and UUID part, as loosely as ids are met in the wild. */
const ID = /^[a-z0-9][a-z0-9-]*--[^\s]{1,200}$/i;
/** Deeper structure is not STIX; the limit keeps hostile nesting from exhausting the stack. */
const DEEPEST = 32;

/** How a reference reads from the object that holds it, and from the object that is referred to. */
const REFERENCE_WORDS: Readonly<Record<string, readonly [out: string, back: string]>> = {
  analysis_sco_refs: ['found', 'found by analysis'],
  bcc_refs: ['blind copy to', 'blind copied in mail'],
  belongs_to_refs: ['belongs to', 'has member'],
  cc_refs: ['copy to', 'copied in mail'],
  child_refs: ['parent of', 'child of'],
  contains_refs: ['contains', 'contained in'],
  content_ref: ['has content', 'content of'],
  created_by_ref: ['created by', 'creator of'],
  creator_user_ref: ['created by account', 'account that created'],
  dst_payload_ref: ['answer payload', 'payload in traffic'],
  dst_ref: ['to', 'destination of traffic'],
  encapsulated_by_ref: ['inside', 'carries'],
  encapsulates_refs: ['carries', 'inside'],
  from_ref: ['from', 'sender in mail'],
  host_vm_ref: ['ran on', 'host of analysis'],
  image_ref: ['image', 'image of process'],
  installed_software_refs: ['with software', 'installed for analysis'],
  marking_ref: ['partly marked with', 'marks part of'],
  object_marking_refs: ['marked with', 'marks'],
  object_ref: ['about', 'has'],
  observed_data_refs: ['seen in', 'evidence of sighting'],
  opened_connection_refs: ['opened', 'opened by process'],
  operating_system_ref: ['on', 'system of analysis'],
  parent_directory_ref: ['in folder', 'folder of'],
  parent_ref: ['child of', 'parent of'],
  raw_email_ref: ['raw mail', 'raw text of mail'],
  resolves_to_refs: ['resolves to', 'resolved from'],
  sample_ref: ['sample', 'sample of analysis'],
  sender_ref: ['sent by', 'sender of mail'],
  service_dll_refs: ['service library', 'library of service'],
  sighting_of_ref: ['sighting of', 'sighted in'],
  src_payload_ref: ['payload', 'payload in traffic'],
  src_ref: ['from', 'source of traffic'],
  to_refs: ['to', 'recipient in mail'],
  where_sighted_refs: ['sighted by', 'saw'],
};

/** `object_refs` reads by the type of the object that holds it. */
const CONTAINERS: Readonly<Record<string, readonly [out: string, back: string]>> = {
  grouping: ['groups', 'in grouping'],
  note: ['note on', 'has note'],
  'observed-data': ['observed', 'in observed data'],
  opinion: ['opinion on', 'has opinion'],
  report: ['holds', 'in report'],
};

function referenceWords(type: string, property: string): readonly [out: string, back: string] {
  const known =
    property === 'object_refs'
      ? Object.hasOwn(CONTAINERS, type) && CONTAINERS[type]
      : Object.hasOwn(REFERENCE_WORDS, property) && REFERENCE_WORDS[property];
  if (known) return known;
  if (property === 'object_ref' || property === 'object_refs')
    return ['about', `in ${type.replaceAll('-', ' ')}`];
  const said = property.replace(/_refs?$/, '').replaceAll('_', ' ');
  return [said, `${said} (${type.replaceAll('-', ' ')})`];
}

/** Every reference in the object, at any depth: property name and id. */
function* references(value: unknown, depth = 0): Generator<{ property: string; id: string }> {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
  if (Array.isArray(value)) {
    for (const entry of value) yield* references(entry, depth + 1);
    return;
  }
  for (const [property, inside] of Object.entries(value)) {
    const ids = property.endsWith('_ref')
      ? [inside]
      : property.endsWith('_refs') && Array.isArray(inside)
        ? inside
        : null;
    if (ids === null) yield* references(inside, depth + 1);
    else for (const id of ids) if (typeof id === 'string' && ID.test(id)) yield { property, id };
  }
}

/** Each label and id once. */
function distinct(found: Iterable<Relation>): Relation[] {
  return [
    ...new Map(
      [...found].map((relation) => [`${relation.direction} ${relation.label} ${relation.id}`, relation]),
    ).values(),
  ];
}

function verbOf(o: Fields): string {
  return text(o, 'relationship_type').replaceAll('-', ' ').trim() || 'related to';
}

/**
 * What an object refers to: every `*_ref` and `*_refs` at any depth. A relationship's own record answers its source (direction
 * `in`) and its target under the relationship's verb, so that it reads as an arrow through it. `id` is the object's own id and
 * never in the answer. Answers [] for what is no object.
 */
export function relationsOf(object: unknown, id: string): Relation[] {
  const o = fieldsOf(object);
  if (o === null) return [];
  const type = text(o, 'type');
  const found: Relation[] = [];
  for (const { property, id: other } of references(o)) {
    if (other === id) continue;
    const end = { id: other, type: typeOfId(other) };
    if (type === 'relationship' && property === 'source_ref')
      found.push({ label: 'source', direction: 'in', ...end });
    else if (type === 'relationship' && property === 'target_ref')
      found.push({ label: verbOf(o), direction: 'out', ...end });
    else found.push({ label: referenceWords(type, property)[0], direction: 'out', ...end });
  }
  return distinct(found);
}

/**
 * How an object that mentions `id` relates to it, seen from `id`. A relationship is looked through: the answer is its other end,
 * under its verb. A sighting, report and the like is the other end itself. Empty when it mentions the id only in prose.
 */
export function relationFrom(otherObject: unknown, id: string): Relation[] {
  const o = fieldsOf(otherObject);
  if (o === null) return [];
  const type = text(o, 'type');
  const otherId = text(o, 'id');
  const found: Relation[] = [];
  const [source, target] = [own(o, 'source_ref'), own(o, 'target_ref')];
  const through = type === 'relationship' && typeof source === 'string' && typeof target === 'string';
  for (const { property, id: mentioned } of references(o)) {
    if (mentioned !== id) continue;
    if (through && property === 'source_ref') {
      found.push({ label: verbOf(o), direction: 'out', id: target, type: typeOfId(target) });
    } else if (through && property === 'target_ref') {
      found.push({ label: verbOf(o), direction: 'in', id: source, type: typeOfId(source) });
    } else if (otherId !== '' && otherId !== id) {
      found.push({
        label: referenceWords(type, property)[1],
        direction: 'in',
        id: otherId,
        type: typeOfId(otherId) || type,
      });
    }
  }
  return distinct(found);
}
