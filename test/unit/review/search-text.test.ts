import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWords } from '../../../main/engine/review/search-text.ts';
import { looksLikeId } from '../../../main/engine/store/search-query.ts';
import { WordBytes } from '../../../main/engine/store/word-bytes.ts';
import { stixId } from '../store/store-fixture.ts';

const OWN = stixId(1);

function wordsOf(json: string | Buffer, every = false): { texts: string[]; ids: string[] } {
  const [text, ids] = [new WordBytes(), new WordBytes()];
  // Another record's before it.
  text.add('before');
  ids.add(`i${stixId(9)}`);
  text.end();
  ids.end();
  ids.add(`i${OWN}`);
  addWords(Buffer.from(json), every, text, ids);
  text.end();
  ids.end();
  const lines = (words: Buffer): string[] => words.toString('utf8').split('\n').slice(0, -1);
  return { texts: lines(text.record(1)), ids: lines(ids.record(1)).slice(1) };
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const DIRECT = ['name', 'description', 'pattern', 'value', 'relationship_type', 'statement'];
const LISTED = ['labels', 'aliases', 'sectors', 'hashes', 'definition'];
/** Deeper strings of these count too. */
const OTHER = ['id', 'type', 'created_by_ref', 'object_refs', 'x_note', 'external_references', 'objects'];

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    'a\nb',
    'tab\there',
    'quo"te',
    'back\\slash',
    '\\',
    '\\"',
    '\u2028',
    'é 😀',
    'x'.repeat(70),
    '[{"a":1}]',
  ),
  fc.constantFrom(OWN, stixId(2, 'malware'), stixId(3, 'x-own'), `${stixId(4)}x`, `see ${stixId(5)}`),
);
const leaf = fc.oneof(
  texts,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('external_id', 'MD5', 'name', 'tlp'), texts), tie('value'), {
      maxKeys: 4,
    }),
  ),
}));
const references = fc.array(
  fc.dictionary(fc.constantFrom('external_id', 'source_name', 'url', 'hashes'), value, { maxKeys: 4 }),
  { maxLength: 3 },
);
const object = fc.record(
  {
    ...Object.fromEntries([...DIRECT, ...LISTED, ...OTHER].map((name) => [name, value])),
    external_references: fc.oneof(value, references),
    id: fc.oneof(value, fc.constant(OWN)),
  },
  { requiredKeys: [] },
);

/** The same from the parsed object, the slow way. */
function model(parsed: { [key: string]: Json }): { texts: string[]; ids: string[] } {
  const found: string[] = [];
  const ids: string[] = [];
  const walk = (
    value: Json,
    visit: (text: string, depth: number, key: string) => void,
    depth = 1,
    key = '',
  ): void => {
    if (typeof value === 'string') visit(value, depth, key);
    else if (Array.isArray(value)) for (const one of value) walk(one, visit, depth + 1, key);
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value)) walk(one, visit, depth + 1, depth === 2 ? name : key);
  };
  for (const [name, value] of Object.entries(parsed)) {
    const limit = DIRECT.includes(name) ? 1 : LISTED.includes(name) ? 2 : 0;
    walk(value, (text, depth, key) => {
      const external = name === 'external_references' && depth === 3 && key === 'external_id';
      if (depth <= limit || external) found.push(text);
      if (looksLikeId(text) && text !== OWN && !(name === 'id' && depth === 1)) ids.push(`r${text}`);
    });
  }
  return { texts: found, ids };
}

/** JSON as a server may write it: with space between, and any character as its code. */
function written(value: Json, space: string, every: number): string {
  let n = 0;
  const text = (value: string): string =>
    `"${[...value]
      .map((c) =>
        every > 0 && c.length === 1 && ++n % every === 0
          ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
          : JSON.stringify(c).slice(1, -1),
      )
      .join('')}"`;
  const write = (value: Json): string => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${space}${value.map(write).join(`${space},${space}`)}${space}]`;
    const members = Object.entries(value).map(([name, one]) => `${text(name)}${space}:${space}${write(one)}`);
    return `{${space}${members.join(`${space},${space}`)}${space}}`;
  };
  return write(value);
}

const lines = (list: string[]): string[] => list.flatMap((text) => text.split('\n')).sort();

describe('the words of an object', () => {
  it('are those of its parsed members, with any space between and characters as codes', () => {
    fc.assert(
      fc.property(
        object,
        fc.constantFrom('', ' ', '\n\t'),
        fc.constantFrom(0, 0, 3, 7),
        (made, space, every) => {
          const parsed = JSON.parse(JSON.stringify(made)) as { [key: string]: Json };
          const got = wordsOf(written(parsed, space, every));
          const wanted = model(parsed);
          expect(lines(got.texts)).toEqual(lines(wanted.texts));
          expect(lines(got.ids)).toEqual(lines(wanted.ids));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('are only those meant, whatever stands beside them', () => {
    const texts = (object: unknown): string[] => wordsOf(JSON.stringify(object)).texts;
    expect(
      texts({ external_references: [{ x: 'no', url: ['no'], external_id: 'T1' }, ['no'], 'no'] }),
    ).toEqual(['T1']);
    expect(
      texts({ external_references: [{ x: { external_id: 'no' } }, { external_id: ['no'] }], x: 'no' }),
    ).toEqual([]);
    expect(
      texts({ labels: ['a', ['no'], { k: 'no' }], name: { x: 'no' }, x_name: 'no', hashes: { MD5: 'h' } }),
    ).toEqual(['a', 'h']);
    expect(texts({ name: 'a', more: { name: 'no', labels: ['no'] }, description: 'b' })).toEqual(['a', 'b']);
  });

  it('are all texts of a row, and none of its ids', () => {
    const row = {
      cve: 'CVE-2026-1',
      vendor: 'Acme',
      score: 9.8,
      more: { deep: 'no' },
      by: stixId(2),
      list: ['no'],
    };
    expect(wordsOf(JSON.stringify(row), true)).toEqual({ texts: ['CVE-2026-1', 'Acme', stixId(2)], ids: [] });
  });

  it('come to an end in text that is no JSON', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({
            unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '\n'),
            maxLength: 200,
          }),
          fc.string(),
        ),
        (text) => {
          wordsOf(text);
          wordsOf(`{"name":${text}`);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('words of several records', () => {
  it('are apart, in memory that grows and is used again', () => {
    const words = new WordBytes();
    for (let round = 0; round < 3; round++) {
      words.clear();
      const long = 'ü'.repeat(50_000 * (round + 1));
      for (const text of ['one', long, '', 'last']) {
        words.add(text);
        words.copy('r', Buffer.from(`<${text}>`), 1, 1 + Buffer.byteLength(text));
        words.end();
      }
      expect(words.records).toBe(4);
      expect(words.record(1).toString()).toBe(`${long}\nr${long}\n`);
      expect([0, 2, 3].map((n) => words.record(n).toString())).toEqual([
        'one\nrone\n',
        '\nr\n',
        'last\nrlast\n',
      ]);
    }
  });
});
