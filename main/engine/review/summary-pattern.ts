import { grouped, joined, quoted } from './summary-read.ts';

/** Longer patterns are shown as they are. */
const PATTERN_MAX = 4000;
const PHRASES_MAX = 6;

const SUBJECTS: Readonly<Record<string, string>> = {
  'autonomous-system:number': 'autonomous system',
  'directory:path': 'folder',
  'domain-name:value': 'domain',
  'email-addr:value': 'mail address',
  'email-message:from_ref.value': 'mail from',
  'email-message:sender_ref.value': 'mail from',
  'email-message:subject': 'mail with subject',
  'file:name': 'file named',
  'file:size': 'file of size',
  'file:parent_directory_ref.path': 'file in folder',
  'ipv4-addr:value': 'IPv4 address',
  'ipv6-addr:value': 'IPv6 address',
  'mac-addr:value': 'MAC address',
  'mutex:name': 'mutex',
  'network-traffic:dst_port': 'traffic to port',
  'network-traffic:dst_ref.value': 'traffic to',
  'network-traffic:src_port': 'traffic from port',
  'network-traffic:src_ref.value': 'traffic from',
  'process:command_line': 'process with command line',
  'process:name': 'process named',
  'software:name': 'software',
  'url:value': 'URL',
  'user-account:account_login': 'account',
  'user-account:user_id': 'account',
  'windows-registry-key:key': 'registry key',
  'windows-registry-key:values[*].data': 'registry value with data',
  'windows-registry-key:values[*].name': 'registry value named',
  'x509-certificate:issuer': 'certificate issued by',
  'x509-certificate:serial_number': 'certificate with serial number',
  'x509-certificate:subject': 'certificate for',
};

const OPERATORS: Readonly<Record<string, string>> = {
  '=': '',
  '==': '',
  '!=': 'other than',
  '<>': 'other than',
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
  IN: '',
  LIKE: 'like',
  MATCHES: 'matching',
  ISSUBSET: 'within',
  ISSUPERSET: 'containing',
};

const token =
  /\s*(?:([thb]?'(?:[^'\\]|\\.)*')|([a-z0-9][a-z0-9-]*:(?:'[^']*'|[\w-]+)(?:\.(?:'[^']*'|[\w-]+)|\[(?:\*|-?\d+)\])*)|([[\](),])|(<=|>=|!=|<>|==|=|<|>)|(-?\d+(?:\.\d+)?|true|false)|([A-Z]+))/y;

type Token = { kind: 'text' | 'path' | 'mark' | 'operator' | 'number' | 'word'; value: string };
const KINDS = ['text', 'path', 'mark', 'operator', 'number', 'word'] as const;

function tokens(pattern: string): Token[] | null {
  const out: Token[] = [];
  token.lastIndex = 0;
  const trimmed = pattern.trimEnd();
  while (token.lastIndex < trimmed.length) {
    const match = token.exec(trimmed);
    if (match === null) return null;
    const at = KINDS.findIndex((_, i) => match[i + 1] !== undefined);
    const kind = KINDS[at];
    const value = match[at + 1];
    if (kind === undefined || value === undefined) return null;
    out.push({ kind, value });
  }
  return out;
}

function literalText({ kind, value }: Token): string {
  if (kind !== 'text') return value;
  return value
    .replace(/^[thb]?'/, '')
    .slice(0, -1)
    .replace(/\\(.)/g, '$1');
}

function phrase(path: string, operator: string, values: readonly string[]): string {
  const hash = /^(file|artifact|x509-certificate):hashes\.'?([^'.]+)'?$/.exec(path);
  const known = Object.hasOwn(SUBJECTS, path) ? SUBJECTS[path] : undefined;
  const subject =
    hash === null
      ? (known ?? path)
      : `${hash[1] === 'x509-certificate' ? 'certificate' : hash[1]} with ${hash[2]}`;
  if (known === undefined && hash === null && operator !== 'IN')
    return quoted(`${path} ${operator} ${values[0] ?? ''}`);
  const shown = values.slice(0, PHRASES_MAX).map((value) => quoted(value));
  const rest = values.length - shown.length;
  if (rest > 0) shown.push(`${grouped(rest)} more`);
  return [subject, OPERATORS[operator] ?? operator, joined(shown, 'or')]
    .filter((part) => part !== '')
    .join(' ');
}

/**
 * A simple STIX pattern in words, e.g. `IPv4 address 203.0.113.7`; null when it needs more than one level of AND or OR, NOT,
 * FOLLOWEDBY or qualifiers: those read better as they stand. STIX 2.1 section 9.
 */
export function patternWords(pattern: string): string | null {
  if (pattern.length > PATTERN_MAX) return null;
  const all = tokens(pattern);
  if (all === null) return null;
  const phrases: string[] = [];
  const glues = new Set<string>();
  let i = 0;
  const take = (kind: Token['kind'], value?: string): Token | null => {
    const next = all[i];
    if (next === undefined || next.kind !== kind || (value !== undefined && next.value !== value))
      return null;
    i += 1;
    return next;
  };
  const takeGlue = () => {
    const glue = take('word', 'AND') ?? take('word', 'OR');
    if (glue !== null) glues.add(glue.value);
    return glue !== null;
  };
  const takeLiteral = () => take('text') ?? take('number');
  do {
    if (take('mark', '[') === null) return null;
    do {
      const path = take('path');
      const operator = take('operator') ?? take('word');
      if (path === null || operator === null || !Object.hasOwn(OPERATORS, operator.value)) return null;
      const values: string[] = [];
      if (operator.value === 'IN') {
        if (take('mark', '(') === null) return null;
        do {
          const value = takeLiteral();
          if (value === null) return null;
          values.push(literalText(value));
        } while (take('mark', ',') !== null);
        if (take('mark', ')') === null) return null;
      } else {
        const value = takeLiteral();
        if (value === null) return null;
        values.push(literalText(value));
      }
      phrases.push(phrase(path.value, operator.value, values));
    } while (takeGlue());
    if (take('mark', ']') === null) return null;
  } while (takeGlue());
  if (i < all.length || glues.size > 1) return null;
  const shown = phrases.slice(0, PHRASES_MAX);
  if (phrases.length > shown.length) shown.push(`${phrases.length - shown.length} more`);
  return joined(shown, glues.has('OR') ? 'or' : 'and');
}
