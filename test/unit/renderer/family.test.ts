import { describe, expect, it } from 'vitest';
import { familiesOf, familyOf, inFamily } from '../../../renderer/state/family.ts';

describe('families of records', () => {
  it('knows a filter that shows one family only', () => {
    expect(familyOf({})).toBeNull();
    expect(familyOf({ kind: ['object'] })).toBe('stix');
    expect(familyOf({ kind: ['object', 'manifest'] })).toBe('stix');
    expect(familyOf({ kind: ['cewl'] })).toBe('cewl');
    expect(familyOf({ kind: ['object', 'cewl'] })).toBeNull();
  });

  it('changes the family and leaves the rest of the filter', () => {
    const asked = { decision: ['staged' as const], kind: ['object' as const], text: 'emotet' };
    expect(inFamily(asked, 'events')).toEqual({ decision: ['staged'], kind: ['event'], text: 'emotet' });
    expect(inFamily(asked, null)).toEqual({ decision: ['staged'], text: 'emotet' });
    expect(familyOf(inFamily(asked, 'stix'))).toBe('stix');
  });

  it('lets go of what no record of another family has', () => {
    const asked = {
      type: ['indicator'],
      source: ['feed'],
      decision: ['staged' as const],
      not: { type: ['malware'], tlp: ['red' as const] },
    };
    expect(inFamily(asked, 'cewl')).toEqual({ decision: ['staged'], not: { tlp: ['red'] }, kind: ['cewl'] });
    expect(inFamily({ not: { change: ['gone'] } }, null)).toEqual({});
  });

  it('offers what the sources bring, in a steady order', () => {
    expect(familiesOf([])).toEqual([]);
    expect(familiesOf(['ctci', 'taxii', 'taxii'])).toEqual(['stix', 'cewl']);
    expect(familiesOf(['threatq'])).toEqual(['events']);
  });
});
