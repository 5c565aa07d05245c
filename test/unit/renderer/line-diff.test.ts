import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../../renderer/ui/line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
const side = (diff: ReturnType<typeof diffLines>, without: string) =>
  diff.filter((l) => l.kind !== without).map((l) => l.text);

describe('line diff', () => {
  it('names what changed', () => {
    expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'x' },
      { kind: 'same', text: 'c' },
    ]);
  });

  it('holds both texts whole', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after);
        expect(side(diff, 'added')).toEqual(before);
        expect(side(diff, 'removed')).toEqual(after);
      }),
    );
  });

  it('gives up searching, not the texts, when everything differs', () => {
    const before = Array.from({ length: 4000 }, (_, i) => `a${i}`);
    const after = Array.from({ length: 4000 }, (_, i) => `b${i}`);
    expect(diffLines(before, after)).toHaveLength(8000);
  });
});
