import type { PlanView } from '../../shared/views/plan.ts';

export interface Waiting {
  n: number;
  /** `blocked`: no destination would take any of it. */
  word: 'queued' | 'blocked';
}

/** What waits to go out, in a word. `plans` null: not known yet. Pure. */
export function waiting(queued: number, plans: readonly PlanView[] | null): Waiting {
  const held = (plans ?? []).map((p) => p.blocked.reduce((sum, b) => sum + b.records, 0));
  const none = (plans ?? []).every((p) => p.records === 0);
  return { n: queued, word: queued > 0 && none && Math.max(0, ...held) >= queued ? 'blocked' : 'queued' };
}
