import { create } from 'zustand';
import type { PlanView } from '../../shared/views/plan.ts';

/** Records per destination that the hand-over started from this window is about: what its progress is measured by. */
export const useExpected = create<Readonly<Record<string, number>>>(() => ({}));

export function expect(plans: readonly PlanView[]): void {
  useExpected.setState(Object.fromEntries(plans.map((p) => [p.destination, p.records])));
}
