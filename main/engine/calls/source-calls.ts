import type { CallName } from '../../../shared/contract.ts';
import { SluiceError, toFailure } from '../../../shared/errors.ts';
import type { SourceSettings } from '../../../shared/settings.ts';
import { forgetSecrets, moveSecrets, secretKey } from '../config/secrets.ts';
import { mayUseStored } from '../config/stored-secrets.ts';
import type { PullDesk } from '../pull-desk.ts';
import { previewReset, resetSource, undoReset } from '../reset.ts';
import type { SnapshotMaker } from '../snapshot.ts';
import { checkHistoricDate } from '../sources/taxii/historic-date.ts';
import { pullView } from '../views.ts';
import type { Workspace } from '../workspace.ts';
import { type Handlers, OK } from './handlers.ts';

type Names = Extract<CallName, `sources.${string}` | `pulls.${string}`>;
const PROBE_MS = 60_000;

/**
 * Sources: settings, secrets (write-only), trying, pulling, history. `changed` tells that sources look different now, `saved` also that
 * this one's secrets may follow in a moment.
 */
export function sourceCalls(
  workspace: Workspace,
  desk: PullDesk,
  views: SnapshotMaker,
  { changed, saved }: { changed: () => void; saved: (source: string) => void },
): Handlers<Names> {
  const { settings: file, store, clock, logBook } = workspace;

  function editable(name: string): void {
    const entry = workspace.sources().find((s) => s.settings.name === name);
    if (entry !== undefined && entry.origin !== 'settings') {
      throw new SluiceError({
        code: 'source.read-only',
        message: `The source "${name}" comes from the configuration file and is changed there.`,
      });
    }
  }

  function checkDate(settings: SourceSettings): void {
    if (settings.kind !== 'taxii' || settings.historicDateUtc === null) return;
    const problem = checkHistoricDate(settings.historicDateUtc, clock.now());
    if (problem !== null) throw problem;
  }

  return {
    'sources.save': async ({ settings, previousName }) => {
      editable(settings.name);
      if (previousName !== null) editable(previousName);
      checkDate(settings);
      const replaced = previousName ?? settings.name;
      if (
        previousName !== settings.name &&
        workspace.sources().some((s) => s.settings.name === settings.name)
      ) {
        throw new SluiceError({
          code: 'source.name-taken',
          message: `There is already a source named "${settings.name}".`,
        });
      }
      if (
        previousName !== null &&
        previousName !== settings.name &&
        store.pulls.feeds(previousName).length > 0
      ) {
        throw new SluiceError({
          code: 'source.name-fixed',
          message: `"${previousName}" already has records under this name. It cannot be renamed.`,
          remedy: 'Add a new source with the other name.',
        });
      }
      const before = file.value.sources.find((s) => s.name === replaced);
      // Before the settings change: a crash in between must not leave the secret with the other server.
      if (!mayUseStored(before, settings)) await forgetSecrets(workspace.secrets, 'source', replaced);
      const sources = file.value.sources.filter((s) => s.name !== replaced);
      const index = file.value.sources.findIndex((s) => s.name === replaced);
      sources.splice(index < 0 ? sources.length : index, 0, settings);
      file.update({ sources });
      if (previousName !== null && previousName !== settings.name) {
        const servers = workspace.serversOf(settings);
        await moveSecrets(workspace.secrets, 'source', previousName, settings.name, servers);
      }
      saved(settings.name);
      return await views.source({ settings, origin: 'settings' });
    },
    'sources.remove': async ({ name }) => {
      editable(name);
      desk.cancel(name);
      file.update({
        sources: file.value.sources.filter((s) => s.name !== name),
        pausedSources: file.value.pausedSources.filter((n) => n !== name),
      });
      await forgetSecrets(workspace.secrets, 'source', name);
      changed();
      return OK;
    },
    'sources.setSecret': async ({ name, field, value }) => {
      const servers = workspace.serversOf(workspace.sourceEntry(name).settings);
      await workspace.secrets.set(secretKey('source', name, field), value, servers);
      workspace.forgetMemory(name);
      changed();
      return OK;
    },
    'sources.probe': async ({ settings, secrets }) => {
      checkDate(settings);
      const known = workspace.sources().find((s) => s.settings.name === settings.name);
      const source = workspace.openSource({ settings, origin: known?.origin ?? 'settings' }, secrets);
      try {
        return await source.probe({
          clock,
          log: logBook.bind('InputProcess', source.threadName),
          signal: AbortSignal.timeout(PROBE_MS),
        });
      } catch (error) {
        const failure = toFailure(error);
        return {
          ok: false,
          failure,
          line: failure.message,
          version: null,
          serverTitle: null,
          roots: [],
          collections: [],
        };
      } finally {
        await source.close();
      }
    },
    'sources.pull': ({ name }) => ({ pullingId: desk.start(name) }),
    'sources.cancel': ({ name }) => {
      desk.cancel(name);
      return OK;
    },
    'sources.pause': ({ name, paused }) => {
      workspace.sourceEntry(name);
      const others = file.value.pausedSources.filter((n) => n !== name);
      file.update({ pausedSources: paused ? [...others, name] : others });
      changed();
      return OK;
    },
    'sources.resetPreview': ({ name }) => previewReset(workspace, workspace.sourceEntry(name)),
    'sources.reset': async ({ name }) => {
      resetSource(workspace, workspace.sourceEntry(name));
      changed();
      return await views.source(workspace.sourceEntry(name));
    },
    'sources.undoReset': async ({ name }) => {
      undoReset(workspace, workspace.sourceEntry(name));
      changed();
      return await views.source(workspace.sourceEntry(name));
    },
    'sources.trend': ({ name }) =>
      store.pulls
        .list({ source: name, limit: 30 })
        .filter((run) => run.endedAt !== null)
        .reverse()
        .map((run) => ({ at: run.startedAt, stored: run.stored })),
    'pulls.list': ({ source, before, limit }) =>
      store.pulls
        .list({
          limit,
          ...(source === undefined ? {} : { source }),
          ...(before === undefined ? {} : { before }),
        })
        .map((run) => desk.live(run.pullingId) ?? pullView(run, workspace)),
    'pulls.get': ({ pullingId }) => {
      const live = desk.live(pullingId);
      if (live !== null) return live;
      const run = store.pulls.get(pullingId);
      return run === null ? null : pullView(run, workspace);
    },
  };
}
