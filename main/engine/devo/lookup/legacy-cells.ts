import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import type { Cell } from './cells.ts';

/** The messages' own names of the types the API knows. Reference 2.3. */
const TYPES: Readonly<Record<string, string>> = {
  STRING: 'str',
  INT4: 'int4',
  INT8: 'int8',
  FLOAT: 'float',
  FLOAT4: 'float',
  FLOAT8: 'float',
  BOOL: 'bool',
  BOOLEAN: 'bool',
  IP4: 'ip4',
};

/** null for types that the messages do not have: such columns go out as text. */
export function legacyType(type: string): string | null {
  return TYPES[type] ?? null;
}

/** The columns as START and END list them: `[{"cve":{"type":"str","key":true}},{"year":{"type":"int8"}}]`, no spaces. Reference 2.3. */
export function legacyHeaders(columns: readonly LookupColumn[]): string {
  const listed = columns.map(({ name, type }, at) => ({
    [name]: { type: legacyType(type) ?? 'str', ...(at === 0 ? { key: true } : {}) },
  }));
  return JSON.stringify(listed);
}

/** What may stand without quotes in a column that is no text: numbers, `true`, addresses. */
const BARE = /^[A-Za-z0-9.+:-]+$/;

/**
 * A cell that can always be told from its neighbours and read back: nothing for an empty one, everything declared `str` quoted, quotes
 * doubled, LF and CR as `\n` and `\r`. Backslashes are doubled only where one would otherwise read as the beginning of such an escape
 * (before `n`, `r`, LF or CR), so that paths like `C:\Windows` stay as they are.
 */
export function safeCell({ text }: Cell, { type }: LookupColumn): string {
  if (text === '') return '';
  if ((legacyType(type) ?? 'str') !== 'str' && BARE.test(text)) return text;
  const escaped = text
    .replace(/(\\+)([nr\n\r]?)/g, (run, slashes: string, next: string) => (next === '' ? run : slashes + run))
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('"', '""');
  return `"${escaped}"`;
}

/** What Python's `str.strip()` takes away. */
const PYTHON_SPACE = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);
const SDK_NUMBER = /^-?\p{Nd}+(\.\p{Nd}+)*$/u;

/**
 * A cell as Devo's own SDK writes it with `escape_quotes` and `escape_newline` on: text trimmed, bare when it looks like a number, `None`
 * for nothing, `True` and `False`. Reference 2.4.
 */
export function sdkCell({ form, text }: Cell): string {
  switch (form) {
    case 'none':
      return 'None';
    case 'boolean':
      return text === 'true' ? 'True' : 'False';
    case 'number':
      return text;
    case 'text':
    case 'json': {
      const stripped = strip(text);
      if (SDK_NUMBER.test(stripped)) return stripped;
      return `"${stripped.replaceAll('"', '""').replaceAll('\n', '\\n')}"`;
    }
  }
}

function strip(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && PYTHON_SPACE.has(text[from] ?? '')) from++;
  while (to > from && PYTHON_SPACE.has(text[to - 1] ?? '')) to--;
  return text.slice(from, to);
}
