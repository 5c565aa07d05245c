import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestDraft } from '../../../main/engine/sources/taxii/manifest-draft.ts';
import { newMarkings, objectDraft } from '../../../main/engine/sources/taxii/stix-draft.ts';

const item = (value: unknown) => ({
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  fault: null,
});
const draft = (value: unknown, markings = newMarkings()) => objectDraft(item(value), markings);
const codes = (value: unknown) => draft(value).problems.map((p) => p.code);

describe('an object as a record', () => {
  it('is identified by id and modified, else created, else its text', () => {
    const id = 'malware--1';
    expect(
      draft({ type: 'malware', id, created: '2020-01-01T00:00:00Z', modified: '2021-01-01T00:00:00.5Z' }),
    ).toMatchObject({
      id,
      version: '2021-01-01T00:00:00.5Z',
      modified: Date.parse('2021-01-01T00:00:00.5Z'),
      problems: [],
    });
    expect(draft({ type: 'marking-definition', id: 'm--1', created: '2020-01-01T00:00:00Z' }).version).toBe(
      '2020-01-01T00:00:00Z',
    );
    const sco = { type: 'ipv4-addr', id: 'ipv4-addr--1', value: '10.0.0.1' };
    expect(draft(sco).version).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(draft(sco)).toMatchObject({ modified: null, problems: [] });
    expect(draft({ ...sco, value: '10.0.0.2' }).version).not.toBe(draft(sco).version);
  });

  it('has problems where it is not STIX, and a stable identity all the same', () => {
    expect(codes({ type: 'malware' })).toEqual(['stix.id-missing']);
    expect(draft({ type: 'malware' }).id).toBe(draft({ type: 'malware' }).id);
    expect(draft({ type: 'malware' }).id).toMatch(/^malware--missing-id-/);
    expect(codes({ id: 'x--1' })).toEqual(['stix.type-missing']);
    expect(codes({ id: 'x--1', type: 'x', modified: 'soon' })).toEqual(['stix.timestamp-invalid']);
    expect(codes({ id: 'x--1', type: 'x', modified: 5 })).toEqual(['stix.timestamp-invalid']);
    expect(codes('[]')).toEqual(['json.not-an-object']);
    expect(codes('null')).toEqual(['json.not-an-object']);
    expect(codes('{"id":"malware--6b616fc1-1505-48e3-8b2c-0d19337bff38",}')).toEqual(['json.malformed']);
    expect(draft('{"id":"malware--6b616fc1-1505-48e3-8b2c-0d19337bff38",}')).toMatchObject({
      id: 'malware--6b616fc1-1505-48e3-8b2c-0d19337bff38',
      type: 'malware',
    });
  });

  it('never throws and always keeps the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        const given = item(text);
        const made = objectDraft(given, newMarkings());
        expect(made.raw).toBe(given.bytes);
        expect(made.id).not.toBe('');
        expect(made.version).not.toBe('');
      }),
    );
  });

  it('treats prototype keys as data', () => {
    const made = draft(
      '{"__proto__":{"id":"evil--1","type":"evil"},"type":"constructor","id":"constructor--1","object_marking_refs":["constructor","__proto__"]}',
    );
    expect(made).toMatchObject({ id: 'constructor--1', type: 'constructor', tlp: 'none' });
  });

  it('is revoked only when it says so', () => {
    expect(draft({ type: 'x', id: 'x--1', revoked: true }).revoked).toBe(true);
    expect(draft({ type: 'x', id: 'x--1', revoked: 'true' }).revoked).toBe(false);
  });

  it.each([
    [{ type: 'malware', name: 'NightClub' }, 'NightClub'],
    [{ type: 'indicator', pattern: "[url:value = 'x']" }, "[url:value = 'x']"],
    [
      { type: 'relationship', source_ref: 'a--1', relationship_type: 'uses', target_ref: 'b--2' },
      'a--1 uses b--2',
    ],
    [{ type: 'ipv4-addr', value: '10.0.0.1' }, '10.0.0.1'],
    [{ type: 'autonomous-system', number: 64500 }, 'AS64500'],
    [{ type: 'file', hashes: { MD5: 'abc' } }, 'MD5: abc'],
    [{ type: 'observed-data', objects: { 0: { type: 'domain-name', value: 'a.example' } } }, 'a.example'],
    [{ type: 'observed-data', object_refs: ['a', 'b'] }, '2 observed objects'],
    [{ type: 'marking-definition', definition: { tlp: 'red' } }, 'TLP:RED'],
    [{ type: 'note', content: 'two\nlines' }, 'two lines'],
    [{ type: 'x-thing' }, ''],
  ])('is called what a person would call it: %j', (object, name) => {
    expect(draft({ id: 'x--1', ...object }).name).toBe(name);
  });

  it('has the most restricted TLP of itself and its parts', () => {
    const red = 'marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed';
    const strict = 'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003';
    const white = 'marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9';
    const base = { type: 'x', id: 'x--1' };
    expect(draft(base).tlp).toBe('none');
    expect(draft({ ...base, object_marking_refs: [white] }).tlp).toBe('clear');
    expect(draft({ ...base, object_marking_refs: [white, strict] }).tlp).toBe('amber+strict');
    expect(
      draft({ ...base, object_marking_refs: [white], granular_markings: [{ marking_ref: red }] }).tlp,
    ).toBe('red');
  });

  it('learns the TLP markings that producers mint themselves', () => {
    const markings = newMarkings();
    const own = 'marking-definition--00000000-0000-4000-8000-000000000001';
    draft(
      { type: 'marking-definition', id: own, definition_type: 'tlp', definition: { tlp: 'WHITE' } },
      markings,
    );
    expect(draft({ type: 'x', id: 'x--1', object_marking_refs: [own] }, markings).tlp).toBe('clear');
    const v2 = 'marking-definition--00000000-0000-4000-8000-000000000002';
    draft({ type: 'marking-definition', id: v2, extensions: { e: { tlp_2_0: 'amber+strict' } } }, markings);
    expect(draft({ type: 'x', id: 'x--1', object_marking_refs: [v2] }, markings).tlp).toBe('amber+strict');
  });
});

describe('a manifest entry as a record', () => {
  it('is one a version in 2.1', () => {
    const entry = manifestDraft(
      item({
        id: 'malware--1',
        date_added: '2024-01-01T00:00:00.123456Z',
        version: '2023-01-01T00:00:00Z',
        media_type: 'x',
      }),
    );
    expect(entry).toMatchObject({ dateAdded: '2024-01-01T00:00:00.123456Z', versions: 1 });
    expect(entry.draft).toMatchObject({
      id: 'malware--1',
      type: 'malware',
      version: '2023-01-01T00:00:00Z',
      problems: [],
    });
  });

  it('changes its identity with a new version in 2.0', () => {
    const of = (versions: string[]) => manifestDraft(item({ id: 'a--1', versions })).draft.version;
    expect(of(['2023-01-01T00:00:00Z'])).toBe('2023-01-01T00:00:00Z');
    expect(of(['2024-01-01T00:00:00Z', '2023-01-01T00:00:00Z'])).toBe('2024-01-01T00:00:00Z (2 versions)');
    expect(of(['2023-01-01T00:00:00Z', '2024-01-01T00:00:00Z'])).toBe('2024-01-01T00:00:00Z (2 versions)');
  });

  it('is kept when it is not one', () => {
    expect(manifestDraft(item('7')).draft.problems.map((p) => p.code)).toEqual(['json.not-an-object']);
    expect(manifestDraft(item({ version: 'x' })).draft.problems.map((p) => p.code)).toEqual([
      'stix.id-missing',
    ]);
    expect(manifestDraft(item({ id: 'a--1', date_added: 'soon' })).draft.problems.map((p) => p.code)).toEqual(
      ['taxii.date-added-invalid'],
    );
  });
});
