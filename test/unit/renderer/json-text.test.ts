import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOut, lineText, tokens } from '../../../renderer/ui/json-text.ts';

const joined = (text: string) =>
  tokens(text)
    .map((t) => t.text)
    .join('');

describe('json text', () => {
  it("keeps the server's own spelling", () => {
    const text = '{"a":12345678901234567890,"b":1.0,"c":1e3,"d":"\\u00e9\\/","a":-0}';
    expect(joined(text)).toBe(text);
    expect(
      tokens(text)
        .filter((t) => t.kind === 'number')
        .map((t) => t.text),
    ).toEqual(['12345678901234567890', '1.0', '1e3', '-0']);
    expect(
      tokens(text)
        .filter((t) => t.kind === 'key')
        .map((t) => t.text),
    ).toEqual(['"a"', '"b"', '"c"', '"d"', '"a"']);
  });

  it('loses no character of any text, JSON or not', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(joined(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(joined(text)).toBe(text);
      }),
    );
  });

  it('lays out JSON without changing anything but white space between tokens', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const laid = layOut(text).map(lineText).join('\n');
        expect(JSON.parse(laid)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('marks what is broken and goes on', () => {
    const found = tokens('{"a": undefined, "b": "never closed');
    expect(found.filter((t) => t.kind === 'broken').map((t) => t.text)).toEqual([
      'undefined',
      '"never closed',
    ]);
  });

  it('treats hostile text as text', () => {
    const text = '{"__proto__":"<img src=x onerror=alert(1)>","x":"\\"}]"}';
    expect(layOut(text).map(lineText)).toEqual([
      '{',
      '  "__proto__": "<img src=x onerror=alert(1)>",',
      '  "x": "\\"}]"',
      '}',
    ]);
  });

  it('folds to the matching bracket', () => {
    const lines = layOut('{"a":[1,{"b":2}],"c":{}}');
    const opener = lines.findIndex((l) => lineText(l).includes('"a"'));
    const closer = lines[opener]?.closes ?? -1;
    expect(lineText(lines[closer] ?? { depth: 0, tokens: [], closes: null })).toBe('  ],');
  });

  it('reads a string of a megabyte and deep nesting quickly', () => {
    const long = `{"a":"${'x\\"'.repeat(400_000)}"}`;
    expect(tokens(long).filter((t) => t.kind === 'string')).toHaveLength(1);
    expect(layOut('['.repeat(20_000)).length).toBe(20_000);
  });
});
