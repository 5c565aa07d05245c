import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames } from '../../../main/engine/store/name-index.ts';
import { orderingOfWords, orderOf, toEnd } from '../../../main/engine/store/radix-sort.ts';
import { orderingOfTexts } from '../../../main/engine/store/text-order.ts';

/** Texts that begin alike for a while, with what UTF-16 and UTF-8 order differently. */
const aText = fc
  .tuple(
    fc.constantFrom(
      '',
      'vendor ',
      'exactly fifteen',
      'sixteen letters ',
      'a much longer beginning of a name ',
    ),
    fc.array(fc.constantFrom('a', 'b', 'é', '\uffe0', '\ue000', '\ud7ff', '😀', '𝕏', '\0', ' '), {
      maxLength: 4,
    }),
  )
  .map(([head, tail]) => head + tail.join(''));

describe('texts and numbers put in order by their digits', () => {
  it('are in the order of comparing them, equal ones as they came', () => {
    fc.assert(
      fc.property(fc.array(aText, { maxLength: 60 }), (texts) => {
        const expected = texts
          .map((_, i) => i)
          .sort((a, b) => compareNames(texts[a] ?? '', texts[b] ?? '') || a - b);
        expect([...toEnd(orderingOfTexts(texts))]).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('numbers of every sign and size, none first', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 40 }), (numbers) => {
        const values = Float64Array.from(numbers, (n) => n + 0);
        const rank = (i: number): number =>
          Number.isNaN(values[i]) ? Number.NEGATIVE_INFINITY : (values[i] ?? 0);
        const isNone = (i: number): number => (Number.isNaN(values[i]) ? 0 : 1);
        const expected = [...values.keys()].sort(
          (a, b) => isNone(a) - isNone(b) || rank(a) - rank(b) || a - b,
        );
        expect([...orderOf(values, values.length)]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('several words, the first counting most', () => {
    const words = [Uint32Array.of(2, 1, 2, 1), Uint32Array.of(0, 0xffffffff, 0xfffe, 7)];
    expect([...toEnd(orderingOfWords(words, 4))]).toEqual([3, 1, 0, 2]);
  });
});
