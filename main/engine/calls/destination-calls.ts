import type { CallName } from '../../../shared/contract.ts';
import { SluiceError, toFailure } from '../../../shared/errors.ts';
import { forgetSecrets, moveSecrets, secretKey } from '../config/secrets.ts';
import { mayUseStored } from '../config/stored-secrets.ts';
import { lintTag } from '../devo/tag-lint.ts';
import { sendTestEvent } from '../devo/test-event.ts';
import { endStaleOverrides } from '../override-desk.ts';
import type { SnapshotMaker } from '../snapshot.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Extract<CallName, `destinations.${string}`>;
const PREFLIGHT_MS = 30_000;

/** Destinations: settings, secrets (write-only), pre-flight, test event. */
export function destinationCalls(
  workspace: Workspace,
  views: SnapshotMaker,
  changed: () => void,
): Handlers<Names> {
  const { settings: file, store } = workspace;

  function editable(name: string): void {
    const entry = workspace.destinations().find((d) => d.settings.name === name);
    if (entry !== undefined && entry.origin !== 'settings') {
      throw new SluiceError({
        code: 'destination.read-only',
        message: `The destination "${name}" comes from the configuration file and is changed there.`,
      });
    }
  }

  return {
    'destinations.save': async ({ settings, previousName }) => {
      editable(settings.name);
      if (previousName !== null) editable(previousName);
      if (
        previousName !== settings.name &&
        workspace.destinations().some((d) => d.settings.name === settings.name)
      ) {
        throw new SluiceError({
          code: 'destination.name-taken',
          message: `There is already a destination named "${settings.name}".`,
        });
      }
      const used = previousName !== null && store.outbox.totals().some((t) => t.destination === previousName);
      if (used && previousName !== settings.name) {
        throw new SluiceError({
          code: 'destination.name-fixed',
          message: `Records have been handed over to "${previousName}" under this name. It cannot be renamed.`,
          remedy: 'Add a new destination with the other name.',
        });
      }
      const replaced = previousName ?? settings.name;
      const saved = file.value.destinations.find((d) => d.name === replaced);
      // Before the settings change: a crash in between must not leave the secret with the other server.
      if (!mayUseStored(saved, settings)) await forgetSecrets(workspace.secrets, 'destination', replaced);
      const others = file.value.destinations.filter((d) => d.name !== replaced);
      file.update({ destinations: [...others, settings] });
      endStaleOverrides(workspace);
      if (previousName !== null && previousName !== settings.name) {
        const servers = workspace.serversOf(settings);
        await moveSecrets(workspace.secrets, 'destination', previousName, settings.name, servers);
      }
      changed();
      return await views.destination({ settings, origin: 'settings' });
    },
    'destinations.remove': async ({ name }) => {
      editable(name);
      file.update({ destinations: file.value.destinations.filter((d) => d.name !== name) });
      await forgetSecrets(workspace.secrets, 'destination', name);
      changed();
      return OK;
    },
    'destinations.setSecret': async ({ name, field, value }) => {
      const servers = workspace.serversOf(workspace.destinationEntry(name).settings);
      await workspace.secrets.set(secretKey('destination', name, field), value, servers);
      changed();
      return OK;
    },
    'destinations.preflight': async ({ settings, secrets }) => {
      const known = workspace.destinations().find((d) => d.settings.name === settings.name);
      const destination = await workspace.openDestination(
        { settings, origin: known?.origin ?? 'settings' },
        secrets,
      );
      try {
        const report = await destination.preflight(AbortSignal.timeout(PREFLIGHT_MS));
        views.preflights.set(settings.name, report);
        changed();
        return report;
      } finally {
        await destination.close();
      }
    },
    'destinations.testEvent': async ({ name, tag }) => {
      const destination = await workspace.destination(name);
      try {
        const { bytes } = await sendTestEvent(
          destination,
          { tag, now: workspace.clock.now() },
          AbortSignal.timeout(PREFLIGHT_MS),
        );
        return { ok: true, bytes: bytes.toString('base64'), failure: null };
      } catch (error) {
        return { ok: false, bytes: '', failure: toFailure(error) };
      } finally {
        await destination.close();
      }
    },
    'destinations.lintTag': ({ tag }) => lintTag(tag),
  };
}
