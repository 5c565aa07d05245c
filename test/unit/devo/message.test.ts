import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMessage, whyNotSendable } from '../../../main/engine/devo/message.ts';
import { outbound } from '../../servers/devo-client.ts';

const plain = { tag: 'my.app.taxii.objects', obfuscation: [] };
const text = (raw: string | Buffer, plan: Parameters<typeof buildMessage>[1] = plain, over = {}) =>
  buildMessage(outbound(raw, over), plan).message.toString('utf8');

describe('a message', () => {
  it.each([
    ['{"a":1}', '{"a":1,"@devo_pulling_id":"1669727732252"}'],
    ['{}', '{"@devo_pulling_id":"1669727732252"}'],
    ['{ }', '{ "@devo_pulling_id":"1669727732252"}'],
    ['  {"a":1}\n', '{"a":1,"@devo_pulling_id":"1669727732252"}'],
    ['{\n "a": 1\n}', '{\n "a": 1\n,"@devo_pulling_id":"1669727732252"}'],
    [
      '{"n":12345678901234567890,"f":1.0,"e":1e3,"u":"\\u00e9"}',
      '{"n":12345678901234567890,"f":1.0,"e":1e3,"u":"\\u00e9","@devo_pulling_id":"1669727732252"}',
    ],
    ['{"@devo_pulling_id":7,"a":1}', '{"@devo_pulling_id":"1669727732252","a":1}'],
    ['{"\\u0040devo_pulling_id":"old"}', '{"\\u0040devo_pulling_id":"1669727732252"}'],
    ['{"a":{"@devo_pulling_id":7}}', '{"a":{"@devo_pulling_id":7},"@devo_pulling_id":"1669727732252"}'],
    ['{"a":"@devo_pulling_id"}', '{"a":"@devo_pulling_id","@devo_pulling_id":"1669727732252"}'],
  ])('%s', (raw, message) => {
    expect(text(raw)).toBe(message);
    expect(text(raw, plain, { problems: 0 })).toBe(message);
  });

  it('hides what obfuscation names, and says where', () => {
    const plan = {
      tag: 't',
      obfuscation: [
        { name: 'a.b', value: '***' },
        { name: 'n', value: null },
      ],
    };
    const { message, obfuscated } = buildMessage(
      outbound('{"@devo_pulling_id":"x","a":[{"b":"secret"},{"b":[1]}],"n":1.0}'),
      plan,
    );
    expect(message.toString()).toBe(
      '{"@devo_pulling_id":"1669727732252","a":[{"b":"***"},{"b":"***"}],"n":null}',
    );
    expect(obfuscated.map(([from, to]) => message.toString('utf8', from, to))).toEqual([
      '"***"',
      '"***"',
      'null',
    ]);
  });

  it('never lets obfuscation replace the pulling id', () => {
    const plan = { tag: 't', obfuscation: [{ name: '@devo_pulling_id', value: 'gone' }] };
    expect(buildMessage(outbound('{"@devo_pulling_id":"x"}'), plan)).toMatchObject({ obfuscated: [] });
    expect(text('{"@devo_pulling_id":"x"}', plan)).toBe('{"@devo_pulling_id":"1669727732252"}');
  });

  it('does not send what it cannot obfuscate', () => {
    const deep = `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`;
    expect(() => text(deep, { tag: 't', obfuscation: [{ name: 'a.b', value: '' }] })).toThrow(
      'cannot be sent',
    );
  });

  it('is the parsed object with one more member', () => {
    const object = fc.dictionary(
      fc.string().filter((k) => k !== '@devo_pulling_id' && !k.endsWith('\\')),
      fc.jsonValue(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(object, fc.constantFrom(undefined, 2), fc.boolean(), (o, indent, checked) => {
        const raw = JSON.stringify(o, null, indent);
        const record = outbound(
          raw,
          checked ? { problems: 0, block: new Uint8Array(Buffer.from(raw)).buffer } : {},
        );
        const sent = buildMessage(record, plain).message.toString('utf8');
        expect(JSON.parse(sent)).toEqual({ ...JSON.parse(raw), '@devo_pulling_id': '1669727732252' });
        expect(sent.startsWith(raw.slice(0, -1))).toBe(true);
      }),
    );
  });
});

describe('what cannot be sent', () => {
  it.each([
    ['[1]', 'one well-formed JSON object'],
    ['"x"', 'one well-formed JSON object'],
    ['', 'one well-formed JSON object'],
    ['{"a":1}{"b":2}', 'one well-formed JSON object'],
    ['{"a":', 'one well-formed JSON object'],
    ['{"a":1,}', 'one well-formed JSON object'],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'UTF-8'],
  ])('%s', (raw, why) => {
    expect(whyNotSendable(outbound(raw))).toContain(why);
    expect(() => text(raw)).toThrow(why);
  });

  it('finds invalid UTF-8 beside valid neighbours in one block', () => {
    const good = Buffer.from('{"a":"é"}');
    const bad = Buffer.from([0x7b, 0x22, 0xc3, 0x22, 0x3a, 0x31, 0x7d]);
    const block = new Uint8Array(Buffer.concat([good, bad])).buffer;
    const raw = Buffer.from(block);
    const at = (from: number, to: number) => outbound(raw.subarray(from, to), { problems: 0, block });
    expect(text(raw.subarray(0, good.length), plain, { problems: 0, block })).toContain('é');
    expect(() => buildMessage(at(good.length, raw.length), plain)).toThrow('UTF-8');
  });
});
