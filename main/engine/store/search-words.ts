import { parseObject, wordsOfObject } from '../review/search-text.ts';
import { idWord, looksLikeId, looksLikeUuid, MARK } from './search-query.ts';
import type { StoreFile } from './store-file.ts';

/** What a record is found by: its text, and the words of the ids it has to do with. */
export interface SearchWords {
  text: string;
  ids: string;
}

/**
 * Always the same for the same record: taking it out of the index needs it once more. Whoever changes what it answers makes the index anew
 * in a migration. UUIDs are words of `ids` only: in the text they would be as many as all other words, and slow each of them down.
 * @param raw the record's text; null where it was removed, which leaves what the record is called
 */
export function searchWords(
  { columns, catalogue }: StoreFile,
  key: number,
  { id, name }: { id: string; name: string },
  raw: Buffer | null,
): SearchWords {
  const shape = catalogue.shape(columns.shape[key - 1] ?? 0);
  const { kind } = catalogue.feed(shape.feed).ref;
  const word = idWord(id);
  const head = word === id && looksLikeId(id) ? shape.type : `${shape.type} ${id}`;
  let ids = MARK.own + word;
  const object = kind === 'manifest' || raw === null ? null : parseObject(raw);
  if (object === null) return { text: `${head}\n${name}`, ids };
  const shown = object.name === name ? '' : name;
  if (kind === 'cewl') return { text: `${head}\n${shown}\n${textsOf(object)}`, ids };
  const title = withoutUuids(shown);
  if (title !== shown) ids += ` ${shown}`;
  const words = wordsOfObject(object);
  for (const other of words.ids) {
    if (other !== id && (title === shown || !isWordOf(shown, other))) ids += ` ${MARK.refers}${other}`;
  }
  return { text: `${head}\n${title}\n${words.text}`, ids };
}

/** A name with types in place of ids: a relationship is called after what it relates. */
function withoutUuids(name: string): string {
  let title = '';
  let from = 0;
  for (let dashes = name.indexOf('--'); dashes !== -1; ) {
    const end = dashes + 38;
    const isId = looksLikeUuid(name, dashes + 2) && (end === name.length || name[end] === ' ');
    if (isId) {
      title += name.slice(from, dashes);
      from = end;
    }
    dashes = name.indexOf('--', isId ? end : dashes + 2);
  }
  return from === 0 ? name : title + name.slice(from);
}

function isWordOf(name: string, id: string): boolean {
  const at = name.indexOf(id);
  if (at === -1 || (at > 0 && name[at - 1] !== ' ')) return false;
  const end = at + id.length;
  return end === name.length || name[end] === ' ';
}

/** Every text of a row: its members are not fixed, and a person looks for any of them. */
function textsOf(row: Readonly<Record<string, unknown>>): string {
  let out = '';
  for (const value of Object.values(row)) if (typeof value === 'string' && value !== '') out += `${value}\n`;
  return out;
}
