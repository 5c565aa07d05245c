import { quoted, words } from './summary-read.ts';

/** How a person calls the STIX types whose names do not read well with the dashes taken out. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  'autonomous-system': 'autonomous system',
  'domain-name': 'domain',
  'email-addr': 'mail address',
  'email-message': 'mail',
  'ipv4-addr': 'IPv4 address',
  'ipv6-addr': 'IPv6 address',
  'mac-addr': 'MAC address',
  'marking-definition': 'marking',
  'user-account': 'account',
  'windows-registry-key': 'registry key',
  'x509-certificate': 'certificate',
  directory: 'folder',
  url: 'URL',
};

export function typeWords(type: string): string {
  return (Object.hasOwn(TYPE_WORDS, type) ? TYPE_WORDS[type] : undefined) ?? words(type);
}

export function typeOfId(id: string): string {
  const at = id.indexOf('--');
  return at > 0 ? id.slice(0, at) : '';
}

/** Answers the name of another object, or null when it is not known. */
export type NameOf = (id: string) => string | null;

/** `malware SootLantern`, or `a malware` when its name is not known. */
export function named(id: string, nameOf: NameOf): string {
  const type = typeOfId(id);
  if (type === '') return quoted(id, 100);
  const name = nameOf(id);
  if (name !== null && name !== '') return `${typeWords(type)} ${quoted(name, 120)}`;
  return withArticle(typeWords(type));
}

const UNCOUNTED = new Set([
  'malware',
  'infrastructure',
  'software',
  'mail',
  'network traffic',
  'observed data',
  'language content',
]);

export function withArticle(noun: string): string {
  if (UNCOUNTED.has(noun)) return noun === 'mail' ? 'a mail' : `some ${noun}`;
  return `${/^([aeio]|IPv|AS\d)/.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** First letter upper case, the rest left alone. */
export function capital(said: string): string {
  return said.charAt(0).toUpperCase() + said.slice(1);
}

const TALLIED_MAX = 12;

/** How often each type occurs among ids, most frequent first: `8 relationships, 2 malware`. */
export function tally(ids: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(typeOfId(id), (counts.get(typeOfId(id)) ?? 0) + 1);
  const ordered = [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const shown = ordered
    .slice(0, TALLIED_MAX)
    .map(([type, n]) => `${n} ${plural(type === '' ? 'unreadable id' : typeWords(type), n)}`);
  if (ordered.length > shown.length) shown.push(`${ordered.length - shown.length} more types`);
  return shown.join(', ');
}

export function plural(noun: string, n: number): string {
  if (n === 1 || UNCOUNTED.has(noun)) return noun;
  if (noun === 'course of action') return 'courses of action';
  if (/(s|x|sh|ch)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}
