import type { CallName } from '../../../shared/contract.ts';
import {
  endStaleOverrides,
  makeOverride,
  overridesInForce,
  overrideView,
  previewOverride,
  withdrawOverride,
} from '../override-desk.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './handlers.ts';

type Names = Extract<CallName, `overrides.${string}`>;

/** Written overrides of a destination's highest TLP. `changed` is told after anything that moves what goes out. */
export function overrideCalls(workspace: Workspace, changed: () => void): Handlers<Names> {
  return {
    'overrides.preview': ({ destination, selection }) => previewOverride(workspace, destination, selection),
    'overrides.make': ({ destination, selection, reason, expected }) => {
      const made = makeOverride(workspace, {
        destination,
        selection,
        reason,
        ...(expected === undefined ? {} : { expected }),
      });
      changed();
      return overrideView(made);
    },
    'overrides.withdraw': ({ id }) => {
      const { override, takenBack } = withdrawOverride(workspace, id);
      changed();
      return { override: overrideView(override), takenBack };
    },
    'overrides.list': ({ inForce, before, limit }) => {
      endStaleOverrides(workspace);
      const page = { limit, ...(before === undefined ? {} : { before }) };
      const found = inForce
        ? overridesInForce(workspace)
            .filter(({ id }) => id < (before ?? Number.POSITIVE_INFINITY))
            .slice(0, limit)
        : workspace.store.overrides.list(page);
      return found.map(overrideView);
    },
  };
}
