import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutBareList, cutPage } from '../../../main/engine/json/cut.ts';
import { MAX_DEPTH } from '../../../main/engine/json/scan.ts';

const cut = (text: string | Buffer, arrays = ['objects']) => cutPage(Buffer.from(text), arrays);
const texts = (text: string | Buffer, arrays?: string[]) =>
  cut(text, arrays).items?.map((i) => i.bytes.toString('utf8')) ?? null;
const code = (value: string) =>
  expect.objectContaining({ failure: expect.objectContaining({ code: value }) });

/** JSON text as servers write it: any value, pretty or not, numbers and escapes that re-serialising would change. */
const jsonText = fc.oneof(
  fc.json(),
  fc.json().map((t) => JSON.stringify(JSON.parse(t), null, 2)),
  fc.constantFrom(
    '{"n":12345678901234567890,"f":1.0,"e":1e3}',
    '{"s":"\\u00e9\\/\\"}]\\\\"}',
    '{"__proto__":{"x":1},"constructor":2}',
    '"a,b]}"',
    '[[],[[]],{}]',
    'null',
  ),
);
const space = fc.constantFrom('', ' ', '\n', '\r\n\t ');

describe('cutting a page', () => {
  it('gives back every member byte for byte, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(jsonText), space, space, fc.json(), fc.boolean(), (members, a, b, other, bom) => {
        const page = `${bom ? '\uFEFF' : ''}${a}{${b}"before"${a}:${b}${other}${a},${b}"objects"${a}:${b}[${a}${members.join(`${b},${a}`)}${b}]${a},"after":${other}}${b}`;
        const result = cut(page);
        expect(result.items?.map((i) => i.bytes.toString('utf8'))).toEqual(members.map((m) => m.trim()));
        expect(result.items?.every((i) => i.fault === null)).toBe(true);
        expect(result.members.get('before')).toEqual(JSON.parse(other));
        expect(result.members.get('after')).toEqual(JSON.parse(other));
      }),
    );
  });

  it('never answers for a page cut anywhere: it says so', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { minLength: 1 }), fc.nat(), (members, n) => {
        const page = `{"more":true,"next":"n","objects":[${members.map((m) => `{"id":"x--1","v":${m}}`).join(',')}]}`;
        const bytes = Buffer.from(page);
        const short = bytes.subarray(0, n % bytes.length);
        expect(() => cutPage(short, ['objects'])).toThrow(
          expect.objectContaining({ failure: expect.objectContaining({ retryable: true }) }),
        );
      }),
    );
  });

  it('never throws anything but its own errors, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, framed) => {
        const page = framed
          ? Buffer.concat([Buffer.from('{"objects":['), bytes, Buffer.from(']}')])
          : Buffer.from(bytes);
        try {
          cutPage(page, ['objects']);
        } catch (error) {
          expect(error).toHaveProperty('failure.code', expect.stringMatching(/^json\./));
        }
      }),
    );
  });

  it('answers views of the page, not copies', () => {
    const page = Buffer.from('{"objects":[{"a":1}]}');
    const item = cutPage(page, ['objects']).items?.[0];
    expect(item?.bytes.buffer).toBe(page.buffer);
  });

  it.each([
    ['an empty object', '{}', null],
    ['null', '{"objects":null}', null],
    ['an empty list', '{"objects":[]}', []],
    ['an empty list with space', '{"objects": [ \n ] }', []],
    ['no list', '{"more":false}', null],
  ])('takes %s', (_name, page, expected) => {
    expect(texts(page)).toEqual(expected);
  });

  it('joins a list that comes twice, or under several names', () => {
    expect(texts('{"objects":[1],"x":0,"objects":[2]}')).toEqual(['1', '2']);
    expect(texts('{"versions":["a"],"objects":[2]}', ['objects', 'versions'])).toEqual(['"a"', '2']);
  });

  it('keeps the digits of numbers beside the list', () => {
    expect(cut('{"next":12345678901234567890,"more":true}').numbers.get('next')).toBe('12345678901234567890');
  });

  it('treats prototype keys as data', () => {
    const { members } = cut('{"__proto__":{"polluted":1},"constructor":2,"toString":3}');
    expect(members.get('constructor')).toBe(2);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('marks one broken member and keeps the others', () => {
    const page = (broken: string) =>
      `{"objects":[{"id":"a--1"},${broken},{"id":"a--2","x":[{"type":"n"}]},{"id":"a--3"}],"more":true}`;
    for (const broken of [
      '{"id":"b--1","x":[1,2}',
      '{"id":"b--1"',
      '{"id":"b--1","s":"un"closed"}',
      '{"id":"b--1"}}',
    ]) {
      const result = cut(page(broken));
      expect(result.items?.map((i) => i.bytes.toString()).slice(-2)).toEqual([
        '{"id":"a--2","x":[{"type":"n"}]}',
        '{"id":"a--3"}',
      ]);
      expect(result.items?.[1]).toMatchObject({ fault: 'malformed' });
      expect(result.items?.[1]?.bytes.toString()).toBe(broken);
      expect(result.members.get('more')).toBe(true);
    }
  });

  it('marks a broken last member', () => {
    expect(cut('{"objects":[1,{"id":"b--1"}}],"more":false}').items?.map((i) => i.fault)).toEqual([
      null,
      'malformed',
    ]);
    const result = cut('{"objects":[{"id":"a--1"},{"id":"b--1","x":[1,2}],"more":false}');
    expect(result.items?.map((i) => i.fault)).toEqual([null, 'malformed']);
    expect(result.members.get('more')).toBe(false);
  });

  it('bounds depth: a member too deep is marked, anything else too deep is refused', () => {
    const deep = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`;
    expect(cut(`{"objects":[${deep(MAX_DEPTH)},1]}`).items?.map((i) => i.fault)).toEqual([null, null]);
    expect(cut(`{"objects":[${deep(100_000)},1]}`).items?.map((i) => i.fault)).toEqual(['too-deep', null]);
    expect(() => cut(`{"x":${deep(100_000)}}`)).toThrow(code('json.too-deep'));
  });

  it.each([
    ['[1]', 'json.not-an-object'],
    ['<html>', 'json.not-an-object'],
    ['', 'json.truncated'],
    ['{"a":1} x', 'json.malformed'],
    ['{"a":1,}', 'json.malformed'],
    ['{a:1}', 'json.malformed'],
    ['{"a" 1}', 'json.malformed'],
    ['{"objects":[1', 'json.truncated'],
  ])('refuses %s', (page, expected) => {
    expect(() => cut(page)).toThrow(code(expected));
  });

  it('cuts a bare list, and leaves what is none', () => {
    const list = (text: string) =>
      cutBareList(Buffer.from(text))?.items?.map((i) => i.bytes.toString('utf8'));
    expect(list('\ufeff [{"id":"a--1"},{"id":"b--1"}]\n')).toEqual(['{"id":"a--1"}', '{"id":"b--1"}']);
    expect(list('[]')).toEqual([]);
    expect(list('{"objects":[]}')).toBe(undefined);
    expect(list('')).toBe(undefined);
    expect(() => list('[{"id":"a--1"}')).toThrow(code('json.truncated'));
    expect(() => list('[] x')).toThrow(code('json.malformed'));
  });

  it('stays quick when every member is broken', () => {
    const page = Buffer.from(`{"objects":[${'{"id":"x--1","a":[1,2},'.repeat(3000)}{"id":"y--1"}]}`);
    const began = performance.now();
    try {
      cutPage(page, ['objects']);
    } catch {
      // Giving up is an answer, too.
    }
    expect(performance.now() - began).toBeLessThan(3_000);
  });
});
