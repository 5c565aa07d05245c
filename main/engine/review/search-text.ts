import { looksLikeId } from '../store/search-query.ts';

/** Top-level members a person would search by: STIX 2.1 common and SDO properties, and the values of SCOs (section 6). */
const TEXTS = [
  'name',
  'description',
  'abstract',
  'content',
  'explanation',
  'opinion',
  'relationship_type',
  'pattern',
  'value',
  'path',
  'display_name',
  'user_id',
  'account_login',
  'subject',
  'issuer',
  'serial_number',
  'command_line',
  'cpe',
  'vendor',
  'key',
  'url',
  'from_ref',
  'message_id',
  'statement',
] as const;
const LISTS = [
  'labels',
  'aliases',
  'x_mitre_aliases',
  'indicator_types',
  'malware_types',
  'threat_actor_types',
  'tool_types',
  'report_types',
  'identity_class',
  'sectors',
  'goals',
  'protocols',
] as const;
/** Deeper than this nobody nests references; hostile text does. */
const DEEPEST = 20;

/** Members by the place of their value in {@link values}: texts, lists, then these. */
const EXTERNAL = TEXTS.length + LISTS.length;
const HASHES = EXTERNAL + 1;
const DEFINITION = EXTERNAL + 2;
const PLACES = new Map<string, number>(
  [...TEXTS, ...LISTS, 'external_references', 'hashes', 'definition'].map((member, place) => [member, place]),
);
/** Of the object at hand: asking it for each member would cost more than going over those that it has. */
const values: unknown[] = new Array(PLACES.size).fill(undefined);

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** The record as an object, or null when it is not one. */
export function parseObject(raw: Buffer): Json | null {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return isObject(value) && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** What an object is found by. */
export interface ObjectWords {
  /** Name, description, labels, aliases, pattern, external ids and names, SCO values and hashes. The object's own id is indexed apart. */
  text: string;
  /** Everything in it that reads like an object's id, each once. */
  ids: readonly string[];
}

export function wordsOfObject(object: Json): ObjectWords {
  const ids: string[] = [];
  values.fill(undefined);
  for (const member in object) {
    const value = object[member];
    const place = PLACES.get(member);
    if (place !== undefined) values[place] = value;
    collectIds(value, ids, 1);
  }
  return { text: textOfValues(), ids: different(ids) };
}

function textOfValues(): string {
  let out = '';
  for (let place = 0; place < TEXTS.length; place++) {
    const value = values[place];
    if (typeof value === 'string' && value !== '') out += `${value}\n`;
  }
  for (let place = TEXTS.length; place < EXTERNAL; place++) {
    const value = values[place];
    if (typeof value === 'string') out += `${value}\n`;
    else if (Array.isArray(value)) for (const v of value) if (typeof v === 'string') out += `${v}\n`;
  }
  const external = values[EXTERNAL];
  if (Array.isArray(external)) {
    for (const reference of external) {
      if (!isObject(reference)) continue;
      if (typeof reference.external_id === 'string') out += `${reference.external_id}\n`;
    }
  }
  return out + stringsIn(values[HASHES]) + stringsIn(values[DEFINITION]);
}

function stringsIn(object: unknown): string {
  if (!isObject(object)) return '';
  let out = '';
  for (const value of Object.values(object)) if (typeof value === 'string') out += `${value}\n`;
  return out;
}

function collectIds(value: unknown, into: string[], depth: number): void {
  if (typeof value === 'string') {
    if (looksLikeId(value)) into.push(value);
  } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    if (Array.isArray(value)) for (const item of value) collectIds(item, into, depth + 1);
    else for (const member in value) collectIds((value as Json)[member], into, depth + 1);
  }
}

/** Most objects have four: comparing so few is quicker than a set, which needs a hash of each. */
const FEW = 8;

function different(ids: string[]): readonly string[] {
  return ids.length > FEW ? [...new Set(ids)] : ids.filter((id, at) => ids.indexOf(id) === at);
}
