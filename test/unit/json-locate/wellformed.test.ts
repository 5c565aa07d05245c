import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../main/engine/json/wellformed.ts';

/** What JSON.parse thinks of the same text. */
function parsesToObject(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('a well-formed object', () => {
  it.each([
    '{}',
    ' {"a":[{},[],"",0,-0,1.5e-9,true,false,null]}\n',
    '{"a":"\\u00e9\\n\\/"}',
    '{"":{"":{}}}',
    '',
    '[]',
    '"x"',
    '{',
    '}',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":1}{',
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":+1}',
    '{"a":NaN}',
    '{"a":tru}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[}',
    '{"a":{]}',
    '{"a":1]',
    '\ufeff{}',
    '{"a":1}\u0000',
  ])('%j', (text) => {
    expect(isJsonObject(Buffer.from(text, 'utf8'))).toBe(parsesToObject(text));
  });

  it('has no depth limit', () => {
    expect(isJsonObject(Buffer.from(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`))).toBe(true);
  });

  it('agrees with JSON.parse on text that is nearly JSON', () => {
    const char = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'u',
      '0',
      '1',
      '.',
      'e',
      '-',
      't',
      ' ',
      '\n',
      'null',
      '"a":1',
    );
    const mutated = fc
      .tuple(fc.json(), fc.nat(), fc.nat({ max: 2 }), fc.array(char, { maxLength: 2 }))
      .map(([json, at, cut, insert]) => {
        const text = `{"a":${json}}`;
        const from = at % text.length;
        return text.slice(0, from) + insert.join('') + text.slice(from + cut);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          mutated,
          fc.array(char).map((a) => `{${a.join('')}`),
        ),
        (text) => {
          expect(isJsonObject(Buffer.from(text, 'utf8'))).toBe(parsesToObject(text));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
