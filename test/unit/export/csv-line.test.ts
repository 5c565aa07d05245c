import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_HEADER, csvLine, harmless } from '../../../main/engine/export/csv-line.ts';
import type { RecordRow } from '../../../shared/records.ts';

const ROW: RecordRow = {
  key: 1,
  source: 'feed',
  apiRoot: 'https://taxii.example/api1/',
  collection: '91a7b528',
  collectionTitle: 'High value',
  kind: 'object',
  id: 'indicator--1',
  version: '2026-01-01T00:00:00Z',
  type: 'indicator',
  name: 'Malicious host',
  tlp: 'amber+strict',
  modified: Date.UTC(2026, 0, 1),
  received: Date.UTC(2026, 0, 2),
  decision: 'staged',
  delivery: 'none',
  maybeTwice: false,
  revoked: false,
  pullingId: '1790000000000',
  problems: 0,
  bytes: 12,
  cells: null,
};

const read = (row: RecordRow): Record<string, string> => {
  const [line] = parse(CSV_HEADER + csvLine(row), { columns: true, record_delimiter: '\r\n' }) as Record<
    string,
    string
  >[];
  if (line === undefined) throw new Error('no line');
  return line;
};

/** Text of every sort, with what ends or begins a cell far more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", ';'),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

describe('a record as a line of CSV', () => {
  it('has the columns of the review table', () => {
    expect(read(ROW)).toMatchObject({
      source: 'feed',
      collection: 'High value',
      collection_id: '91a7b528',
      kind: 'object',
      tlp: 'TLP:AMBER+STRICT',
      modified: '2026-01-01T00:00:00.000Z',
      received: '2026-01-02T00:00:00.000Z',
      decision: 'staged',
      delivery: 'none',
      pulling_id: '1790000000000',
      problems: '0',
      score: '',
      attributes: '',
    });
    expect(read({ ...ROW, tlp: 'none', collectionTitle: '', modified: null })).toMatchObject({
      tlp: '',
      collection: '91a7b528',
      modified: '',
    });
  });

  it('has the cells of a CEWL row and of an event, each where the other has nothing', () => {
    const cewl: RecordRow['cells'] = {
      kind: 'cewl',
      change: 'new',
      score: 9.8,
      severity: 'Critical',
      vendor: 'Acme',
      product: 'Router, "pro"',
      cwe: 'CWE-79',
      published: Date.UTC(2026, 1, 1),
      added: null,
      discovered: null,
      firstSeen: Number.MAX_VALUE,
      idRef: 77,
    };
    expect(read({ ...ROW, kind: 'cewl', cells: cewl })).toMatchObject({
      change: 'new',
      score: '9.8',
      product: 'Router, "pro"',
      published: '2026-02-01T00:00:00.000Z',
      added: '',
      first_seen: '',
      id_ref: '77',
      happened: '',
    });
    const event: RecordRow['cells'] = { kind: 'event', happened: 0, sources: ['a', 'b'], attributes: 3 };
    expect(read({ ...ROW, kind: 'event', cells: event })).toMatchObject({
      happened: '1970-01-01T00:00:00.000Z',
      event_sources: 'a; b',
      attributes: '3',
      score: '',
    });
  });

  it('is read back whole by another parser, whatever the server wrote', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, vendor, source) => {
        const back = read({
          ...ROW,
          name,
          source,
          cells: { ...CEWL, vendor },
        });
        expect(Object.keys(back)).toHaveLength(32);
        const text = (value: string): string => Buffer.from(harmless(value), 'utf8').toString('utf8');
        expect(
          [back.name, back.vendor, back.source].map((t) => Buffer.from(t ?? '', 'utf8').toString('utf8')),
        ).toEqual([text(name), text(vendor), text(source)]);
      }),
      { numRuns: 500 },
    );
  });

  it('never begins a cell with what a spreadsheet takes for a formula, and changes nothing else', () => {
    fc.assert(
      fc.property(anyText, anyText, (name, version) => {
        for (const cell of Object.values(read({ ...ROW, name, version }))) {
          expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
        }
      }),
      { numRuns: 500 },
    );
    expect(harmless('=HYPERLINK("https://attacker.example")')).toBe(
      '\'=HYPERLINK("https://attacker.example")',
    );
    expect(harmless('a=1')).toBe('a=1');
    expect(harmless('')).toBe('');
  });
});

const CEWL = {
  kind: 'cewl',
  change: 'changed',
  score: null,
  severity: '',
  vendor: '',
  product: '',
  cwe: '',
  published: null,
  added: null,
  discovered: null,
  firstSeen: null,
  idRef: null,
} as const;
