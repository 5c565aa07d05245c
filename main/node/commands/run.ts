import type { Command } from 'commander';
import { toFailure } from '../../../shared/errors.ts';
import type { SourceSettings } from '../../../shared/settings.ts';
import { approveForForward } from '../../engine/auto-forward.ts';
import { forwardOnce } from '../../engine/forward-desk.ts';
import type { InternalDesk } from '../../engine/internal-desk.ts';
import { MemoryLine, mainThreads } from '../../engine/memory-line.ts';
import { resetIfChanged } from '../../engine/reset.ts';
import { nextRun } from '../../engine/schedule/schedule.ts';
import type { SourceEntry, Workspace } from '../../engine/workspace.ts';
import { indexRest } from '../index-rest.ts';
import { closeInternalDesk, openInternalDesk } from '../internal-senders.ts';
import { openWorkspace, readConfig, stopSignal } from '../open-workspace.ts';
import { tell, tellFailure } from '../say.ts';
import { chosenSources, pullOne } from './pull.ts';

const RETRY_BUSY_MS = 10_000;
/** How often is looked at whether log and metrics are due. */
const TELL_EVERY_MS = 5_000;

/** `run`: unattended like the collectors: every source on its period; forwards only sources that say `auto_forward: true`. */
export function runCommand(program: Command): void {
  program
    .command('run')
    .description('pull on schedule until stopped; forwards only sources with auto_forward: true')
    .requiredOption('--config <file>', 'collector config.yaml')
    .requiredOption('--data <dir>', 'data directory')
    .action(async (options: { config: string; data: string }) => {
      const config = readConfig(options.config);
      const sources = chosenSources(config.sources, undefined);
      const workspace = openWorkspace({ data: options.data, config, log: true });
      const signal = stopSignal();
      const forwarding: Forwarding = { running: Promise.resolve(), busy: 0 };
      const internal = openInternalDesk(workspace, () => forwarding.busy > 0);
      const log = workspace.logBook.bind('MainProcess', 'MainThread');
      log.info(
        `Results of validation of config files parameters: {"config": ${JSON.stringify(config.file)}, "config_validated": True}`,
      );
      const ended = new AbortController();
      const telling = keepTelling(workspace, internal, AbortSignal.any([signal, ended.signal]));
      try {
        await Promise.all(
          sources.map((settings) =>
            keepPulling(workspace, workspace.sourceEntry(settings.name), signal, forwarding, internal),
          ),
        );
        await forwarding.running.catch(() => {});
      } finally {
        ended.abort();
        await telling;
        await closeInternalDesk(internal, signal);
        workspace.close();
      }
      tell('Stopped.');
    });
}

/** Hand-overs follow one another. */
interface Forwarding {
  running: Promise<void>;
  /** Waiting or running. */
  busy: number;
}

async function keepPulling(
  workspace: Workspace,
  entry: SourceEntry,
  signal: AbortSignal,
  forwarding: Forwarding,
  internal: InternalDesk,
): Promise<void> {
  const { settings } = entry;
  const { clock, store } = workspace;
  while (!signal.aborted) {
    const [last] = store.pulls.list({ source: settings.name, limit: 1 });
    const due = nextRun(last?.startedAt ?? null, settings.periodSeconds, clock.now());
    try {
      await clock.sleep(due - clock.now(), signal);
      resetIfChanged(workspace, entry);
      internal.pulled(await pullOne(workspace, entry, signal, () => {}));
      await indexRest(store, signal);
      if (!settings.autoForward || signal.aborted) continue;
      approveForForward(workspace, settings.name);
      // Hand-overs follow one another: two sources may end at the same time.
      forwarding.busy += 1;
      forwarding.running = forwarding.running
        // One that could not begin (another process hands over) has been said, and is no reason not to try again.
        .catch(() => {})
        .then(() => handOver(workspace, internal, signal))
        .finally(() => {
          forwarding.busy -= 1;
        });
      await forwarding.running;
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      tellFailure(failure, settings.name);
      await clock.sleep(RETRY_BUSY_MS, signal).catch(() => {});
    }
  }
}

/** Sluice's own log and metrics, and the memory it takes, in the background. */
async function keepTelling(workspace: Workspace, internal: InternalDesk, signal: AbortSignal): Promise<void> {
  const { clock } = workspace;
  const memory = new MemoryLine({ clock, logs: mainThreads(workspace.logBook) });
  while (!signal.aborted) {
    await clock.sleep(TELL_EVERY_MS, signal).catch(() => {});
    if (signal.aborted) return;
    internal.start();
    if (memory.dueAt() <= clock.now()) memory.tell();
  }
}

async function handOver(workspace: Workspace, internal: InternalDesk, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // Nobody is there to press Retry.
  const scope = {
    destinations: null,
    only: (source: SourceSettings) => source.autoForward,
    retryFailed: true,
  };
  const results = await forwardOnce(workspace, scope, signal);
  for (const { run, failure, destination } of results) {
    if (run !== null) internal.handedOver(run);
    if (failure !== null) tellFailure(failure, destination);
  }
}
