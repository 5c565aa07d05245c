import type { Command } from 'commander';
import { toFailure } from '../../../shared/errors.ts';
import type { SourceSettings } from '../../../shared/settings.ts';
import { approveForForward } from '../../engine/auto-forward.ts';
import { forwardOnce } from '../../engine/forward-desk.ts';
import { resetIfChanged } from '../../engine/reset.ts';
import { nextRun } from '../../engine/schedule/schedule.ts';
import type { SourceEntry, Workspace } from '../../engine/workspace.ts';
import { indexRest } from '../index-rest.ts';
import { openWorkspace, readConfig, stopSignal } from '../open-workspace.ts';
import { tell, tellFailure } from '../say.ts';
import { chosenSources, pullOne } from './pull.ts';

const RETRY_BUSY_MS = 10_000;

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
      const forwarding = { running: Promise.resolve() };
      const log = workspace.logBook.bind('MainProcess', 'MainThread');
      log.info(
        `Results of validation of config files parameters: {"config": ${JSON.stringify(config.file)}, "config_validated": True}`,
      );
      try {
        await Promise.all(
          sources.map((settings) =>
            keepPulling(workspace, workspace.sourceEntry(settings.name), signal, forwarding),
          ),
        );
        await forwarding.running;
      } finally {
        workspace.close();
      }
      tell('Stopped.');
    });
}

async function keepPulling(
  workspace: Workspace,
  entry: SourceEntry,
  signal: AbortSignal,
  forwarding: { running: Promise<void> },
): Promise<void> {
  const { settings } = entry;
  const { clock, store } = workspace;
  while (!signal.aborted) {
    const [last] = store.pulls.list({ source: settings.name, limit: 1 });
    const due = nextRun(last?.startedAt ?? null, settings.periodSeconds, clock.now());
    try {
      await clock.sleep(due - clock.now(), signal);
      resetIfChanged(workspace, entry);
      await pullOne(workspace, entry, signal, () => {});
      await indexRest(store, signal);
      if (!settings.autoForward || signal.aborted) continue;
      approveForForward(workspace, settings.name);
      // Hand-overs follow one another: two sources may end at the same time.
      forwarding.running = forwarding.running.then(() => handOver(workspace, signal));
      await forwarding.running;
    } catch (error) {
      if (signal.aborted) return;
      const failure = toFailure(error);
      tellFailure(failure, settings.name);
      await clock.sleep(RETRY_BUSY_MS, signal).catch(() => {});
    }
  }
}

async function handOver(workspace: Workspace, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // Nobody is there to press Retry.
  const scope = {
    destinations: null,
    only: (source: SourceSettings) => source.autoForward,
    retryFailed: true,
  };
  const results = await forwardOnce(workspace, scope, signal);
  for (const result of results) if (result.failure !== null) tellFailure(result.failure, result.destination);
}
