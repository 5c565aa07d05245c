import type { AppInfo, CallName } from '../../../shared/contract.ts';
import type { EventHub } from '../event-hub.ts';
import type { SnapshotMaker } from '../snapshot.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

/** About this engine, and the whole truth a window starts from. */
export function appCalls(
  workspace: Workspace,
  views: SnapshotMaker,
  hub: EventHub,
  { version, host }: Pick<AppInfo, 'version' | 'host'>,
  changed: () => void,
): Handlers<Extract<CallName, `app.${string}`>> {
  const { ports, settings } = workspace;
  return {
    'app.info': () => ({
      version,
      host,
      dataDir: ports.dataDir,
      secretsPersistent: ports.secrets.persistent,
      demo: ports.demo,
      configFile: ports.config === null || ports.demo ? null : ports.config.file,
    }),
    'app.snapshot': () => views.snapshot(hub.seq),
    'app.pause': ({ paused }) => {
      settings.update({ paused });
      changed();
      return OK;
    },
  };
}
