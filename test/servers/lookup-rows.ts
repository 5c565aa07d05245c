import fc from 'fast-check';

const HARD = [
  '',
  '"',
  '""',
  ',',
  '\n',
  '\r',
  '\r\n',
  '\\',
  '\\n',
  '\\\\n',
  '\\\n',
  '\\r"',
  '=1+1',
  '@SUM(A1)',
  '+1',
  '-2',
  '1e3',
  '007',
  '12345678901234567890',
  'None',
  'True',
  'null',
  ' padded ',
  '\u0000',
  '\u2028',
  '😀',
  '\ud800',
  '\udc00x',
  'é,"\n',
  'x'.repeat(100_000),
  '"\r\n,'.repeat(25_000),
  '\\'.repeat(50_000),
  ' '.repeat(100_000),
];

/** A cell's value as JSON text: everything that a feed may hold, and what breaks careless writers. */
export const anyValue: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HARD).map((text) => JSON.stringify(text)),
  fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
  fc
    .array(fc.constantFrom('"', ',', '\n', '\r', '\\', 'n', 'r', ' ', 'a', '=', '😀', '\ud83d'))
    .map((parts) => JSON.stringify(parts.join(''))),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1.0',
    '1e3',
    '9.80',
    '12345678901234567890',
    '[1, 2]',
    '{"a": "b,\\n"}',
  ),
  fc.string({ unit: 'binary-ascii' }).map((text) => JSON.stringify(`\u0001${text}`)),
);

/** What the cell of a value says: strings decoded, everything else as it is spelled, null as nothing; UTF-8 has no half characters. */
export function saidBy(value: string): string {
  if (value === 'null') return '';
  return value.startsWith('"') ? (JSON.parse(value) as string).toWellFormed() : value;
}
