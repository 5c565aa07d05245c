import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescaped } from '../../../../main/node/demo/legacy-lookups.ts';
import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import { outbound, testClock, testDestination } from '../../../servers/devo-client.ts';
import { anyValue, saidBy } from '../../../servers/lookup-rows.ts';

const column = (name: string, type = 'STRING'): LookupColumn => ({ name, type, field: null });
const COLUMNS = ['cve', 'a', 'b', 'c'].map((name) => column(name));
const AT = 1_707_802_034_003;
const lookup = (over: object = {}, options = {}) =>
  testDestination(
    {
      kind: 'devo-lookup-legacy',
      address: 'localhost',
      chainFile: 'a',
      certFile: 'b',
      keyFile: 'c',
      lookup: 'cewl',
      columns: COLUMNS,
      ...over,
    },
    { hostname: 'myhost', clock: { ...testClock, now: () => AT }, ...options },
  );
const row = (text: string, over = {}) => outbound(text, { kind: 'cewl', type: 'cve', ...over });
const HEAD = '<14>Jan  1 00:00:00 myhost my.lookup.data.cewl: 1707802034.003_cewl|';
const never = new AbortController().signal;

describe('always-safe cells', () => {
  it('are read back by another parser, whatever they hold, and never break the line', () => {
    const to = lookup();
    fc.assert(
      fc.property(anyValue, anyValue, anyValue, (a, b, c) => {
        const frame = to.encode(row(`{"cve":"k","a":${a},"b":${b},"c":${c}}`)).toString('utf8');
        expect(frame.startsWith(HEAD)).toBe(true);
        expect(frame.indexOf('\n')).toBe(frame.length - 1);
        expect(frame.includes('\r')).toBe(false);
        const [cells] = parse(frame.slice(HEAD.length, -1), { record_delimiter: '\n' }) as string[][];
        expect(cells?.map(unescaped)).toEqual(['k', ...[a, b, c].map(saidBy)]);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['"C:\\\\Windows\\\\System32"', '"C:\\Windows\\System32"'],
    ['"C:\\\\new"', '"C:\\\\new"'],
    ['"a\\nb\\rc"', '"a\\nb\\rc"'],
    ['"\\\\\\n"', '"\\\\\\n"'],
    ['"say \\"x\\""', '"say ""x"""'],
    ['9.80', '"9.80"'],
    ['"9.8"', '"9.8"'],
    ['true', '"true"'],
    ['null', ''],
    ['""', ''],
  ])('%s in a column of text is %s', (value, cell) => {
    const to = lookup({ columns: [column('cve'), column('a')] });
    expect(to.encode(row(`{"cve":"k","a":${value}}`)).toString()).toBe(`${HEAD}"k",${cell}\n`);
  });

  it('are bare in columns that are no text, as far as they fit', () => {
    const columns = [
      column('cve'),
      column('n', 'INT8'),
      column('f', 'FLOAT8'),
      column('b', 'BOOL'),
      column('ip', 'IP4'),
    ];
    const to = lookup({ columns });
    const said = (text: string) => to.encode(row(text)).toString().slice(HEAD.length, -1);
    expect(said('{"cve":"k","n":"7","f":1e3,"b":true,"ip":"1.2.3.4"}')).toBe('"k",7,1e3,true,1.2.3.4');
    const odd = row('{"cve":"k","n":"Unknown","f":"a,b","b":null,"ip":"x\\ny"}');
    expect(to.encode(odd).toString().slice(HEAD.length, -1)).toBe('"k",,"a,b",,"x\\ny"');
    expect(to.table?.notes(odd)).toEqual([expect.stringContaining('n (INT8) is left empty')]);
  });
});

describe("the SDK's own cells", () => {
  const columns = [
    column('cve'),
    column('base_score', 'FLOAT8'),
    column('vendor'),
    column('enabled', 'BOOL'),
  ];
  const to = (over = {}) => lookup({ columns, cells: 'sdk', ...over });

  it('are those of the captured upload', async () => {
    const records = [
      row('{"cve":"CVE-2020-5902","base_score":9.8,"vendor":"F5 \\"BIG-IP\\"\\nx","enabled":true}'),
      row('{"cve":"CVE-2020-5903","base_score":9.8,"vendor":"v","enabled":true}', { revoked: true }),
    ];
    const holding = { begun: () => true, records: () => [] };
    const upload = async (options: object) => {
      const made = await lookup({ columns, cells: 'sdk' }, options).table?.upload(records, never);
      return Buffer.concat([...(made?.parts[0]?.pieces() ?? [])]).toString();
    };
    const headers =
      '[{"cve":{"type":"str","key":true}},{"base_score":{"type":"float"}},{"vendor":{"type":"str"}},{"enabled":{"type":"bool"}}]';
    const line = (tag: string, body: string) =>
      `<14>Jan  1 00:00:00 myhost my.lookup.${tag}: 1707802034.003_cewl|${body}\n`;
    const added = line('data.cewl', '"CVE-2020-5902",9.8,"F5 ""BIG-IP""\\nx",True');
    const deleted = line('data.cewl.DELETE', '"CVE-2020-5903",9.8,"v",True');
    expect(await upload({ holding })).toBe(
      line('control.cewl.INC', `START|${headers}`) +
        added +
        deleted +
        line('control.cewl.INC', `END|${headers}`),
    );
    // The first upload holds everything, so that there is nothing to delete.
    expect(await upload({})).toBe(
      line('control.cewl.FULL', `START|${headers}`) + added + line('control.cewl.FULL', `END|${headers}`),
    );
  });

  it.each([
    ['"9.8"', '9.8'],
    ['"-12"', '-12'],
    ['"1.2.3.4"', '1.2.3.4'],
    ['"1e5"', '"1e5"'],
    ['1e5', '1e5'],
    ['"  x  "', '"x"'],
    ['" \\t\\u00a0 7 "', '7'],
    ['"٤"', '٤'],
    ['false', 'False'],
    ['null', 'None'],
    ['""', '""'],
    ['"Unknown"', '"Unknown"'],
    ['"a\\\\nb"', '"a\\nb"'],
  ])('%s is %s', (value, cell) => {
    const frame = to({ columns: [column('cve'), column('n', 'INT8')] })
      .encode(row(`{"cve":"k","n":${value}}`))
      .toString();
    expect(frame).toBe(`${HEAD}"k",${cell}\n`);
  });
});
