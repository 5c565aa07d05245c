import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  besides,
  nameOf,
  sameRecord,
  sentenceOf,
} from '../../../renderer/features/detail/neighbour-words.ts';
import {
  CENTRE_RADIUS,
  type Neighbourhood,
  NODE_RADIUS,
  neighbourhood,
} from '../../../renderer/features/detail/neighbourhood.ts';
import { groupRelations, type Relation } from '../../../renderer/features/detail/relation-groups.ts';

const MOST_DRAWN = 48;

function relations(label: string, direction: Relation['direction'], n: number): Relation[] {
  return Array.from({ length: n }, (_, i) => ({
    label,
    direction,
    id: `malware--${label} ${direction} ${i}`,
    type: 'malware',
    key: i % 5 === 4 ? null : i,
    name: `${label} ${i}`,
  }));
}

/** Some labels with from one to hundreds of relations, in a pane from very narrow to very wide. */
const anyRelations = fc
  .array(
    fc.record({
      label: fc.constantFrom(
        'uses',
        'targets',
        'indicates',
        'marked with',
        'created by',
        ...'abcdefghijklmn',
      ),
      direction: fc.constantFrom('out' as const, 'in' as const),
      n: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 })),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((groups) => groups.flatMap(({ label, direction, n }) => relations(label, direction, n)));
const anyWidth = fc.integer({ min: 280, max: 1400 });

function around(all: readonly Relation[], width: number): Neighbourhood {
  return neighbourhood(groupRelations(all), width);
}

describe('where neighbours stand', () => {
  it('draws every relation or counts it, each once', () => {
    fc.assert(
      fc.property(anyRelations, anyWidth, (all, width) => {
        const { neighbours, drawn } = around(all, width);
        const shown = neighbours.flatMap((n) => (n.kind === 'relation' ? [n.relation] : []));
        const counted = neighbours.reduce((sum, n) => sum + (n.kind === 'relation' ? 0 : n.count), 0);
        expect(new Set(shown).size).toBe(shown.length);
        expect(shown.length).toBe(drawn);
        expect(shown.length + counted).toBe(all.length);
        expect(shown.length).toBeLessThanOrEqual(MOST_DRAWN);
      }),
    );
  });

  it('leads to the first relation of the list that is not drawn', () => {
    fc.assert(
      fc.property(anyRelations, (all) => {
        const { neighbours } = around(all, 400);
        for (const n of neighbours) {
          if (n.kind !== 'more') continue;
          const drawn = neighbours.filter((o) => o.kind === 'relation' && o.group === n.group).length;
          expect(n.from).toBe(drawn);
          expect(n.from + n.count).toBe(n.group.relations.length);
          expect(n.count).toBeGreaterThan(1);
        }
      }),
    );
  });

  it('keeps nodes apart from each other, from headings and from the middle', () => {
    fc.assert(
      fc.property(anyRelations, anyWidth, (all, width) => {
        const { neighbours, headings, centre } = around(all, width);
        const nodes = neighbours.map((n) => ({ ...n, tall: 2 * NODE_RADIUS }));
        const lines = [...nodes, ...headings.map((h) => ({ ...h, tall: 18 }))];
        lines.forEach((a, i) => {
          for (const b of lines.slice(i + 1)) {
            if (a.side === b.side) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual((a.tall + b.tall) / 2);
          }
        });
        for (const { side, x, y } of nodes) {
          expect(Math.hypot(x - centre.x, y - centre.y)).toBeGreaterThan(CENTRE_RADIUS + NODE_RADIUS);
          expect(side === 'right' ? x - centre.x : centre.x - x).toBeGreaterThan(NODE_RADIUS);
        }
      }),
    );
  });

  it('stays inside its box, with room for a name', () => {
    fc.assert(
      fc.property(anyRelations, anyWidth, (all, width) => {
        const { neighbours, headings, height } = around(all, width);
        for (const { x, y, room, side } of [...neighbours, ...headings]) {
          expect(y - NODE_RADIUS).toBeGreaterThanOrEqual(0);
          expect(y + NODE_RADIUS).toBeLessThanOrEqual(height);
          const end = side === 'right' ? x + NODE_RADIUS + room : x - NODE_RADIUS - room;
          expect(end).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(width);
          expect(room).toBeGreaterThanOrEqual(60);
        }
      }),
    );
  });

  it('is the same picture for the same relations', () => {
    fc.assert(
      fc.property(anyRelations, anyWidth, (all, width) => {
        expect(around(structuredClone(all), width)).toEqual(around(all, width));
      }),
    );
  });

  it('names each group once, above its first neighbour at a side', () => {
    fc.assert(
      fc.property(anyRelations, (all) => {
        const { neighbours, headings } = around(all, 400);
        const first = headings.filter((h) => !h.continued).map((h) => h.group.key);
        expect(new Set(first).size).toBe(first.length);
        for (const n of neighbours) {
          if (n.kind === 'others') continue;
          const above = headings.filter((h) => h.side === n.side && h.y < n.y).at(-1);
          expect(above?.group).toBe(n.group);
        }
      }),
    );
  });

  it('says of labels that are not drawn how many there are and of how many relations', () => {
    const labels = [...'abcdefghijklmnop'];
    const { neighbours } = around(
      labels.flatMap((label) => relations(label, 'out', 2)),
      400,
    );
    const others = neighbours.filter((n) => n.kind === 'others');
    expect(others.map(nameOf)).toEqual(['4 other labels (8)']);
    expect(others.map(sentenceOf)).toEqual(['4 other labels (8), in the list']);
  });

  it('puts what points out on the right and what points in on the left', () => {
    const { neighbours } = around([...relations('uses', 'out', 6), ...relations('has', 'in', 6)], 400);
    for (const { side, group } of neighbours) expect(side).toBe(group.direction === 'out' ? 'right' : 'left');
  });

  it('goes on at the other side when one would be too long', () => {
    const { neighbours, headings, height } = around(relations('uses', 'out', 36), 400);
    expect(neighbours.filter((n) => n.side === 'left')).toHaveLength(18);
    expect(headings.map((h) => h.continued).sort()).toEqual([false, true]);
    expect(height).toBeLessThan(500);
  });

  it('is small for a single relation', () => {
    const { neighbours, height } = around(relations('created by', 'out', 1), 400);
    expect(neighbours).toHaveLength(1);
    expect(height).toBeLessThan(140);
  });
});

describe('walking among neighbours', () => {
  const all = [...relations('uses', 'out', 8), ...relations('has', 'in', 5), ...relations('about', 'in', 2)];
  const { neighbours } = around(all, 400);

  it('reaches every one downwards from the first, and back upwards', () => {
    for (const [first, key] of [
      [neighbours[0], 'ArrowDown'],
      [neighbours.at(-1), 'ArrowUp'],
    ] as const) {
      const met = new Set();
      for (let at = first ?? null; at !== null && !met.has(at); at = besides(neighbours, at, key))
        met.add(at);
      expect(met.size).toBe(neighbours.length);
    }
  });

  it('crosses to the nearest of the other side', () => {
    const right = neighbours.find((n) => n.side === 'right');
    if (right === undefined) throw new Error('nothing on the right');
    const over = besides(neighbours, right, 'ArrowLeft');
    expect(over?.side).toBe('left');
    for (const n of neighbours.filter((o) => o.side === 'left'))
      expect(Math.abs(n.y - right.y)).toBeGreaterThanOrEqual(Math.abs((over?.y ?? 0) - right.y));
    expect(besides(neighbours, right, 'ArrowRight')).toBeNull();
  });

  it('knows a record again that has several relations', () => {
    const [twice, once] = relations('uses', 'out', 2);
    const back = { ...twice, label: 'targets', direction: 'in' } as Relation;
    const { neighbours: three } = around([twice, once, back] as Relation[], 400);
    const [of] = three.filter((n) => n.group.label === 'targets');
    expect(
      sameRecord(three, of)
        .map((n) => n.group.label)
        .sort(),
    ).toEqual(['targets', 'uses']);
    expect(sameRecord(three, undefined)).toEqual([]);
  });

  it('says relation, direction, name and type, hidden characters by name', () => {
    const [odd] = around(
      [{ ...relations('uses', 'in', 1)[0], name: 'a\u202eb', key: null } as Relation],
      400,
    ).neighbours;
    if (odd === undefined) throw new Error('nothing drawn');
    expect(sentenceOf(odd)).toBe('uses, pointed to by a‹U+202E›b, malware, not in the store');
  });
});
