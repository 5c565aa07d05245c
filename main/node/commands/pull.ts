import type { Command } from 'commander';
import { failure, failureLine, SluiceError, toFailure } from '../../../shared/errors.ts';
import type { FeedRunView, PullRunView } from '../../../shared/views/pull.ts';
import { runPull } from '../../engine/pull/run-pull.ts';
import { openForPull } from '../../engine/reset.ts';
import type { SourceEntry, Workspace } from '../../engine/workspace.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { indexRest } from '../index-rest.ts';
import { closeInternalDesk, openInternalDesk } from '../internal-senders.ts';
import { openWorkspace, readConfig, stopSignal } from '../open-workspace.ts';
import { PullBars } from '../pull-bars.ts';
import { counted, records, say, tell, tellFailure } from '../say.ts';

interface PullCommandOptions {
  config: string;
  data: string;
  source?: string[];
  json?: boolean;
}

/** `pull`: one cycle over the configured sources, or those named. */
export function pullCommand(program: Command): void {
  program
    .command('pull')
    .description('pull once from the configured sources')
    .requiredOption('--config <file>', 'collector config.yaml')
    .requiredOption('--data <dir>', 'data directory')
    .option('--source <name...>', 'only these sources')
    .option('--json', 'one JSON line per collection and kind, then one with the totals')
    .action(async (options: PullCommandOptions) => {
      const config = readConfig(options.config);
      const wanted = chosenSources(config.sources, options.source);
      const workspace = openWorkspace({ data: options.data, config, log: false });
      const bars = new PullBars(workspace.logBook);
      const signal = stopSignal();
      const internal = openInternalDesk(workspace);
      const started = performance.now();
      const runs: PullRunView[] = [];
      let exit: number = EXIT.done;
      try {
        for (const settings of wanted) {
          const entry = workspace.sourceEntry(settings.name);
          try {
            const run = await pullOne(workspace, entry, signal, (view) => bars.show(view));
            runs.push(run);
            internal.pulled(run);
            bars.clear();
            if (options.json) for (const feed of run.feeds) say(JSON.stringify(feedLine(feed)));
            exit = Math.max(exit, report(run));
          } catch (error) {
            bars.clear();
            const failed = toFailure(error);
            tellFailure(failed, settings.name);
            exit = Math.max(exit, exitCodeOf(failed));
          }
          if (signal.aborted) break;
        }
        if (options.json) say(JSON.stringify(totalsLine(runs, performance.now() - started)));
        try {
          await indexRest(workspace.store, signal);
        } catch (error) {
          // Searching waits for the next command; what failed before has been said.
          if (exit === EXIT.done) throw error;
        }
      } finally {
        bars.clear();
        await closeInternalDesk(internal, signal);
        workspace.close();
      }
      process.exitCode = exit;
    });
}

/** The enabled sources, or exactly those named. @throws SluiceError `source.unknown` | `config.no-input` */
export function chosenSources<S extends { name: string; enabled: boolean }>(
  sources: readonly S[],
  names: string[] | undefined,
): S[] {
  if (names === undefined) {
    const enabled = sources.filter((s) => s.enabled);
    if (enabled.length === 0)
      throw new SluiceError({
        code: 'config.no-input',
        message: 'The configuration defines no enabled input.',
      });
    return enabled;
  }
  return names.map((name) => {
    const found = sources.find((s) => s.name === name);
    if (found === undefined)
      throw new SluiceError({
        code: 'source.unknown',
        message: `The configuration defines no input named "${name}".`,
      });
    return found;
  });
}

/** One cycle over one source on the command line. */
export async function pullOne(
  workspace: Workspace,
  entry: SourceEntry,
  signal: AbortSignal,
  onProgress: (view: PullRunView) => void,
): Promise<PullRunView> {
  const source = openForPull(workspace, entry);
  try {
    const { view } = await runPull({
      source,
      store: workspace.store,
      clock: workspace.clock,
      logAs: (thread) => workspace.logBook.bind('InputProcess', thread),
      signal,
      periodSeconds: entry.settings.periodSeconds,
      index: false,
      onProgress,
    });
    return view;
  } finally {
    await source.close();
  }
}

function feedLine(run: FeedRunView): Record<string, unknown> {
  return {
    source: run.source,
    apiRoot: run.feed.apiRoot,
    collection: run.feed.collection,
    title: run.feed.title,
    kind: run.feed.kind,
    pages: run.pages,
    requests: run.requests,
    received: run.received,
    stored: run.stored,
    duplicates: run.duplicates,
    announced: run.announced,
    complete: run.completeness?.complete ?? 'unknown',
    reason: run.completeness?.reason ?? null,
    error: run.failure === null ? null : failureLine(run.failure),
  };
}

function totalsLine(runs: readonly PullRunView[], elapsedMs: number): Record<string, unknown> {
  const sum = (of: (run: PullRunView) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const feeds = runs.flatMap((run) => run.feeds);
  return {
    totals: true,
    sources: runs.length,
    collections: feeds.length,
    pages: feeds.reduce((total, feed) => total + feed.pages, 0),
    requests: sum((run) => run.requests),
    received: sum((run) => run.received),
    stored: sum((run) => run.stored),
    duplicates: sum((run) => run.duplicates),
    complete: worst(feeds.map((feed) => feed.completeness?.complete ?? 'unknown')),
    error: runs.map((run) => run.failure).find((f) => f !== null)?.message ?? null,
    pullingId: runs[0]?.pullingId ?? null,
    pullingIds: Object.fromEntries(runs.map((run) => [run.source, run.pullingId])),
    elapsedMs: Math.round(elapsedMs),
  };
}

function worst(all: readonly ('yes' | 'no' | 'unknown')[]): 'yes' | 'no' | 'unknown' {
  if (all.includes('no')) return 'no';
  return all.length === 0 || all.includes('unknown') ? 'unknown' : 'yes';
}

/** Says on stderr what failed or is missing; answers the exit status. */
function report(run: PullRunView): number {
  const failures = run.feeds.filter((feed) => feed.failure !== null);
  const missing = run.feeds.filter((feed) => feed.failure === null && feed.completeness?.complete === 'no');
  for (const feed of missing) {
    tell(
      `${run.source}: ${feed.feed.kind}s of "${feed.feed.title}" are not complete: ${feed.completeness?.reason ?? ''}`,
    );
  }
  for (const feed of failures)
    tellFailure(
      feed.failure ?? failure({ code: 'internal', message: '' }),
      `${run.source}: ${feed.feed.kind}s of "${feed.feed.title}"`,
    );
  if (run.failure !== null) tellFailure(run.failure, run.source);
  if (run.state === 'cancelled')
    tell(`${run.source}: cancelled; what was stored stays (${records(run.stored)}).`);
  else if (run.failure === null || run.received > 0)
    tell(`${run.source}: pulled ${records(run.received)}, ${counted(run.stored)} new.`);
  if (run.failure !== null) return exitCodeOf(run.failure);
  return failures.length > 0 || missing.length > 0 || run.state !== 'done' ? EXIT.failed : EXIT.done;
}
