import type { RecordKind } from '../../../shared/records.ts';

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
const UNREADABLE = '';

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * What full-text search finds a record by: name, description, labels, aliases, pattern, external ids and names, SCO values and hashes.
 * The object's id is indexed apart. Empty for text that is not a JSON object.
 */
export function searchText(kind: RecordKind, _type: string, raw: Uint8Array): string {
  return kind === 'manifest' ? UNREADABLE : textOfObject(parseObject(raw));
}

/** The record as an object, or null when it is not one. */
export function parseObject(raw: Uint8Array): Json | null {
  try {
    const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** {@link searchText} of an object that was parsed already. */
export function textOfObject(object: Json | null): string {
  if (object === null) return UNREADABLE;
  let out = '';
  for (const member of TEXTS) {
    const value = object[member];
    if (typeof value === 'string' && value !== '') out += `${value}\n`;
  }
  for (const member of LISTS) {
    const value = object[member];
    if (typeof value === 'string') out += `${value}\n`;
    else if (Array.isArray(value)) for (const v of value) if (typeof v === 'string') out += `${v}\n`;
  }
  const external = object.external_references;
  if (Array.isArray(external)) {
    for (const reference of external) {
      if (!isObject(reference)) continue;
      if (typeof reference.external_id === 'string') out += `${reference.external_id}\n`;
    }
  }
  const hashes = object.hashes;
  if (isObject(hashes)) {
    for (const value of Object.values(hashes)) if (typeof value === 'string') out += `${value}\n`;
  }
  const definition = object.definition;
  if (isObject(definition)) {
    for (const value of Object.values(definition)) if (typeof value === 'string') out += `${value}\n`;
  }
  return out;
}
