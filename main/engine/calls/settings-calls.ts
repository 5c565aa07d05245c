import type { CallName } from '../../../shared/contract.ts';
import type { CleanupDesk } from '../cleanup-desk.ts';
import { forgetSecrets } from '../config/secrets.ts';
import { secretServers } from '../config/stored-secrets.ts';
import { readCaFile } from '../sources/http-tls.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Extract<CallName, `settings.${string}` | `retention.${string}`>;

/** Settings of the whole program, and the clean-up that two of them ask for. `saved` is told after a change. */
export function settingsCalls(
  workspace: Workspace,
  cleanup: CleanupDesk,
  saved: () => void,
): Handlers<Names> {
  const { settings: file, secrets } = workspace;

  /** Another proxy sees what goes to a server without TLS: secrets that it would get and did not get before are forgotten. */
  async function forgetWhatItWouldSee(proxy: typeof file.value.app.proxy): Promise<void> {
    const before = file.value.app.proxy;
    const owners = [
      ...workspace.sources().map((s) => ({ owner: 'source' as const, ...s })),
      ...workspace.destinations().map((d) => ({ owner: 'destination' as const, ...d })),
    ];
    for (const { owner, settings, origin } of owners) {
      if (origin !== 'settings') continue;
      const known = secretServers(settings, before);
      const fits = [...secretServers(settings, proxy)].every((server) => known.has(server));
      if (!fits) await forgetSecrets(secrets, owner, settings.name);
    }
  }

  return {
    'settings.get': () => file.value.app,
    'settings.save': async ({ settings }) => {
      if (settings.caFile !== null) readCaFile(settings.caFile, workspace.ports.dataDir);
      await forgetWhatItWouldSee(settings.proxy);
      file.update({ app: settings });
      workspace.applySettings();
      saved();
      return file.value.app;
    },
    'retention.plan': () => cleanup.plan(),
    'retention.start': () => {
      cleanup.start();
      return OK;
    },
    'retention.cancel': () => {
      cleanup.cancel();
      return OK;
    },
  };
}
