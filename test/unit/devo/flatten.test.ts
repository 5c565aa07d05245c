import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboundMessage, OutboundRecord } from '../../../main/engine/devo/destination.ts';
import { Encoder } from '../../../main/engine/devo/encoder.ts';
import type { MessagePlan } from '../../../main/engine/devo/message.ts';
import { eventDraft, readRow } from '../../../main/engine/sources/threatq/event-draft.ts';
import { MOST_MESSAGES } from '../../../shared/settings-threatq.ts';
import { outbound } from '../../servers/devo-client.ts';

const TAG = 'my.app.threatq.event';
const format = { shape: 'syslog', date: 'none', newlines: 'octet-counting', host: 'myhost' } as const;

function encoder(plan: Partial<MessagePlan> = {}): Encoder {
  return new Encoder(() => ({ tag: TAG, obfuscation: [], flatten: 'sources', ...plan }), format);
}
const event = (raw: string | Buffer, over: Partial<OutboundRecord> = {}): OutboundRecord =>
  outbound(raw, { kind: 'event', pullingId: '7', ...over });
const ID = ',"@devo_pulling_id":"7"}';

/** The event's text in each message: without what is put behind it. */
function texts(raw: string, plan: Partial<MessagePlan> = {}): string[] {
  return encoder(plan)
    .messages(event(raw))
    .map(({ message }) => message.toString('utf8').replace(ID, '}'));
}

describe('an event', () => {
  it.each([
    [
      '{"id":1,"sources":[{"n":1},{"n":2}],"x":1.0}',
      ['{"id":1,"sources":[{"n":1}],"x":1.0}', '{"id":1,"sources":[{"n":2}],"x":1.0}'],
    ],
    // Whitespace between elements goes, around the list it stays.
    [
      '{ "sources" : [ 1e3 , "a,]" ] , "z":"[" }',
      ['{ "sources" : [1e3] , "z":"[" }', '{ "sources" : ["a,]"] , "z":"[" }'],
    ],
    ['{"sou\\u0072ces":["\\"]","\\\\"]}', ['{"sou\\u0072ces":["\\"]"]}', '{"sou\\u0072ces":["\\\\"]}']],
    [
      '{"x":{"sources":[1,2]},"sources":[[3,4],{"sources":[5,6]}]}',
      ['{"x":{"sources":[1,2]},"sources":[[3,4]]}', '{"x":{"sources":[1,2]},"sources":[{"sources":[5,6]}]}'],
    ],
    ['{"sources":[null,12345678901234567890]}', ['{"sources":[null]}', '{"sources":[12345678901234567890]}']],
    // Of a key that occurs twice the last counts, as for every reader of JSON.
    [
      '{"sources":[1,2,3],"sources":[4,5]}',
      ['{"sources":[1,2,3],"sources":[4]}', '{"sources":[1,2,3],"sources":[5]}'],
    ],
  ])('leaves as a message an element: %s', (raw, expected) => {
    expect(texts(raw)).toEqual(expected);
  });

  it.each([
    '{"id":1}',
    '{"sources":null}',
    '{"sources":"[1,2]"}',
    '{"sources":{"0":1,"1":2}}',
    '{"sources":[]}',
    '{"sources":[ ]}',
    '{"sources":[ {"n":1} ]}',
    '{"sources":[1,2],"sources":[3]}',
    '{"x":{"sources":[1,2]}}',
    '{"x":"\\"sources\\":[1,2]"}',
    '{"attributes":[1,2]}',
  ])('stays one message, untouched: %s', (raw) => {
    expect(texts(raw)).toEqual([raw]);
  });

  it('is cut by the list that the source says', () => {
    const raw = '{"sources":[1,2],"attributes":[3,4]}';
    expect(texts(raw, { flatten: 'attributes' })).toEqual([
      '{"sources":[1,2],"attributes":[3]}',
      '{"sources":[1,2],"attributes":[4]}',
    ]);
    expect(texts(raw, { flatten: null })).toEqual([raw]);
  });

  it('that nests a hundred thousand levels deep is cut all the same', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(texts(`{"a":${deep},"sources":[${deep},1]}`)).toEqual([
      `{"a":${deep},"sources":[${deep}]}`,
      `{"a":${deep},"sources":[1]}`,
    ]);
  });

  it('with an id of its own gets the pull\u2019s in each message', () => {
    const sent = encoder().messages(event('{"@devo_pulling_id":"x","sources":[1,2]}'));
    expect(sent.map(({ message }) => message.toString())).toEqual([
      '{"@devo_pulling_id":"7","sources":[1]}',
      '{"@devo_pulling_id":"7","sources":[2]}',
    ]);
  });

  it('is refused whole when it would become too many messages, or too much', () => {
    const many = event(`{"sources":[${'1,'.repeat(MOST_MESSAGES)}1]}`);
    expect(encoder().whyNotSendable(many)).toContain('more than 10,000');
    expect(() => encoder().encode(many)).toThrow('more than 10,000');
    const exactly = event(`{"sources":[${'1,'.repeat(MOST_MESSAGES - 1)}1]}`);
    expect(encoder().measure(exactly).messages).toBe(MOST_MESSAGES);
    const large = event(`{"x":"${'x'.repeat(1_000_000)}","sources":[${'1,'.repeat(64)}1]}`);
    expect(encoder().whyNotSendable(large)).toContain('more than 64 MB together');
    expect(() => encoder().frame(large)).toThrow('more than 64 MB together');
  });

  it('may be larger than a message over HTTP when none of its messages is', () => {
    const half = `"${'x'.repeat(17_000_000)}"`;
    const http = new Encoder(() => ({ tag: TAG, obfuscation: [], flatten: 'sources' }), {
      ...format,
      shape: 'line',
      newlines: 'space',
    });
    expect(http.whyNotSendable(event(`{"sources":[${half},${half}]}`))).toBeNull();
    expect(http.whyNotSendable(event(`{"sources":[${half},"a"],"x":${half}}`))).toContain('32 MB');
    expect(http.whyNotSendable(event(`{"sources":[1],"x":${half},"y":${half}}`))).toContain('32 MB');
  });

  it('that is no event says why, whatever is flattened', () => {
    expect(encoder().whyNotSendable(event('{"sources":[1,2]'))).toContain('not one well-formed JSON object');
    expect(() => encoder().encode(event('{"sources":[1,2}]'))).toThrow('not one well-formed JSON object');
  });
});

describe('obfuscation', () => {
  const hide = (raw: string, ...names: string[]) =>
    encoder({ obfuscation: names.map((name) => ({ name, value: '*é*' })) }).messages(event(raw));
  const marked = (sent: readonly OutboundMessage[]) =>
    sent.map(({ message, obfuscated }) => obfuscated.map(([from, to]) => message.toString('utf8', from, to)));
  const said = (sent: readonly OutboundMessage[]) =>
    sent.map(({ message }) => message.toString('utf8').replace(ID, '}'));
  const RAW = '{"a":"é","sources":[{"name":"x","t":1},{"name":"yy"}],"title":"secret"}';

  it('hides values in the elements and around the list, and says where', () => {
    const sent = hide(RAW, 'sources.name', 'title', 'a');
    expect(said(sent)).toEqual([
      '{"a":"*é*","sources":[{"name":"*é*","t":1}],"title":"*é*"}',
      '{"a":"*é*","sources":[{"name":"*é*"}],"title":"*é*"}',
    ]);
    expect(marked(sent)).toEqual([
      ['"*é*"', '"*é*"', '"*é*"'],
      ['"*é*"', '"*é*"', '"*é*"'],
    ]);
  });

  it('means the event\u2019s list by a number, not the message\u2019s', () => {
    const sent = hide(RAW, 'sources.1.name');
    expect(said(sent)).toEqual([
      '{"a":"é","sources":[{"name":"x","t":1}],"title":"secret"}',
      '{"a":"é","sources":[{"name":"*é*"}],"title":"secret"}',
    ]);
    expect(marked(sent)).toEqual([[], ['"*é*"']]);
    expect(said(hide(RAW, 'sources.0'))[0]).toBe('{"a":"é","sources":["*é*"],"title":"secret"}');
  });

  it('of the list as a whole leaves one message', () => {
    expect(said(hide(RAW, 'sources'))).toEqual(['{"a":"é","sources":"*é*","title":"secret"}']);
  });

  it('of values that cannot be found refuses the event, without an exception for whoever asks', () => {
    const deep = event(`{"sources":[1,2],"a":${'['.repeat(300)}{"b":1}${']'.repeat(300)}}`);
    const to = encoder({ obfuscation: [{ name: 'a.b', value: '*' }] });
    expect(to.whyNotSendable(deep)).toContain('cannot be found');
    expect(() => to.frame(deep)).toThrow('cannot be found');
  });
});

const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);
/** Text of any JSON value, some of it with odd numbers and escapes. */
const value = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('1.0', '-0', '1e+3', '"\\u005d\\""', '"],["', '{"sources":[1,2]}', '[[],[]]', '"\\ud83d"'),
);
const name = fc.oneof(
  fc.constantFrom('attributes', 'Sources', 'source', 'x', ''),
  fc.string({ maxLength: 6 }).filter((n) => n !== 'sources' && n !== '@devo_pulling_id' && n !== '__proto__'),
);
const key = fc.constantFrom('"sources"', '"sou\\u0072ces"', '"\\u0073ources"');

const member = fc
  .tuple(space, name, space, value)
  .map(([before, n, between, v]) => `${before}${JSON.stringify(n)}${between}:${v}`);
const element = fc.tuple(space, value, space);
const parsed = (text: string) => JSON.parse(text) as { [key: string]: unknown; sources: unknown[] };

describe('any event', () => {
  it('becomes its own text with one element each, and nothing else changes', () => {
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 3 }),
        fc.array(member, { maxLength: 3 }),
        fc.tuple(key, space, space),
        fc.array(element, { maxLength: 6 }),
        fc.boolean(),
        (before, after, [listKey, beforeList, afterList], elements, known) => {
          const head = `{${before.map((m) => `${m},`).join('')}${listKey}${beforeList}:[`;
          const tail = `]${afterList}${after.map((m) => `,${m}`).join('')}`;
          const raw = `${head}${elements.map((e) => e.join('')).join(',')}${tail}}`;
          const bytes = Buffer.from(raw);
          const block = new Uint8Array(bytes).buffer;
          const record = event(bytes, known ? { problems: 0, block } : {});
          const sent = encoder().messages(record);
          if (elements.length < 2) {
            expect(sent.map(({ message }) => message.toString())).toEqual([raw.slice(0, -1) + ID]);
          } else {
            expect(sent.map(({ message }) => message.toString())).toEqual(
              elements.map(([, own]) => head + own + tail + ID),
            );
            const whole = parsed(raw);
            for (const [i, { message }] of sent.entries()) {
              const { '@devo_pulling_id': id, ...rest } = parsed(message.toString());
              expect(id).toBe('7');
              expect(rest).toEqual({ ...whole, sources: [whole.sources[i]] });
            }
          }
          // The wire, the preview and the dry run say the same, and the pull counted as many.
          const wire = encoder().encode(record);
          expect(wire.equals(Buffer.concat(sent.map(({ frame }) => frame)))).toBe(true);
          expect(encoder().measure(record)).toEqual({ messages: sent.length, bytes: wire.length });
          expect(encoder().whyNotSendable(record)).toBeNull();
          const row = readRow({ bytes, fault: null });
          const draft = eventDraft(row, '', { flatten: 'sources', obfuscation: [] });
          expect(draft.messages).toBe(sent.length);
        },
      ),
    );
  });
});
