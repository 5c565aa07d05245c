/** A STIX identifier's last part, in full or begun: 8 hex digits, then more groups. */
const UUID_START = /^(?:([a-z0-9-]+)--)?([0-9a-f]{8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?)$/i;
const PLAIN = /^[a-z0-9-]{1,300}$/i;
const HYPHEN = 45;

/** Whether a string reads `type--uuid`. Cheap: asked of every string of every object. */
export function looksLikeId(text: string): boolean {
  const n = text.length;
  return (
    n > 38 &&
    n < 300 &&
    text.charCodeAt(n - 38) === HYPHEN &&
    text.charCodeAt(n - 37) === HYPHEN &&
    text.charCodeAt(n - 13) === HYPHEN &&
    text.charCodeAt(n - 18) === HYPHEN &&
    text.charCodeAt(n - 23) === HYPHEN &&
    text.charCodeAt(n - 28) === HYPHEN
  );
}

/** The one word an object id is in the reference index. Ids with other characters become those characters' codes. */
export function idWord(id: string): string {
  return PLAIN.test(id) ? id : `-${Buffer.from(id.slice(0, 1000), 'utf8').toString('hex')}`;
}

/** The UUID of an id as one word of the text index; empty for ids of another form. */
export function uuidWord(id: string): string {
  return looksLikeId(id) ? id.slice(-36).replaceAll('-', '') : '';
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
