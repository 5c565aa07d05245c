import { SegmentedControl } from '@mantine/core';
import { useSources } from '../../state/engine.ts';
import { FAMILY_TITLES, type Family, familiesOf, familyOf, inFamily } from '../../state/family.ts';
import { openView, useReview } from '../../state/review.ts';
import { columnsOf } from './columns.tsx';

const ALL = 'all';

/** The families there are; empty when there is only one to look at. */
export function useFamilies(): readonly Family[] {
  const sources = useSources();
  const there = familiesOf(sources.map((s) => s.settings.kind));
  return there.length > 1 ? there : [];
}

/** STIX, CEWL, events: each in its own columns. Shown once there is more than one. */
export function FamilyTabs() {
  const families = useFamilies();
  const family = useReview((s) => familyOf(s.asked));
  if (families.length === 0) return null;
  const choose = (value: string) => {
    const { asked, sort } = useReview.getState();
    const next = families.find((f) => f === value) ?? null;
    const sortable = sort.by === 'arrival' || columnsOf(next).some((c) => c.sort === sort.by);
    openView(inFamily(asked, next), sortable ? sort : { by: 'arrival', dir: 'desc' });
  };
  return (
    <SegmentedControl
      aria-label="Kind of records"
      className="family-tabs"
      data={[
        { value: ALL, label: 'All' },
        ...families.map((f) => ({ value: f as string, label: FAMILY_TITLES[f] })),
      ]}
      value={family ?? ALL}
      onChange={choose}
    />
  );
}
