import {
  dayOf,
  daysAfter,
  domainObject,
  literal,
  type SampleObject,
  writeObject,
} from './sample-stix-object.ts';
import type { Random } from './sample-stix-random.ts';

const AT = '2026-02-20T10:15:00.000Z';

/**
 * Objects that carelessly written programs trip over. All are valid STIX text; they show that the server's own text is kept
 * and that hostile content is only content.
 */
export function oddObjects(random: Random): { object: SampleObject; raw: string }[] {
  const indicator = (name: string, own: Readonly<Record<string, unknown>>): SampleObject =>
    domainObject(
      random,
      'indicator',
      {
        name,
        indicator_types: ['malicious-activity'],
        pattern: "[ipv4-addr:value = '203.0.113.99']",
        pattern_type: 'stix',
        valid_from: dayOf(AT),
        ...own,
      },
      AT,
    );
  const paragraph =
    'The same relay answered again from another port, a day later, with the same certificate. ';
  const compact = [
    indicator('<script>alert("markup in a name")</script>', {
      description:
        'A name and <b>description</b> with markup: <img src=x onerror=alert(1)> and a [link](javascript:alert(1)).',
    }),
    indicator('invoice_\u202Egnp.exe', {
      description: 'The name holds a right-to-left override, so that it reads as if it ended in exe.png.',
    }),
    indicator('Very long description', { description: paragraph.repeat(1200) }),
    indicator('Numbers that must stay as they are', {
      x_demo_counter: literal('12345678901234567890'),
      x_demo_ratio: literal('1.0'),
      x_demo_power: literal('1e3'),
      x_demo_minus_zero: literal('-0.0'),
    }),
    indicator('Escapes that must stay as they are', {
      description: literal('"caf\\u00e9 \\/ na\\u00EFve \\ud83e\\udd8a tab\\tquote\\" end"'),
    }),
    indicator('=HYPERLINK("https://formula.example.net","open")', {
      description: '+1 and @SUM(A1) would be formulas in a spreadsheet.',
    }),
    indicator('Terminal colours \u001b[31mred\u001b[0m', {
      description: 'Line one\nLine two\r\nLine three <189>Nov 20 not a new event',
    }),
    indicator('Keys with a meaning', { x_demo: literalKeys() }),
  ];
  const lines = indicator('Text over several lines', {
    description: 'The server wrote this object one property a line.',
  });
  const expired = domainObject(
    random,
    'indicator',
    {
      name: 'Valid until before valid from',
      indicator_types: ['benign'],
      pattern: "[domain-name:value = 'backwards.example.com']",
      pattern_type: 'stix',
      valid_from: dayOf(AT),
      valid_until: dayOf(daysAfter(AT, -10)),
    },
    AT,
  );
  return [
    ...[...compact, expired].map((object) => ({ object, raw: writeObject(object) })),
    { object: lines, raw: writeObject(lines, 'lines') },
  ];
}

/** Own properties called `__proto__` and `constructor`: only a parser makes the first one. */
function literalKeys(): unknown {
  return JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"text"}',
  );
}
