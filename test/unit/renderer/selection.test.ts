import { describe, expect, it } from 'vitest';
import {
  addRange,
  asSelection,
  chosenCount,
  EVERYTHING,
  isChosen,
  MAX_KEYS,
  NOTHING,
  toggle,
} from '../../../renderer/state/selection.ts';
import { selection } from '../../../shared/records.ts';

const FILTER = { decision: ['staged' as const], asOf: 900 };

describe('selection', () => {
  it('chooses and unchooses by key', () => {
    const one = toggle(NOTHING, 7);
    expect(isChosen(one, 7)).toBe(true);
    expect(asSelection(one, FILTER)).toEqual({ keys: [7] });
    expect(asSelection(toggle(one, 7), FILTER)).toBeNull();
  });

  it('everything is the filter, less what was taken out', () => {
    expect(asSelection(EVERYTHING, FILTER)).toEqual({ filter: FILTER });
    const less = toggle(EVERYTHING, 5);
    expect(isChosen(less, 5)).toBe(false);
    expect(isChosen(less, 6)).toBe(true);
    expect(chosenCount(less, 900)).toBe(899);
    expect(asSelection(less, FILTER)).toEqual({ filter: FILTER, except: [5] });
    expect(asSelection(toggle(less, 5), FILTER)).toEqual({ filter: FILTER });
  });

  it('a range adds, and puts back what was taken out of everything', () => {
    expect(addRange(toggle(NOTHING, 1), [2, 3])).toEqual({ mode: 'keys', keys: new Set([1, 2, 3]) });
    expect(addRange(toggle(EVERYTHING, 2), [1, 2, 3])).toEqual(EVERYTHING);
  });

  it('refuses what one selection of the contract cannot hold', () => {
    const many = Array.from({ length: MAX_KEYS }, (_, i) => i + 1);
    const full = addRange(NOTHING, many);
    expect(full).not.toBeNull();
    if (full === null) return;
    expect(addRange(full, [MAX_KEYS + 1])).toBeNull();
    expect(toggle(full, MAX_KEYS + 1)).toBe(full);
    expect(selection.safeParse(asSelection(full, FILTER)).success).toBe(true);
  });
});
