import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { looksLikeRow, readRow, rowDraft } from '../../../main/engine/sources/ctci/cewl-row.ts';
import { dateOf, numberOf, textOf } from '../../../main/engine/sources/ctci/cewl-values.ts';
import { judge, type VerdictInput } from '../../../main/engine/sources/ctci/verdict.ts';

const read = (text: string, fault: 'malformed' | null = null) => readRow({ bytes: Buffer.from(text), fault });
const draft = (text: string) => rowDraft(read(text), 1, 'new');

describe('a row of the list', () => {
  it('is a record under its cve with its own bytes', () => {
    const text =
      '{ "cve":"pCVE-2021-44228", "vendor":"bigip","product":"f5","base_score":9.80,"base_severity":"Critical",' +
      '"date_added":1641513600000,"cve_date":"2022-01-05","honeypot":1641427200,"intel":"2022-01-04T00:00:00Z",' +
      '"research":"NaT","id_ref":12345,"cwe":"CWE-94","unknown_field":{"n":12345678901234567890} }';
    expect(draft(text)).toEqual({
      id: 'pCVE-2021-44228',
      version: expect.stringMatching(/^1\.[0-9a-f]{12}$/),
      type: 'cve',
      name: 'bigip f5',
      tlp: 'none',
      modified: 1641513600000,
      revoked: false,
      raw: Buffer.from(text),
      problems: [],
      cells: {
        kind: 'cewl',
        change: 'new',
        score: 9.8,
        severity: 'Critical',
        vendor: 'bigip',
        product: 'f5',
        cwe: 'CWE-94',
        published: Date.UTC(2022, 0, 5),
        added: 1641513600000,
        discovered: null,
        firstSeen: Date.UTC(2022, 0, 4),
        idRef: 12345,
      },
    });
  });

  it.each([
    ['cve', '{"cve":"HR-CVE-2020-01"}', 'HR-CVE-2020-01'],
    ['CVE', '{"CVE":"CVE-1"}', 'CVE-1'],
    ['cveID', '{"cveID":"CVE-1"}', 'CVE-1'],
    ['space around it', '{"cve":" CVE-1 "}', ' CVE-1 '],
    ['both, the list’s own first', '{"CVE":"B","cve":"A","cveID":"C"}', 'A'],
    ['an empty one beside another', '{"cve":"","cveID":"C"}', 'C'],
  ])('is found by %s', (_name, text, id) => {
    expect(read(text)).toMatchObject({ id, made: false, problems: [] });
    expect(looksLikeRow(JSON.parse(text))).toBe(true);
  });

  it.each([
    ['no cve', '{"vendor":"x"}', 'cewl.cve-missing'],
    ['an empty cve', '{"cve":" "}', 'cewl.cve-missing'],
    ['a cve that is a number', '{"cve":7}', 'cewl.cve-missing'],
    ['no object', '"CVE-1"', 'json.not-an-object'],
    ['null', 'null', 'json.not-an-object'],
    ['no JSON', '{"vendor":NaN}', 'json.malformed'],
  ])('with %s is a visible problem', (_name, text, code) => {
    const row = read(text);
    expect(row).toMatchObject({ made: true, id: expect.stringMatching(/^no-cve--[0-9a-f]{32}$/) });
    expect(rowDraft(row, 1, 'new').problems.map((p) => p.code)).toEqual([code]);
  });

  it('that is no JSON keeps the cve that stands in its text', () => {
    const row = rowDraft(read('{"cve":"CVE-9","base_score":NaN}'), 3, 'changed');
    expect(row).toMatchObject({ id: 'CVE-9', name: '', problems: [{ code: 'json.malformed' }] });
    expect(row).not.toHaveProperty('cells');
  });

  it('never throws, keeps every byte and is the same for the same bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.object().map((o) => JSON.stringify({ cve: 'C', ...o })),
        ),
        (text) => {
          const first = draft(text);
          expect(Buffer.from(first.raw).toString()).toBe(Buffer.from(text).toString());
          expect(draft(text)).toEqual(first);
          expect(first.id).not.toBe('');
        },
      ),
    );
  });

  it('says which dates cannot be read', () => {
    expect(draft('{"cve":"C","date_added":"soon","intel":true,"cve_date":""}').problems).toEqual([
      { code: 'cewl.date-unreadable', message: 'The date date_added cannot be read.', at: '/date_added' },
      { code: 'cewl.date-unreadable', message: 'The date intel cannot be read.', at: '/intel' },
    ]);
  });

  it('takes its name from the description where there is neither vendor nor product', () => {
    expect(draft(`{"cve":"C","description":" one\\n two ${'x'.repeat(400)}"}`).name).toMatch(
      /^one two x{100,}$/,
    );
  });
});

test.each<[unknown, number | null | undefined]>([
  [1641513600000, 1641513600000],
  [1641513600, 1641513600000],
  ['1641513600', 1641513600000],
  ['2022-01-07', Date.UTC(2022, 0, 7)],
  ['2022-01-07T01:02:03+01:00', Date.UTC(2022, 0, 7, 0, 2, 3)],
  ['2022-01-07 01:02:03', Date.UTC(2022, 0, 7, 1, 2, 3)],
  ['Fri, 07 Jan 2022 00:00:00 GMT', Date.UTC(2022, 0, 7)],
  ['', null],
  ['NaT', null],
  [null, null],
  [undefined, null],
  ['yesterday', undefined],
  [1e300, undefined],
  [true, undefined],
])('date %j', (value, expected) => {
  expect(dateOf(value)).toBe(expected);
});

test.each<[unknown, number | null, string]>([
  [9.8, 9.8, '9.8'],
  ['9.8', 9.8, '9.8'],
  ['Unknown', null, ''],
  ['None', null, 'None'],
  [' High ', null, 'High'],
  [null, null, ''],
  ['0x10', null, '0x10'],
  [true, null, 'true'],
])('number and text of %j', (value, number, text) => {
  expect(numberOf(value)).toBe(number);
  expect(textOf(value)).toBe(text);
});

describe('whether rows are gone', () => {
  const input: VerdictInput = {
    failed: null,
    doubt: null,
    rows: 1000,
    unreadable: 0,
    listed: 1010,
    missing: { rows: 10, mark: 77 },
    cursor: null,
    basis: 'a',
  };
  const cursor = { idRef: 1, comparedAt: 1, rows: 1, basis: 'a', missing: { rows: 10, mark: 77 } };

  it('is certain when the whole list came', () => {
    expect(judge(input)).toMatchObject({ gone: true, compared: true, completeness: { complete: 'yes' } });
  });

  it.each<[string, Partial<VerdictInput>]>([
    ['a failed download', { failed: 'It failed.' }],
    ['pages that were not followed', { doubt: 'There is more.' }],
    ['a sample', { rows: 24 }],
    ['nothing at all', { rows: 0 }],
  ])('is never said after %s, whatever the pull before said', (_name, over) => {
    const verdict = judge({ ...input, ...over, cursor });
    expect(verdict).toMatchObject({ gone: false, compared: false, suspended: false });
    expect(verdict.completeness.complete).not.toBe('yes');
    expect(verdict.warning).toContain('no row counts as gone');
  });

  it.each<[string, Partial<VerdictInput>]>([
    ['less than half came', { rows: 400, missing: { rows: 610, mark: 5 } }],
    ['the settings ask for another part', { cursor: { ...cursor, basis: 'b', missing: null } }],
    ['some rows have no cve', { unreadable: 1 }],
  ])('takes a second pull that misses the same when %s', (_name, over) => {
    const first = judge({ ...input, ...over });
    expect(first).toMatchObject({ gone: false, suspended: true, completeness: { complete: 'unknown' } });
    expect(first.warning).toContain('1,010');
    const seen = over.missing ?? input.missing;
    const again = { ...(over.cursor ?? cursor), missing: seen };
    expect(judge({ ...input, ...over, cursor: again })).toMatchObject({ gone: true, compared: true });
    const other = { ...again, missing: { ...seen, mark: 1 } };
    expect(judge({ ...input, ...over, cursor: other })).toMatchObject({ gone: false, suspended: true });
  });
});
