import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarise } from '../../../main/engine/review/summary.ts';
import { checkCewl } from '../../../main/engine/review/summary-cewl.ts';
import type { CewlCells, RecordRow } from '../../../shared/records.ts';

const DAY = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const cells: CewlCells = {
  kind: 'cewl',
  change: 'new',
  score: 9.8,
  severity: 'CRITICAL',
  vendor: 'Fortinet',
  product: 'FortiOS',
  cwe: 'CWE-787',
  published: at('2026-04-01'),
  added: at('2026-05-02'),
  discovered: null,
  firstSeen: at('2026-04-28'),
  idRef: 12_345,
};
const object = {
  cve: 'HR-CVE-2026-1234',
  base_score: 9.8,
  HONEYPOT: at('2026-04-30'),
  intel: '2026-04-28',
  research: null,
  reference: 'https://nvd.example/1234',
  base_metric_v3: true,
  description: 'Out-of-bounds write.',
};
const rowOf = (
  over: Partial<CewlCells> = {},
): Pick<RecordRow, 'type' | 'tlp' | 'id' | 'received' | 'cells'> => ({
  type: 'cve',
  tlp: 'none',
  id: 'HR-CVE-2026-1234',
  received: at('2026-11-20') + 3_600_000,
  cells: { ...cells, ...over },
});
const read = (over: Partial<CewlCells> = {}, with_: Record<string, unknown> = {}) =>
  summarise('cewl', { ...object, ...with_ }, rowOf(over));

describe('a row of the early warning list in words', () => {
  it('says what, how severe, since when and what became of it', () => {
    expect(read().sentences).toEqual([
      'HR-CVE-2026-1234 in Fortinet FortiOS, base score 9.8 of 10, critical severity, CWE-787.',
      'First reported by intelligence on 2026-04-28, attacked at a honeypot on 2026-04-30.',
      'Published on 2026-04-01, on the list since 2026-05-02 (31 days later).',
      'New on the list with the pull of 2026-11-20 01:00 UTC.',
      'Out-of-bounds write.',
    ]);
    expect(read({ change: 'gone' }).sentences[3]).toBe(
      'The list no longer had it at the pull of 2026-11-20 01:00 UTC.',
    );
    expect(read({ change: 'changed' }).sentences[3]).toContain('otherwise than before');
  });

  it('says what is not known', () => {
    const unknown = {
      score: null,
      severity: '',
      vendor: '',
      product: '',
      cwe: '',
      published: null,
      added: null,
    };
    const without = { HONEYPOT: '', intel: 'NaT', description: '' };
    expect(read(unknown, without).sentences).toEqual([
      'HR-CVE-2026-1234 in a product that the list does not name, its base score is not known.',
      'New on the list with the pull of 2026-11-20 01:00 UTC.',
    ]);
  });

  it('lists properties with units and UTC dates', () => {
    const properties = Object.fromEntries(read().properties.map((p) => [p.label, p.value]));
    expect(properties).toEqual({
      'Base score': '9.8 of 10',
      CVSS: 'version 3',
      Severity: 'Critical',
      Vendor: 'Fortinet',
      Product: 'FortiOS',
      Weakness: 'CWE-787',
      Published: '2026-04-01 UTC',
      'Added to the list': '2026-05-02 UTC',
      'First seen at a honeypot': '2026-04-30 UTC',
      'First intelligence': '2026-04-28 UTC',
      Reference: 'https://nvd.example/1234',
      'CTCI’s own mark': 'from a honeypot and from research',
      'List number': '12,345',
    });
  });

  it('reads a row without cells, and whatever a server may send', () => {
    expect(summarise('cewl', {}, { ...rowOf(), cells: null }).sentences).toEqual([
      'HR-CVE-2026-1234 on the early warning list.',
    ]);
    const numbers = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), numbers, numbers, (o, a, b) => {
        const said = summarise('cewl', o, rowOf({ published: a, added: b, score: b }));
        expect(said.sentences.length).toBeGreaterThan(0);
        checkCewl(rowOf({ score: b }), o);
      }),
    );
  });
});

describe('what is odd about a row', () => {
  const codes = (over: Partial<CewlCells>, with_: Record<string, unknown>) =>
    checkCewl(rowOf(over), { ...object, ...with_ }).map((p) => [p.code, p.at]);

  it('is a score that is none, and dates that cannot be', () => {
    expect(codes({}, {})).toEqual([]);
    expect(codes({ score: null }, { base_score: 'Unknown' })).toEqual([
      ['cewl.score-unknown', '/base_score'],
    ]);
    expect(codes({ score: 11 }, {})).toEqual([['cewl.score-range', '/base_score']]);
    expect(codes({}, { cve_date: at('1970-01-05'), date_added: at('2026-11-20') + 3 * DAY })).toEqual([
      ['cewl.date-odd', '/cve_date'],
      ['cewl.date-odd', '/date_added'],
    ]);
  });
});
