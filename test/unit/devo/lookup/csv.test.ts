import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboundMessage } from '../../../../main/engine/devo/destination.ts';
import { readCsv } from '../../../../main/node/demo/csv-reader.ts';
import { outbound, testDestination } from '../../../servers/devo-client.ts';
import { anyValue, saidBy } from '../../../servers/lookup-rows.ts';

const COLUMNS = ['cve', 'a', 'b', 'c'].map((name) => ({ name, type: 'STRING', field: null }));
const lookup = (over: object = {}, options = {}) =>
  testDestination(
    {
      kind: 'devo-lookup',
      baseUrl: 'http://127.0.0.1/lookup-api',
      domain: 'acme',
      columns: COLUMNS,
      ...over,
    },
    options,
  );
const row = (text: string | Buffer, over = {}) => outbound(text, { kind: 'cewl', type: 'cve', ...over });
const never = new AbortController().signal;

describe('a row as CSV', () => {
  it('is read back by another parser, whatever it holds', () => {
    const to = lookup();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyValue, anyValue, anyValue), { minLength: 1, maxLength: 5 }),
        (values) => {
          const rows = values.map(
            (cells, n) =>
              `${['a', 'b', 'c'].map((name, at) => `"${name}":${cells[at]}`).join()},"cve":"${n}"`,
          );
          const csv = Buffer.concat(rows.map((members) => to.encode(row(`{${members}}`)))).toString('utf8');
          const expected = values.map((cells, n) => [String(n), ...cells.map(saidBy)]);
          expect(parse(csv, { record_delimiter: '\r\n' })).toEqual(expected);
          // The stand-in's own reader is held to the same.
          expect(readCsv(csv)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps numbers as the server spells them and leaves formulas alone', () => {
    const text = '{"cve":"CVE-1","a":12345678901234567890,"b":1e3,"c":"=HYPERLINK(1)"}';
    expect(lookup().encode(row(text)).toString()).toBe(
      '"CVE-1","12345678901234567890","1e3","=HYPERLINK(1)"\r\n',
    );
    expect(lookup().encode(row('{"cve":"x","a":true,"b":null,"c":[1, {"d":2}]}')).toString()).toBe(
      '"x","true",,"[1, {""d"":2}]"\r\n',
    );
  });

  it('finds members whatever their case, the exact name first, and by another name where one is set', () => {
    const columns = [
      { name: 'cve', type: 'STRING', field: null },
      { name: 'year', type: 'INT8', field: null },
      { name: 'score', type: 'STRING', field: 'base_score' },
    ];
    const to = lookup({ columns });
    const said = (text: string) => to.encode(row(text)).toString().trimEnd();
    expect(said('{"CVE":"a","Year":2021,"BASE_SCORE":"9.80"}')).toBe('"a",2021,"9.80"');
    expect(said('{"cve":"exact","CVE":"other"}')).toBe('"exact",,');
    expect(said('{"cve":"first","cve":"last"}')).toBe('"last",,');
    expect(said('{"cveID":"k","year_":"2020"}')).toBe('"k",2020,');
    expect(said('{"cve":"c","cveID":"k"}')).toBe('"c",,');
  });

  it.each([
    ['2021', '2021'],
    ['"2021"', '2021'],
    ['2021.0', '2021'],
    ['2.021e3', '2021'],
    ['" 7 "', '7'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775807', '9223372036854775807'],
    ['-0', '0'],
    ['null', ''],
    ['""', ''],
  ])('writes the whole number %s as %s', (value, said) => {
    const to = lookup({ columns: [COLUMNS[0], { name: 'n', type: 'INT8' }] });
    const record = row(`{"cve":"x","n":${value}}`);
    expect(to.encode(record).toString()).toBe(`"x",${said}\r\n`);
    expect(to.table?.notes(record)).toEqual([]);
  });

  it.each([
    '"Unknown"',
    '9223372036854775808',
    '1.5',
    '1e99',
    '1e-1',
    'true',
    '[1]',
    '"0x10"',
    `"${'9'.repeat(500)}"`,
  ])('leaves a column empty that cannot hold %s, and says so', (value) => {
    const to = lookup({ columns: [COLUMNS[0], { name: 'n', type: 'INT8' }] });
    const record = row(`{"cve":"x","n":${value}}`);
    expect(to.encode(record).toString()).toBe('"x",\r\n');
    expect(to.table?.notes(record)).toEqual([expect.stringContaining('n (INT8) is left empty')]);
  });

  it('hides what the source hides, and shows where', () => {
    const to = lookup(
      {},
      {
        sendPlan: () => ({
          tag: '',
          obfuscation: [
            { name: 'a', value: '*é*' },
            { name: 'b.c', value: 0 },
          ],
        }),
      },
    );
    const record = row('{"cve":"x","a":"secret","b":{"c":"secret","d":1},"c":"secret?"}');
    const [sent] = to.messages(record);
    const { message, obfuscated } = sent as OutboundMessage;
    expect(message.toString()).toBe('"x","*é*","{""c"":0,""d"":1}","secret?"');
    expect(obfuscated.map(([from, end]) => message.subarray(from, end).toString())).toEqual([
      '"*é*"',
      '"{""c"":0,""d"":1}"',
    ]);
    expect(to.encode(record).toString()).toBe(`${message.toString()}\r\n`);
  });

  it('says why a record is no row', () => {
    const to = lookup();
    expect(to.whyNotSendable(row('{"a":1}'))).toBe("The row has no cve, which is the lookup's key.");
    expect(to.whyNotSendable(row('{"cve":""}'))).toContain('no cve');
    expect(to.whyNotSendable(row('[1]', { problems: 1 }))).toContain('JSON object');
    expect(to.whyNotSendable(row(Buffer.from([0x7b, 0xff, 0x7d])))).toContain('UTF-8');
    expect(lookup({}, { sendPlan: () => null }).whyNotSendable(row('{"cve":"x"}'))).toContain(
      'no longer configured',
    );
    expect(to.whyNotSendable(row('{"cve":"x"}'))).toBeNull();
    expect(() => to.encode(row('{"a":1}'))).toThrow('cannot be sent');
  });

  it('is quick on text that is made to be slow', () => {
    const started = performance.now();
    const text = JSON.stringify({
      cve: 'x',
      a: '\\'.repeat(400_000),
      b: ' '.repeat(400_000),
      c: '"'.repeat(400_000),
    });
    for (const cells of ['safe', 'sdk'] as const) {
      const files = { chainFile: 'a', certFile: 'b', keyFile: 'c' };
      testDestination({
        kind: 'devo-lookup-legacy',
        address: 'localhost',
        ...files,
        cells,
        columns: COLUMNS,
      }).encode(row(text));
    }
    lookup().encode(row(text));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('an upload', () => {
  const upload = async (records: ReturnType<typeof row>[], options = {}, over = {}) => {
    const made = await lookup(over, options).table?.upload(records, never);
    const part = (name: string) => {
      const pieces = made?.parts.find((p) => p.name === name)?.pieces();
      return pieces === undefined ? null : Buffer.concat([...pieces]).toString();
    };
    return { rows: made?.rows, deletes: made?.deletes, csv: part('rows'), deleted: part('deletes') };
  };
  const holding = {
    begun: () => true,
    records: () => [row('{"cve":"old"}'), row('{"cve":"1","a":"before"}')],
  };

  it('has the header once and of each key the last version', async () => {
    const records = ['{"cve":"1","a":1}', '{"cve":"2"}', '{"cve":"1","a":2}'].map((text) => row(text));
    expect(await upload(records, { holding })).toEqual({
      rows: 2,
      deletes: 0,
      csv: 'cve,a,b,c\r\n"2",,,\r\n"1","2",,\r\n',
      deleted: null,
    });
  });

  it('deletes what is gone, unless it came back', async () => {
    const records = [
      row('{"cve":"1"}', { revoked: true }),
      row('{"cve":"2"}', { revoked: true }),
      row('{"cve":"2","a":"back"}'),
    ];
    expect(await upload(records, { holding })).toEqual({
      rows: 1,
      deletes: 1,
      csv: 'cve,a,b,c\r\n"2","back",,\r\n',
      deleted: 'cve,a,b,c\r\n"1",,,\r\n',
    });
  });

  it('holds everything where the lookup is replaced', async () => {
    const records = [row('{"cve":"1","a":"now"}'), row('{"cve":"2"}', { revoked: true })];
    expect(await upload(records, { holding }, { update: 'full' })).toMatchObject({
      rows: 2,
      deletes: 0,
      csv: 'cve,a,b,c\r\n"old",,,\r\n"1","now",,\r\n',
    });
  });
});
