import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_MEMBER } from '../../../main/engine/json/arriving-text.ts';
import { cutPage } from '../../../main/engine/json/cut.ts';
import { ListCutter } from '../../../main/engine/json/cut-stream.ts';
import { MAX_DEPTH } from '../../../main/engine/json/scan.ts';

interface Cut {
  items: [text: string, fault: string | null][];
  members: [string, unknown][];
  list: string | null;
  error: string | null;
}

/** Everything a body comes to when it arrives in pieces of these lengths, over and over. */
function cut(body: Buffer | string, lengths: readonly number[] = []): Cut {
  const bytes = Buffer.from(body);
  const items: Cut['items'] = [];
  const cutter = new ListCutter({
    lists: ['data', 'items'],
    isMember: (value) => Object.hasOwn(value, 'cve'),
    take: (item) => items.push([item.bytes.toString('latin1'), item.fault]),
  });
  let error: string | null = null;
  try {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const length = lengths.length === 0 ? bytes.length : (lengths[i % lengths.length] ?? 1);
      cutter.push(bytes.subarray(at, at + length));
      at += length;
    }
    cutter.end();
  } catch (thrown) {
    error = (thrown as { failure?: { code: string } }).failure?.code ?? String(thrown);
  }
  return { items, members: [...cutter.members], list: cutter.list, error };
}
const texts = (body: string) => cut(body).items.map(([text]) => Buffer.from(text, 'latin1').toString('utf8'));

const row = fc.oneof(
  fc.json().map((v) => `{"cve":"CVE-1","v":${v}}`),
  fc.json(),
  fc.constantFrom(
    '{"cve":"\\u00e9\\/\\"}]\\\\","n":12345678901234567890,"f":1.0}',
    '{"cve":"ünïcödé 😀, {[","x":[{"cve":"inner"},{"cve":"inner"}]}',
    '-1.5e+3',
  ),
);
const broken = fc.constantFrom(
  '{"cve":"B","x":[1,2}',
  '{"cve":"B"',
  '{"cve":"B","s":"un"closed"}',
  '{"cve":"B"}}',
  '}',
  '{"cve":"B" "x":1}',
);
const space = fc.constantFrom('', ' ', '\n', '\r\n\t ');
const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const body = fc
  .tuple(fc.array(fc.oneof({ weight: 6, arbitrary: row }, broken)), space, fc.json(), fc.nat(4), fc.boolean())
  .map(([rows, gap, other, shape, bom]) => {
    const list = `[${gap}${rows.join(`${gap},${gap}`)}${gap}]`;
    const shapes = [
      list,
      `{${gap}"before"${gap}:${gap}${other},"DATA":${list},"next":null}${gap}`,
      `{"items":[],"data":${list},"items":[{"cve":"late"}]}`,
      `{"data":${JSON.stringify(list)},"n":1}`,
      `{"data":${JSON.stringify(`{"items":${list},"next":"x"}`)}}`,
    ];
    return `${bom ? '\uFEFF' : ''}${shapes[shape]}`;
  });

describe('cutting a list out of a body that arrives in pieces', () => {
  it('comes to the same however the body is cut into pieces', () => {
    fc.assert(
      fc.property(body, lengths, fc.option(fc.nat()), (text, pieces, short) => {
        const whole = Buffer.from(text);
        const bytes = short === null ? whole : whole.subarray(0, short % (whole.length + 1));
        expect(cut(bytes, pieces)).toEqual(cut(bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it('comes to the same for bytes that are no JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), lengths, (noise, framed, pieces) => {
        const bytes = framed ? Buffer.concat([Buffer.from('{"data":['), noise, Buffer.from(']}')]) : noise;
        const whole = cut(Buffer.from(bytes));
        expect(cut(Buffer.from(bytes), pieces)).toEqual(whole);
        if (whole.error !== null) expect(whole.error).toMatch(/^json\./);
      }),
    );
  });

  it('cuts what cutting a whole page cuts', () => {
    fc.assert(
      fc.property(fc.array(row), fc.json(), space, lengths, (rows, other, gap, pieces) => {
        const page = `{"a":${other},${gap}"data":[${rows.join(`,${gap}`)}${gap}],"b":${other}}`;
        const whole = cutPage(Buffer.from(page), ['data']);
        const cutItems = cut(page, pieces);
        expect(cutItems.items).toEqual(whole.items?.map((i) => [i.bytes.toString('latin1'), i.fault]));
        if (rows.length > 0) expect(new Map(cutItems.members)).toEqual(whole.members);
      }),
    );
  });

  it('says that a body ends too early, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1 }), fc.boolean(), fc.nat(), (rows, inText, n) => {
        const list = `[${rows.map((v) => `{"cve":"C","v":${v}}`).join(',')}]`;
        const bytes = Buffer.from(`{"data":${inText ? JSON.stringify(list) : list},"more":1}`);
        expect(cut(bytes.subarray(0, n % bytes.length)).error).toBe('json.truncated');
      }),
    );
  });

  it.each([
    ['a bare list', '[{"cve":1},{"cve":2}]', ['{"cve":1}', '{"cve":2}'], ''],
    ['a name in capitals', '{"x":[1],"DATA":[1,2]}', ['1', '2'], 'DATA'],
    ['the first that holds anything', '{"items":[],"data":[1],"items":[2]}', ['1'], 'data'],
    ['JSON text', '{"data":"[{\\"cve\\":\\"\\\\u00e9\\"}]"}', ['{"cve":"\\u00e9"}'], 'data'],
    ['an object in JSON text', '{"data":"\\n {\\"items\\": [1] }"}', ['1'], 'data'],
    ['text that is none', '{"items":"3 of 5","data":[1]}', ['1'], 'data'],
    ['an empty list', '{"data":[]}', [], null],
    ['no list', '{"status":401,"title":"No"}', [], null],
    ['null', '{"data":null}', [], null],
  ])('takes %s', (_name, text, expected, list) => {
    expect(texts(text)).toEqual(expected);
    expect(cut(text)).toMatchObject({ list, error: null });
  });

  it('writes escapes of JSON text as UTF-8, halves of pairs as replacement characters', () => {
    expect(texts('{"data":"[\\"\\ud83d\\ude00 \\u00e9 \\u20ac \\\\n \\ud83d!\\ude00\\"]"}')).toEqual([
      '"😀 é € \\n \ufffd!\ufffd"',
    ]);
  });

  it('marks a broken member and keeps the others', () => {
    for (const bad of ['{"cve":"B","x":[1,2}', '{"cve":"B"}}', '{"cve":"B"']) {
      const { items, members, error } = cut(`{"data":[{"cve":"A"},${bad},{"cve":"C"}],"next":7}`);
      expect(error).toBeNull();
      expect(items).toEqual([
        ['{"cve":"A"}', null],
        [bad, 'malformed'],
        ['{"cve":"C"}', null],
      ]);
      expect(members).toEqual([['next', 7]]);
    }
    expect(cut('[{"cve":"A"},{"cve":"B"}}]').items.map(([, fault]) => fault)).toEqual([null, 'malformed']);
  });

  it('goes on after thousands of broken members', () => {
    const rows = Array.from(
      { length: 5_000 },
      (_, i) => `{"cve":"C${i}","x":[1}${i === 0 ? ' ' : ''},{"cve":"D${i}"}`,
    );
    const { items, error } = cut(`[${rows.join(',')}]`, [4096]);
    expect(error).toBeNull();
    expect(items).toHaveLength(10_000);
  });

  it('bounds depth and length', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(cut(`{"data":[${deep},1]}`).items.map(([, fault]) => fault)).toEqual(['too-deep', null]);
    expect(cut(`{"x":${deep}}`).error).toBe('json.too-deep');
    expect(MAX_DEPTH).toBeLessThan(100_000);
    const long = `{"cve":"${'x'.repeat(LONGEST_MEMBER)}"}`;
    const { items, error } = cut(`[{"cve":"A"},${long},{"cve":"C"}]`, [65_536]);
    expect(error).toBeNull();
    expect(items.map(([, fault]) => fault)).toEqual([null, 'malformed', null]);
    expect(cut(`{"rows":["${'x'.repeat(LONGEST_MEMBER)}"]}`, [65_536]).error).toBe('json.no-list');
  });

  it('takes a large member that arrives a byte at a time in good time', () => {
    const long = Buffer.from(`[{"cve":"${'x'.repeat(500_000)}"}]`);
    const began = performance.now();
    expect(cut(long, [1]).items).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it.each([
    ['', 'json.truncated'],
    ['<html>', 'json.no-list'],
    ['"text"', 'json.no-list'],
    ['{"data":[1]} x', 'json.malformed'],
    ['[1] [2]', 'json.malformed'],
    ['{"data":[1],}', 'json.malformed'],
    ['{data:[1]}', 'json.malformed'],
    ['{"data":"[1]\\x"}', 'json.malformed'],
  ])('refuses %s', (text, code) => {
    expect(cut(text).error).toBe(code);
  });
});
