import type { Command } from 'commander';
import { failureLine, SluiceError } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { PlanView } from '../../../shared/views/plan.ts';
import type { ForwardResult } from '../../engine/devo/forward.ts';
import { forwardOnce, planOnce } from '../../engine/forward-desk.ts';
import { formatLogLine } from '../../engine/log/log-line.ts';
import type { Workspace } from '../../engine/workspace.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { closeInternalDesk, openInternalDesk } from '../internal-senders.ts';
import { openExisting, readConfig, stopSignal } from '../open-workspace.ts';
import { bytes, counted, records, say, tell, tellFailure } from '../say.ts';

interface ForwardCommandOptions {
  config: string;
  data: string;
  output?: string[];
  dryRun?: boolean;
  retryFailed?: boolean;
  json?: boolean;
}

/** `forward`: hands over everything approved, or with `--dry-run` everything but the connection. */
export function forwardCommand(program: Command): void {
  program
    .command('forward')
    .description('hand over to Devo what was approved')
    .requiredOption('--config <file>', 'collector config.yaml')
    .requiredOption('--data <dir>', 'data directory')
    .option('--output <name...>', 'only to these destinations')
    .option('--dry-run', 'count records and bytes, connect to nothing')
    .option('--retry-failed', 'queue again what failed for good')
    .option('--json', 'one JSON line per destination')
    .action(async (options: ForwardCommandOptions) => {
      const workspace = openExisting(options.data, readConfig(options.config));
      try {
        const scope = { destinations: options.output ?? null, retryFailed: options.retryFailed === true };
        if (!workspace.destinations().some((d) => d.settings.enabled)) {
          throw new SluiceError({
            code: 'config.no-output',
            message: 'The configuration defines no enabled output.',
          });
        }
        if (options.dryRun) {
          for (const plan of await planOnce(workspace, scope, true)) showPlan(plan, options.json === true);
          return;
        }
        workspace.logBook.onLine((line) => tell(formatLogLine(line)));
        const internal = openInternalDesk(workspace);
        const signal = stopSignal();
        try {
          const results = await forwardOnce(workspace, scope, signal);
          let exit: number = EXIT.done;
          for (const result of results) {
            if (result.run !== null) internal.handedOver(result.run);
            exit = Math.max(exit, showResult(workspace, result, options.json === true));
          }
          process.exitCode = exit;
        } finally {
          await closeInternalDesk(internal, signal);
        }
      } finally {
        workspace.close();
      }
    });
}

const KIND_WORDS: Readonly<Record<RecordKind, string>> = {
  object: 'objects',
  manifest: 'manifests',
  cewl: 'rows',
  event: 'events',
};

/** `3 records`, `3 records as 7 messages` where events are flattened. */
function sent(of: { records: number; messages: number | null }): string {
  const several = of.messages !== null && of.messages !== of.records;
  return `${records(of.records)}${several ? ` as ${counted(of.messages ?? 0)} messages` : ''}`;
}

function showPlan(plan: PlanView, json: boolean): void {
  if (json) {
    say(JSON.stringify({ dryRun: true, ...plan }));
    return;
  }
  say(`${plan.destination}: would hand over ${sent(plan)} (${bytes(plan.bytes)})`);
  for (const group of plan.groups)
    say(
      `  ${group.tag}  ${group.source} ${KIND_WORDS[group.kind]}  ${sent(group)} (${bytes(group.bytes ?? 0)})`,
    );
  for (const blocked of plan.blocked)
    say(`  blocked: ${records(blocked.records)} of ${blocked.source}: ${blocked.reason}`);
  for (const { note, records: n } of plan.notes) say(`  note: ${records(n)}: ${note}`);
  if (plan.failed > 0) say(`  failed before: ${records(plan.failed)}; --retry-failed queues them again`);
}

function showResult(workspace: Workspace, result: ForwardResult, json: boolean): number {
  const { tags, pullingIds } = result.run ?? { tags: [], pullingIds: [] };
  const linq = workspace.linqOf(pullingIds, tags).map(({ query }) => query);
  if (json) {
    say(
      JSON.stringify({
        destination: result.destination,
        state: result.run?.state ?? 'nothing_queued',
        records: result.records,
        messages: result.messages,
        bytes: result.bytes,
        refused: result.refused,
        queued: result.queued,
        failed: result.failed,
        pullingIds: result.run?.pullingIds ?? [],
        linq,
        error: result.failure === null ? null : failureLine(result.failure),
      }),
    );
  } else {
    say(`${result.destination}: handed over ${sent(result)} (${bytes(result.bytes)})`);
    for (const query of linq) say(`  find them in Devo: ${query}`);
  }
  if (result.failure !== null) {
    tellFailure(result.failure, result.destination);
    if (result.queued > 0)
      tell(`${result.destination}: ${records(result.queued)} still queued; nothing is lost, forward again.`);
    return exitCodeOf(result.failure);
  }
  if (result.refused > 0)
    tell(
      `${result.destination}: ${records(result.refused)} cannot be sent as they are; see "records --delivery failed".`,
    );
  return result.refused > 0 ? EXIT.failed : EXIT.done;
}
