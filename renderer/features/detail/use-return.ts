import { type RefObject, useEffect } from 'react';
import { useReview } from '../../state/review.ts';

/** After coming back from a record, the focus is on what leads to it (`data-record`) inside `box` once that is `drawn`. */
export function useReturn(box: RefObject<HTMLElement | null>, drawn: boolean): void {
  useEffect(() => {
    const { left } = useReview.getState();
    if (!drawn || left === null) return;
    box.current?.querySelector<HTMLElement>(`[data-record="${left}"]`)?.focus();
  }, [box, drawn]);
}
