import type { CallName } from '../../../shared/contract.ts';
import type { AppInfo } from '../../../shared/views/app.ts';
import type { EventHub } from '../event-hub.ts';
import type { SnapshotMaker } from '../snapshot.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

/** About this engine, and the whole truth a window starts from. */
export function appCalls(
  workspace: Workspace,
  views: SnapshotMaker,
  hub: EventHub,
  { version, host, secretsNote }: Pick<AppInfo, 'version' | 'host' | 'secretsNote'>,
  syncNow: () => number,
  changed: () => void,
): Handlers<Extract<CallName, `app.${string}`>> {
  const { ports, settings } = workspace;
  return {
    'app.info': () => ({
      version,
      host,
      dataDir: ports.dataDir,
      secretsPersistent: ports.secrets.persistent,
      secretsNote,
      versions: { ...runtimeVersions(), SQLite: workspace.store.sqliteVersion },
      demo: ports.demo,
      configFile: ports.config === null || ports.demo ? null : ports.config.file,
    }),
    'app.snapshot': () => views.snapshot(hub.seq),
    'app.pause': ({ paused }) => {
      settings.update({ paused });
      changed();
      return OK;
    },
    'app.syncNow': () => ({ started: syncNow() }),
  };
}

/** What this process runs on, as users know it. */
function runtimeVersions(): Record<string, string> {
  const { electron, chrome, node } = process.versions as Readonly<Record<string, string | undefined>>;
  return {
    ...(electron === undefined ? {} : { Electron: electron }),
    ...(chrome === undefined ? {} : { Chromium: chrome }),
    ...(node === undefined ? {} : { Node: node }),
  };
}
