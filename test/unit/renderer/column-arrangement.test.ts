import { beforeEach, describe, expect, it } from 'vitest';
import { Arrangement, arrange, type Column } from '../../../renderer/features/review/column-arrangement.ts';
import { usePreferences } from '../../../renderer/state/preferences.ts';

const KNOWN: readonly Column[] = ['a', 'b', 'c'].map((id) => ({
  id,
  title: id,
  width: 100,
  cell: () => null,
}));
const ids = (family: 'cewl' | null): string[] =>
  arrange(KNOWN, usePreferences.getState().columnSets[family ?? 'all'] ?? null)
    .filter((c) => c.shown)
    .map((c) => c.id);

describe('how columns are arranged', () => {
  beforeEach(() => usePreferences.setState({ columnSets: {} }));

  it('is remembered a family', () => {
    const cewl = new Arrangement('cewl', KNOWN);
    cewl.move('a', 1);
    cewl.show('c', false);
    expect(ids('cewl')).toEqual(['b', 'a']);
    expect(ids(null)).toEqual(['a', 'b', 'c']);
  });

  it('goes back to the usual one', () => {
    const cewl = new Arrangement('cewl', KNOWN);
    cewl.resize('b', 10);
    expect(usePreferences.getState().columnSets.cewl?.find((c) => c.id === 'b')?.width).toBe(56);
    cewl.reset();
    expect(usePreferences.getState().columnSets).toEqual({});
  });

  it('keeps columns at the ends where they are, and forgets unknown ones', () => {
    new Arrangement('cewl', KNOWN).move('a', -1);
    expect(ids('cewl')).toEqual(['a', 'b', 'c']);
    const choices = [
      { id: 'gone', shown: true, width: null },
      { id: 'c', shown: true, width: 90 },
    ];
    expect(arrange(KNOWN, choices).map((c) => [c.id, c.width])).toEqual([
      ['c', 90],
      ['a', 100],
      ['b', 100],
    ]);
  });
});
