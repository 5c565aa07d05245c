import { parseObject } from '../json/parse-object.ts';
import { addWords } from '../review/search-text.ts';
import { idWord, looksLikeId, looksLikeUuid, MARK } from './search-query.ts';
import type { StoreFile } from './store-file.ts';
import { WordBytes } from './word-bytes.ts';

/** What records are found by: their texts, and the words of the ids they have to do with. */
export class SearchWords {
  readonly text = new WordBytes();
  readonly ids = new WordBytes();
  readonly #file: StoreFile;

  constructor(file: StoreFile) {
    this.#file = file;
  }

  clear(): void {
    this.text.clear();
    this.ids.clear();
  }

  /**
   * Adds a record. Always the same for the same one: taking it out of the index needs it once more. Whoever changes what is added here makes the
   * index anew in a migration. UUIDs are words of `ids` only: in the text they would be as many as all other words, and slow each of them down.
   * @param raw the record's text; null where it was removed, which leaves what the record is called
   */
  add(key: number, { id, name }: { id: string; name: string }, raw: Buffer | null): void {
    const { columns, catalogue } = this.#file;
    const shape = catalogue.shape(columns.shape[key - 1] ?? 0);
    const { kind } = catalogue.feed(shape.feed).ref;
    const { text, ids } = this;
    const word = idWord(id);
    const head = word === id && looksLikeId(id) ? shape.type : `${shape.type} ${id}`;
    ids.add(MARK.own + word);
    const json = kind === 'manifest' || raw === null ? null : shape.problems ? sound(raw) : raw;
    if (json === null) text.add(`${head}\n${name}`);
    else {
      const title = withoutUuids(name);
      text.add(`${head}\n${title}`);
      addWords(json, kind === 'cewl', text, ids);
      if (title !== name) ids.add(name);
    }
    text.end();
    ids.end();
  }
}

/** A text with problems as one without: in UTF-8; null where it is no object. */
function sound(raw: Buffer): Buffer | null {
  return parseObject(raw) === null ? null : Buffer.from(raw.toString('utf8'), 'utf8');
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
