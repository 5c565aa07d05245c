import type { Workspace } from './workspace.ts';

/**
 * Approves what a source has staged, for sources whose settings say that they are forwarded without a person (`auto_forward`).
 * Held and rejected records stay as they are. SPEC 3.
 */
export function approveForForward(workspace: Workspace, source: string): number {
  const filter = { source: [source], decision: ['staged' as const] };
  return workspace.store.decisions.decide({ filter }, 'approved', 'auto_forward', workspace.clock.now())
    .changed;
}
