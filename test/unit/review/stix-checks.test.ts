import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkStix } from '../../../main/engine/review/stix-checks.ts';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';

const sound = {
  type: 'indicator',
  spec_version: '2.1',
  id: 'indicator--a1b2c3d4-0000-4000-8000-000000000001',
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-02T00:00:00.000Z',
  pattern: "[url:value = 'x']",
  pattern_type: 'stix',
  valid_from: '2026-01-01T00:00:00Z',
};
const found = (change: Record<string, unknown>) =>
  checkStix({ ...sound, ...change }).map(({ code, at }) => [code, at]);

describe('checkStix', () => {
  it('finds nothing in a sound object', () => {
    expect(checkStix(sound)).toEqual([]);
  });

  it.each([
    [{ pattern: undefined }, 'stix.required', '/pattern'],
    [{ modified: undefined }, 'stix.required', '/modified'],
    [{ type: undefined }, 'stix.no-type', '/type'],
    [{ id: 7.5 }, 'stix.id-type', '/id'],
    [{ id: 'malware--a1b2c3d4-0000-4000-8000-000000000001' }, 'stix.id-type', '/id'],
    [{ id: 'indicator--107' }, 'stix.id-uuid', '/id'],
    [{ created: '2026-01-01 00:00' }, 'stix.timestamp', '/created'],
    [{ valid_from: '2026-02-30T00:00:00Z' }, 'stix.timestamp', '/valid_from'],
    [{ valid_from: '2026-01-01T00:00:00+01:00' }, 'stix.timestamp', '/valid_from'],
    [{ modified: '2025-12-31T23:59:59.999999Z' }, 'stix.time-order', '/modified'],
    [{ valid_until: '2026-01-01T00:00:00.000Z' }, 'stix.time-order', '/valid_until'],
    [{ created_by_ref: 'nobody' }, 'stix.reference', '/created_by_ref'],
    [{ object_marking_refs: [7] }, 'stix.reference', '/object_marking_refs'],
    [{ confidence: 101 }, 'stix.confidence', '/confidence'],
    [{ labels: [] }, 'stix.empty-list', '/labels'],
  ])('finds %j', (change, code, at) => {
    expect(found(change)).toContainEqual([code, at]);
  });

  it('takes equal created and modified, and microseconds', () => {
    expect(found({ modified: sound.created })).toEqual([]);
    expect(found({ created: '2026-01-02T00:00:00.000001Z' })).toContainEqual([
      'stix.time-order',
      '/modified',
    ]);
  });

  it('asks of 2.0 what 2.0 asked', () => {
    const { spec_version: _, pattern_type: __, ...old } = sound;
    expect(checkStix(old).map(({ at }) => at)).toEqual(['/labels']);
  });

  it('knows both TLP generations and names a level that is neither', () => {
    const marking = {
      type: 'marking-definition',
      id: 'marking-definition--a1b2c3d4-0000-4000-8000-000000000001',
      created: sound.created,
      definition_type: 'tlp',
    };
    expect(checkStix({ ...marking, definition: { tlp: 'green' } })).toEqual([]);
    expect(checkStix({ ...marking, definition: { tlp: 'purple' } }).map(({ code }) => code)).toEqual([
      'stix.unknown-tlp',
    ]);
    expect(
      found({
        object_marking_refs: [
          'marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da',
          'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1',
        ],
      }),
    ).toEqual([['stix.several-tlp', '/object_marking_refs']]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (value) => Array.isArray(checkStix(value))));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(sound), 'object_refs', '__proto__'), fc.jsonValue()),
        (value) => Array.isArray(checkStix(value)),
      ),
    );
  });

  it.each(['2.1', '2.0'] as const)('finds in the %s sample only the flaw that was put there', (version) => {
    const codes = generateSample({ version, objects: 800 }).collections.flatMap(({ objects }) =>
      objects.flatMap(({ raw }) => checkStix(JSON.parse(raw)).map(({ code }) => code)),
    );
    expect(codes).toEqual(['stix.time-order']);
  });
});
