import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoder } from '../../../main/engine/devo/encoder.ts';
import { dateField, hostField } from '../../../main/engine/devo/framing.ts';
import { outbound } from '../../servers/devo-client.ts';

const format = { shape: 'syslog', date: 'none', newlines: 'octet-counting', host: 'myhost' } as const;
const planOf = () => ({ tag: 'my.app.test.one', obfuscation: [] });
const HEAD = '<14>Jan  1 00:00:00 myhost my.app.test.one: ';

/** Reads a stream of frames by the rules of RFC 6587 3.4 alone, independently of the code under test. */
function readFrames(stream: Buffer): string[] {
  const frames: string[] = [];
  let rest = stream.toString('latin1');
  while (rest !== '') {
    const counted = /^(\d+) /.exec(rest);
    if (counted === null) {
      const end = rest.indexOf('\n') + 1;
      expect(end).toBeGreaterThan(0);
      frames.push(rest.slice(0, end));
      rest = rest.slice(end);
    } else {
      const from = counted[0].length;
      frames.push(rest.slice(from, from + Number(counted[1])));
      rest = rest.slice(from + Number(counted[1]));
    }
  }
  return frames.map((frame) => Buffer.from(frame, 'latin1').toString('utf8'));
}

describe('the syslog frame', () => {
  it('is byte for byte what the reference captured', () => {
    const frame = new Encoder(planOf, format).encode(outbound('{"m":"héllo"}', { pullingId: '1' }));
    expect(frame.toString('latin1')).toBe(`${HEAD}{"m":"h\xc3\xa9llo","@devo_pulling_id":"1"}\n`);
  });

  it('counts octets, its line feed included, when the text has line breaks', () => {
    const frame = new Encoder(planOf, format)
      .encode(outbound('{\n"é":1}', { pullingId: '1' }))
      .toString('latin1');
    const record = `${HEAD}{\n"\xc3\xa9":1,"@devo_pulling_id":"1"}\n`;
    expect(frame).toBe(`${record.length} ${record}`);
  });

  it('can turn line breaks into spaces instead', () => {
    const encoder = new Encoder(planOf, { ...format, newlines: 'space' });
    expect(encoder.encode(outbound('{\r\n"a":"x\\ny"}', { pullingId: '1' })).toString()).toBe(
      `${HEAD}{  "a":"x\\ny","@devo_pulling_id":"1"}\n`,
    );
  });

  it('writes dates from the arrival, in UTC', () => {
    const at = Date.UTC(2026, 0, 5, 6, 7, 8, 9);
    expect(dateField('none', at)).toBe('Jan  1 00:00:00');
    expect(dateField('iso', at)).toBe('2026-01-05 06:07:08.009');
    expect(dateField('rfc3164', at)).toBe('Jan  5 06:07:08');
    expect(dateField('rfc3164', Date.UTC(2026, 10, 22, 23, 59, 59))).toBe('Nov 22 23:59:59');
    const encoder = new Encoder(planOf, { ...format, date: 'iso' });
    expect(encoder.encode(outbound('{}', { received: at })).toString()).toMatch(
      /^<14>2026-01-05 06:07:08\.009 myhost /,
    );
    expect(encoder.encode(outbound('{}', { received: at + 1 })).toString()).toMatch(
      /^<14>2026-01-05 06:07:08\.010 /,
    );
  });

  it('keeps a host name that would break the frame out of it', () => {
    expect(hostField('my host\n')).toBe('my-host-');
    expect(hostField('')).toBe('-');
  });

  it('is read back by an independent parser, whatever the text', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    const one = fc.tuple(object, fc.constantFrom(undefined, 1, '\t'), fc.boolean());
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (records) => {
        const encoder = new Encoder(planOf, format);
        const sent = records.map(([o, indent, known]) => {
          const raw = JSON.stringify(o, null, indent);
          return outbound(raw, known ? { problems: 0, block: new Uint8Array(Buffer.from(raw)).buffer } : {});
        });
        const frames = readFrames(Buffer.concat(sent.map((record) => encoder.encode(record))));
        expect(frames).toEqual(
          sent.flatMap((record) =>
            encoder.messages(record).map(({ message }) => `${HEAD}${message.toString('utf8')}\n`),
          ),
        );
      }),
    );
  });
});

describe('records that have no frame', () => {
  it('are those of a source that is not configured', () => {
    const encoder = new Encoder(() => null, format);
    expect(encoder.whyNotSendable(outbound('{}'))).toContain('no longer configured');
    expect(() => encoder.encode(outbound('{}'))).toThrow('no longer configured');
  });

  it('are those whose tag would break the frame', () => {
    const encoder = new Encoder(() => ({ tag: 'my.app: x', obfuscation: [] }), format);
    expect(encoder.whyNotSendable(outbound('{}'))).toContain('cannot be used');
  });

  it('are those larger than Devo takes over HTTP', () => {
    const large = outbound(`{"a":"${'x'.repeat(32_000_000)}"}`, { problems: 0 });
    expect(new Encoder(planOf, { ...format, shape: 'line' }).whyNotSendable(large)).toContain('32 MB');
    expect(new Encoder(planOf, format).whyNotSendable(large)).toBeNull();
  });
});
