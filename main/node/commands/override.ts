import type { Command } from 'commander';
import { SluiceError } from '../../../shared/errors.ts';
import { tlpLabel } from '../../../shared/tlp.ts';
import { formatLogLine, oneLine } from '../../engine/log/log-line.ts';
import {
  endStaleOverrides,
  makeOverride,
  overridesInForce,
  withdrawOverride,
} from '../../engine/override-desk.ts';
import type { Override } from '../../engine/store/override-store.ts';
import type { Workspace } from '../../engine/workspace.ts';
import { count, type FilterOptions, selectionOf, withFilters } from '../filter-options.ts';
import { openExisting, readConfig } from '../open-workspace.ts';
import { counted, records, say, tell } from '../say.ts';

interface OverrideOptions extends FilterOptions {
  config: string;
  data: string;
  destination: string;
  reason?: string;
  withdraw?: true | number;
  list?: boolean;
}

const MOST = 10_000;

/**
 * `override`: lets approved records that are above a destination's highest TLP, and match, through to it, with a reason in writing.
 * `--withdraw` takes back what is not handed over yet, `--list` shows what was written.
 */
export function overrideCommand(program: Command): void {
  withFilters(
    program
      .command('override')
      .description('let records above the highest TLP of a destination through, with a reason')
      .requiredOption('--config <file>', 'collector config.yaml')
      .requiredOption('--data <dir>', 'data directory')
      .requiredOption('--destination <name>', 'the destination they may go to'),
  )
    .option('--reason <text>', 'why they may go there; kept and logged')
    .option(
      '--withdraw [number]',
      'withdraw this override, or all of this destination that have something to go',
      count,
    )
    .option('--list', 'show the overrides of this destination, the newest first')
    .action((options: OverrideOptions) => {
      const workspace = openExisting(options.data, readConfig(options.config));
      try {
        workspace.logBook.onLine((line) => tell(formatLogLine(line)));
        workspace.destinationEntry(options.destination);
        endStaleOverrides(workspace);
        const { withdraw, list, reason } = options;
        if ([withdraw, list, reason].filter((given) => given !== undefined).length > 1) {
          throw new SluiceError({
            code: 'usage.override',
            message: 'Give one of --reason, --withdraw and --list.',
          });
        }
        if (list === true) showAll(workspace, options.destination);
        else if (withdraw !== undefined) take(workspace, options.destination, withdraw);
        else make(workspace, options);
      } finally {
        workspace.close();
      }
    });
}

function make(workspace: Workspace, options: OverrideOptions): void {
  const made = makeOverride(workspace, {
    destination: options.destination,
    selection: selectionOf(options, workspace.store.records),
    reason: options.reason ?? '',
  });
  say(
    `Override ${made.id}: ${records(made.records)} up to ${tlpLabel(made.highest)} may be handed over to ${made.destination}.`,
  );
}

function take(workspace: Workspace, destination: string, which: true | number): void {
  const { overrides } = workspace.store;
  const ids = (which === true ? overridesInForce(workspace) : overrides.list({ destination, limit: MOST }))
    .filter((one) => one.destination === destination && (which === true || one.id === which))
    .map(({ id }) => id);
  if (ids.length === 0) {
    throw new SluiceError({
      code: 'override.gone',
      message:
        which === true
          ? `There is no override for ${destination} to withdraw.`
          : `There is no override number ${which} for ${destination}.`,
    });
  }
  for (const id of ids) {
    const { override, takenBack } = withdrawOverride(workspace, id);
    say(
      `Override ${id} withdrawn: ${records(takenBack)} taken back, ${counted(override.inFlight)} on their way, ${counted(override.handedOver)} handed over.`,
    );
  }
}

function showAll(workspace: Workspace, destination: string): void {
  for (const one of workspace.store.overrides.list({ destination, limit: MOST })) say(line(one));
}

function line(one: Override): string {
  const left = `${counted(one.waiting + one.inFlight)} to go, ${counted(one.handedOver)} handed over`;
  const state = one.withdrawnAt === null ? left : `withdrawn ${time(one.withdrawnAt)}, ${left}`;
  return `${one.id}  ${time(one.at)}  ${records(one.records)} up to ${tlpLabel(one.highest)}  (${state})  ${oneLine(one.reason)}`;
}

const time = (at: number): string => new Date(at).toISOString().slice(0, 19);
