import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  closingQuote,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from '../json/scan.ts';
import { looksLikeId, MARK } from '../store/search-query.ts';
import type { WordBytes } from '../store/word-bytes.ts';

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
/** Objects of which each string is a word. */
const STRINGS = ['hashes', 'definition'] as const;

/** FNV-1a: names are told apart by it, without making a string of each. Another name with the same hash would be found by more, no less. */
function nameHash(json: Buffer, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ (json[i] ?? 0), 0x01000193);
  return h;
}

const hashOf = (name: string): number => nameHash(Buffer.from(name), 0, Buffer.byteLength(name));

/** How deep strings are words in a member of the object: 1 is the member's own value. */
const DEPTHS = new Map<number, number>([
  ...TEXTS.map((name) => [hashOf(name), 1] as const),
  ...[...LISTS, ...STRINGS].map((name) => [hashOf(name), 2] as const),
]);
const ID = hashOf('id');
const EXTERNAL_REFERENCES = hashOf('external_references');
const EXTERNAL_ID = hashOf('external_id');
/** `external_id` stands in an object in a list. */
const EXTERNAL_DEPTH = 3;

/**
 * Adds what an object is found by: name, description, labels, aliases, pattern, external ids and names, SCO values and hashes; and every string
 * in it that reads like the id of another object. One pass over the bytes: making objects of the text first takes twice as long. The text is
 * one object in sound JSON; of any other nothing is promised but an end.
 * @param every each string of the object's own members is a word, and no id is looked for: rows have no fixed members
 * @param ids begins with the object's own id behind a mark, which is not added again
 */
export function addWords(json: Buffer, every: boolean, text: WordBytes, ids: WordBytes): void {
  const ownFrom = ids.start + 1;
  const ownLength = ids.used - 1 - ownFrom;
  let escaped = nextEscape(json, 0);
  let depth = 0;
  /** Strings at this depth and above are words. */
  let limit = 0;
  let isOwnId = false;
  let inReferences = false;
  let i = 0;
  while (i < json.length) {
    const c = json[i];
    if (c !== QUOTE) {
      if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
      else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
        depth--;
        // The name that counted was this object's.
        if (inReferences) limit = 0;
      }
      i++;
      continue;
    }
    const start = i + 1;
    const end = closingQuote(json, i);
    i = end + 1;
    if (json[i] !== COLON) i = skipSpace(json, i);
    if (escaped < start) escaped = nextEscape(json, start);
    if (json[i] === COLON) {
      if (depth === 1) {
        const name = escaped < end ? hashOf(unescaped(json, start, end)) : nameHash(json, start, end);
        isOwnId = name === ID;
        inReferences = name === EXTERNAL_REFERENCES;
        limit = every ? 1 : (DEPTHS.get(name) ?? 0);
      } else if (inReferences && depth === EXTERNAL_DEPTH) {
        const name = escaped < end ? hashOf(unescaped(json, start, end)) : nameHash(json, start, end);
        limit = name === EXTERNAL_ID ? EXTERNAL_DEPTH : 0;
      }
      i++;
      continue;
    }
    if (depth <= limit) {
      if (escaped < end) text.add(unescaped(json, start, end));
      else text.copy('', json, start, end);
    }
    if (every || (isOwnId && depth === 1)) continue;
    if (escaped < end) {
      const id = unescaped(json, start, end);
      const own = ids.bytes.toString('latin1', ownFrom, ownFrom + ownLength);
      if (looksLikeId(id) && id !== own) ids.add(MARK.refers + id);
    } else if (isId(json, start, end)) {
      const isOwn = end - start === ownLength && isAt(ids.bytes, ownFrom, json, start, end);
      if (!isOwn) ids.copy(MARK.refers, json, start, end);
    }
  }
}

function nextEscape(json: Buffer, from: number): number {
  const at = json.indexOf(BACKSLASH, from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** A string's value, from its text between quotes; nothing where it cannot be read. */
function unescaped(json: Buffer, start: number, end: number): string {
  try {
    return JSON.parse(json.toString('utf8', start - 1, end + 1)) as string;
  } catch {
    return '';
  }
}

/** {@link looksLikeId} of a text's bytes. */
function isId(json: Buffer, start: number, end: number): boolean {
  const n = end - start;
  const uuid = end - 36;
  return (
    n > 38 &&
    n < 300 &&
    json[uuid - 2] === 0x2d &&
    json[uuid - 1] === 0x2d &&
    json[uuid + 8] === 0x2d &&
    json[uuid + 13] === 0x2d &&
    json[uuid + 18] === 0x2d &&
    json[uuid + 23] === 0x2d
  );
}

function isAt(bytes: Buffer, at: number, json: Buffer, start: number, end: number): boolean {
  for (let i = end - 1, j = at + end - start - 1; i >= start; i--, j--)
    if (json[i] !== bytes[j]) return false;
  return true;
}
