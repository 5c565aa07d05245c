/** A STIX identifier's last part, in full or begun: 8 hex digits, then more groups. */
const UUID_START = /^(?:([a-z0-9-]+)--)?([0-9a-f]{8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?)$/i;
/** The same without hyphens. */
const DIGITS = /^[0-9a-f]{9,32}$/i;
const GROUPS = /^(.{8})(.{0,4})(.{0,4})(.{0,4})(.{0,12})$/;
const UUID_LENGTH = 36;
const LONGEST = 300;
const HYPHEN = 45;

/** Whether a string reads `type--uuid`. Cheap: asked of every string of every object. */
export function looksLikeId(text: string): boolean {
  const n = text.length;
  return (
    n > 38 &&
    n < LONGEST &&
    text.charCodeAt(n - 38) === HYPHEN &&
    text.charCodeAt(n - 37) === HYPHEN &&
    looksLikeUuid(text, n - UUID_LENGTH)
  );
}

/** Whether a UUID's hyphens stand where they would if it began at `at`. */
export function looksLikeUuid(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 23) === HYPHEN &&
    text.charCodeAt(at + 18) === HYPHEN &&
    text.charCodeAt(at + 13) === HYPHEN &&
    text.charCodeAt(at + 8) === HYPHEN
  );
}

/**
 * What an id's word in the reference index begins with, by what it is to the record. One in its name has no mark: there the name is in the
 * index as it is, and refers to it like any other.
 */
export const MARK = { own: 'i', refers: 'r', named: '' } as const;

/** The one word of an id in the reference index: itself, or its characters' codes where they are other than letters, digits and hyphens. */
export function idWord(id: string): string {
  return isPlain(id) ? id : `-${Buffer.from(id.slice(0, 1000), 'utf8').toString('hex')}`;
}

/** Letters, digits and hyphens only. A regular expression takes ten times as long: this is asked of every record. */
export function isPlain(word: string): boolean {
  if (word.length > LONGEST) return false;
  for (let i = 0; i < word.length; i++) {
    const c = word.charCodeAt(i);
    const plain = (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === HYPHEN || (c >= 65 && c <= 90);
    if (!plain) return false;
  }
  return word !== '';
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** unicode61 makes words of letters, digits and private-use characters; all else separates. */
const HAS_WORD = /[\p{L}\p{N}\p{Co}]/u;

/** What a person typed, as FTS5 queries. */
export interface TextQuery {
  /** What the text must hold; null where only ids were typed. */
  words: string | null;
  /** Of each, the text must hold the one or the reference index one of the others. */
  ids: { text: string; words: string[] }[];
}

/**
 * Words are ANDed, punctuation inside a word makes it a phrase, the last word is a prefix. An id or the beginning of its UUID finds the object
 * and what is named after it. Nothing in the text is query syntax. Null: there is nothing to look for.
 * @param types that a UUID may belong to, where it was typed without one
 */
export function searchQuery(text: string, types: readonly string[]): TextQuery | null {
  const words = text.split(/\s+/u).filter((word) => HAS_WORD.test(word));
  if (words.length === 0) return null;
  const plain: string[] = [];
  const ids: TextQuery['ids'] = [];
  words.forEach((word, i) => {
    const last = i === words.length - 1;
    const query = quoted(word.replaceAll('\0', ' ')) + (last && endsInWord(word) ? ' *' : '');
    const typed = idBegun(word);
    if (typed === null) plain.push(query);
    else ids.push({ text: query, words: found(typed.uuid, typed.type === null ? types : [typed.type]) });
  });
  return { words: plain.length === 0 ? null : plain.join(' AND '), ids };
}

/** The id of which so much was typed, its UUID with hyphens or without; null where that is no beginning of one. */
function idBegun(word: string): { type: string | null; uuid: string } | null {
  const [, type, uuid] = UUID_START.exec(word) ?? [];
  if (uuid !== undefined) return { type: type ?? null, uuid };
  if (!DIGITS.test(word)) return null;
  return { type: null, uuid: word.replace(GROUPS, '$1-$2-$3-$4-$5').replace(/-+$/, '') };
}

/**
 * Words of ids that begin so, the record's own and those in its name. What only refers to an id has a list of its own. Each is a query by
 * itself: in one, every match would be held against all of them.
 */
function found(uuid: string, types: readonly string[]): string[] {
  const open = uuid.length < UUID_LENGTH ? ' *' : '';
  return types.flatMap((type) =>
    [MARK.own, MARK.named].map((mark) => `${quoted(`${mark}${type}--${uuid}`)}${open}`),
  );
}

/** `203.0.` is the phrase 203 0; only a word under way may grow. */
function endsInWord(word: string): boolean {
  return /[\p{L}\p{N}\p{Co}\p{M}]$/u.test(word);
}
