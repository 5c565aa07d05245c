import { describe, expect, it } from 'vitest';
import { chips, drop, FACETS, isEmpty, leaves, standing, turn } from '../../../renderer/state/filter.ts';
import { FACETS as CONTRACT_FACETS, recordFilter } from '../../../shared/records.ts';

describe('filter', () => {
  it("knows the contract's facets", () => {
    expect([...FACETS].sort()).toEqual([...CONTRACT_FACETS].sort());
  });

  it('includes with one turn and frees with the next', () => {
    const one = turn({}, 'type', 'indicator', 'in');
    expect(standing(one, 'type', 'indicator')).toBe('in');
    expect(turn(one, 'type', 'indicator', 'in')).toEqual({});
  });

  it('excluding ends including and the other way round', () => {
    const out = turn(turn({}, 'tlp', 'red', 'in'), 'tlp', 'red', 'out');
    expect(out).toEqual({ not: { tlp: ['red'] } });
    expect(turn(out, 'tlp', 'red', 'in')).toEqual({ tlp: ['red'] });
  });

  it('stays a filter the contract takes', () => {
    let filter = {};
    for (const [facet, value] of [
      ['source', 'A'],
      ['type', 'x'],
      ['decision', 'held'],
      ['tlp', 'amber+strict'],
    ] as const) {
      filter = turn(turn(filter, facet, value, 'in'), facet, `${value}`, 'out');
    }
    expect(recordFilter.safeParse(filter).success).toBe(true);
  });

  it('has a chip for everything it says', () => {
    const filter = { text: 'emotet', type: ['malware'], not: { tlp: ['red' as const] }, problems: true };
    expect(chips(filter)).toHaveLength(4);
    expect(
      isEmpty(
        drop(drop(turn(turn(filter, 'type', 'malware', 'in'), 'tlp', 'red', 'out'), 'text'), 'problems'),
      ),
    ).toBe(true);
  });

  it('tells which decisions take a record out of the view', () => {
    expect(leaves({ decision: ['staged'] }, 'approved')).toBe(true);
    expect(leaves({ decision: ['staged', 'approved'] }, 'approved')).toBe(false);
    expect(leaves({ not: { decision: ['rejected'] } }, 'rejected')).toBe(true);
    expect(leaves({ type: ['malware'] }, 'held')).toBe(false);
  });
});
