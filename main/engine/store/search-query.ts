/** A STIX identifier's last part, in full or begun: 8 hex digits, then more groups. */
const UUID_START = /^(?:([a-z0-9-]+)--)?([0-9a-f]{8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?)$/i;
const UUID = /--([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/**
 * The one word an object id is indexed as: its UUID without hyphens; ids of any other form become words of their characters' codes,
 * so that different ids stay different.
 */
export function idWord(id: string): string {
  const uuid = UUID.exec(id);
  if (uuid !== null) return `${uuid[1]}${uuid[2]}${uuid[3]}${uuid[4]}${uuid[5]}`.toLowerCase();
  return `z${Buffer.from(id.slice(0, 200), 'utf8').toString('hex')}`;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** unicode61 makes words of letters, digits and private-use characters; all else separates. */
const HAS_WORD = /[\p{L}\p{N}\p{Co}]/u;

/**
 * What a person typed as an FTS5 query: words are ANDed, punctuation inside a word makes it a phrase, the last word is a prefix.
 * An id or the beginning of its UUID finds the object. Nothing in the text is query syntax. Null: there is nothing to look for.
 */
export function searchQuery(text: string): string | null {
  const words = text.split(/\s+/u).filter((word) => HAS_WORD.test(word));
  if (words.length === 0) return null;
  return words
    .map((word, i) => {
      const last = i === words.length - 1;
      const plain = quoted(word.replaceAll('\0', ' ')) + (last && endsInWord(word) ? ' *' : '');
      const id = UUID_START.exec(word);
      if (id === null) return plain;
      const hex = (id[2] ?? '').replaceAll('-', '').toLowerCase();
      return `(${plain} OR ${quoted(hex)}${hex.length < 32 ? ' *' : ''})`;
    })
    .join(' AND ');
}

/** `203.0.` is the phrase 203 0; only a word under way may grow. */
function endsInWord(word: string): boolean {
  return /[\p{L}\p{N}\p{Co}\p{M}]$/u.test(word);
}
