import { parseObject, wordsOfObject } from '../review/search-text.ts';
import { idWord, uuidWord } from './search-query.ts';
import type { StoreFile } from './store-file.ts';

/** What a record is found by: its text, and the words of the ids it has to do with; empty when there are none. */
export interface SearchWords {
  text: string;
  ids: string;
}

/**
 * Always the same for the same record: taking it out of the index needs it once more. A UUID is a word of the text; an id of another form
 * is one of `ids`.
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
  const uuid = uuidWord(id);
  const head = `${shape.type} ${uuid === '' ? id : uuid}`;
  const own = uuid === '' ? `i${idWord(id)}` : '';
  if (kind === 'manifest' || raw === null) return { text: `${head}\n${name}`, ids: own };
  const object = parseObject(raw);
  const shown = object?.name === name ? '' : name;
  if (object === null) return { text: `${head}\n${shown}\n`, ids: own };
  if (kind === 'cewl') return { text: `${head}\n${shown}\n${textsOf(object)}`, ids: own };
  const words = wordsOfObject(object);
  let ids = own;
  for (const other of words.ids) if (other !== id) ids += ` r${other}`;
  return { text: `${head}\n${shown}\n${words.text}`, ids };
}

/** Every text of a row: its members are not fixed, and a person looks for any of them. */
function textsOf(row: Readonly<Record<string, unknown>>): string {
  let out = '';
  for (const value of Object.values(row)) if (typeof value === 'string' && value !== '') out += `${value}\n`;
  return out;
}
