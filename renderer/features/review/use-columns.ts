import { useMemo } from 'react';
import { type Family, familyOf } from '../../state/family.ts';
import { usePreferences } from '../../state/preferences.ts';
import { useReview } from '../../state/review.ts';
import { Arrangement, arrange, type ShownColumn, setOf } from './column-arrangement.ts';
import { columnsOf } from './columns.tsx';

/** The columns of the table as it is filtered now, hidden ones included, and how to change them. */
export function useColumns(): {
  family: Family | null;
  columns: readonly ShownColumn[];
  arrangement: Arrangement;
} {
  const family = useReview((s) => familyOf(s.asked));
  const choices = usePreferences((p) => p.columnSets[setOf(family)] ?? null);
  return useMemo(() => {
    const known = columnsOf(family);
    return { family, columns: arrange(known, choices), arrangement: new Arrangement(family, known) };
  }, [family, choices]);
}
