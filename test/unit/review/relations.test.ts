import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relationFrom, relationsOf } from '../../../main/engine/review/relations.ts';

const id = (type: string, n: number) => `${type}--a1b2c3d4-0000-4000-8000-${String(n).padStart(12, '0')}`;
const set = id('intrusion-set', 1);
const malware = id('malware', 2);
const uses = {
  type: 'relationship',
  id: id('relationship', 3),
  relationship_type: 'uses',
  source_ref: set,
  target_ref: malware,
  created_by_ref: id('identity', 4),
};

describe('relationsOf', () => {
  it('reads a relationship as an arrow through it', () => {
    expect(relationsOf(uses, uses.id)).toEqual([
      { label: 'source', direction: 'in', id: set, type: 'intrusion-set' },
      { label: 'uses', direction: 'out', id: malware, type: 'malware' },
      { label: 'created by', direction: 'out', id: id('identity', 4), type: 'identity' },
    ]);
  });

  it('finds lists, nested references and extensions, each once', () => {
    const file = {
      type: 'file',
      id: id('file', 1),
      parent_directory_ref: id('directory', 2),
      object_marking_refs: [id('marking-definition', 3), id('marking-definition', 3)],
      granular_markings: [{ marking_ref: id('marking-definition', 4), selectors: ['name'] }],
      extensions: { 'archive-ext': { contains_refs: [id('file', 5)] } },
    };
    expect(relationsOf(file, file.id).map(({ label, id: other }) => [label, other])).toEqual([
      ['in folder', id('directory', 2)],
      ['marked with', id('marking-definition', 3)],
      ['partly marked with', id('marking-definition', 4)],
      ['contains', id('file', 5)],
    ]);
  });

  it('leaves out itself, the numbers of a 2.0 container and what is no id', () => {
    const odd = {
      type: 'note',
      id: id('note', 1),
      object_refs: [id('note', 1), 'rubbish', 7, null],
      objects: { '0': { type: 'url', from_ref: '1' } },
    };
    expect(relationsOf(odd, odd.id)).toEqual([]);
  });

  it('has a label for properties it does not know', () => {
    const custom = { type: 'x-thing', id: id('x-thing', 1), x_part_of_ref: malware };
    expect(relationsOf(custom, custom.id)).toEqual([
      { label: 'x part of', direction: 'out', id: malware, type: 'malware' },
    ]);
    expect(relationFrom(custom, malware)).toEqual([
      { label: 'x part of (x thing)', direction: 'in', id: custom.id, type: 'x-thing' },
    ]);
  });
});

describe('relationFrom', () => {
  it('looks through a relationship to its other end', () => {
    expect(relationFrom(uses, set)).toEqual([
      { label: 'uses', direction: 'out', id: malware, type: 'malware' },
    ]);
    expect(relationFrom(uses, malware)).toEqual([
      { label: 'uses', direction: 'in', id: set, type: 'intrusion-set' },
    ]);
    expect(relationFrom(uses, id('identity', 4))).toEqual([
      { label: 'creator of', direction: 'in', id: uses.id, type: 'relationship' },
    ]);
  });

  it.each([
    ['report', { object_refs: [malware] }, 'in report'],
    ['grouping', { object_refs: [malware] }, 'in grouping'],
    ['note', { object_refs: [malware] }, 'has note'],
    ['sighting', { sighting_of_ref: malware }, 'sighted in'],
    ['malware-analysis', { sample_ref: malware }, 'sample of analysis'],
  ])('says what a %s is to it', (type, rest, label) => {
    const other = { type, id: id(type, 9), ...rest };
    expect(relationFrom(other, malware)).toEqual([{ label, direction: 'in', id: other.id, type }]);
  });

  it('is empty for a mention in prose', () => {
    expect(relationFrom({ type: 'note', id: id('note', 1), content: `see ${malware}` }, malware)).toEqual([]);
  });
});

it('survives anything', () => {
  let deep: unknown = { x_ref: malware };
  for (let i = 0; i < 20_000; i++) deep = [deep];
  expect(relationsOf({ type: 'x', deep }, 'x--1')).toEqual([]);
  fc.assert(
    fc.property(
      fc.anything(),
      fc.string(),
      (value, other) => void [relationsOf(value, other), relationFrom(value, other)],
    ),
  );
});
