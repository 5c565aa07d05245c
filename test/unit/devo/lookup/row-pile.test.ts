import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowPile } from '../../../../main/engine/devo/lookup/row-pile.ts';

it('holds of each key what was said last, in that order, whatever the sizes', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    side: fc.constantFrom('rows' as const, 'deletes' as const),
    // Pieces are 262,144 bytes: rows that fill one, share one and need one of their own.
    size: fc.constantFrom(0, 1, 7, 50_000, 87_381, 87_382, 200_000, 300_000),
    letter: fc.constantFrom('x', 'é', '😀'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const pile = new RowPile();
      const expected = new Map<string, { side: string; row: string }>();
      for (const { key, side, size, letter } of steps) {
        const row = `${key}${letter.repeat(size)};`;
        pile.put(key, side, row);
        expected.delete(key);
        expected.set(key, { side, row });
      }
      for (const side of ['rows', 'deletes'] as const) {
        const rows = [...expected.values()].filter((one) => one.side === side).map((one) => one.row);
        const bytes = Buffer.concat([...pile.pieces(side)]);
        expect(bytes.toString() === rows.join('')).toBe(true);
        expect([pile.count(side), pile.bytes(side)]).toEqual([rows.length, bytes.length]);
      }
    }),
    { numRuns: 150 },
  );
});
