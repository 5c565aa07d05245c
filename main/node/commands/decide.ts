import { type Command, Option } from 'commander';
import type { Decision } from '../../../shared/records.ts';
import { type FilterOptions, selectionOf, withFilters } from '../filter-options.ts';
import { openExisting } from '../open-workspace.ts';
import { records, say } from '../say.ts';

const VERBS: readonly [verb: string, decision: Decision, done: string][] = [
  ['approve', 'approved', 'Approved'],
  ['hold', 'held', 'Held'],
  ['reject', 'rejected', 'Rejected'],
];

/** `decide approve|hold|reject`: over everything the filters match. */
export function decideCommand(program: Command): void {
  const decide = program.command('decide').description('decide on records');
  for (const [verb, decision, done] of VERBS) {
    withFilters(
      decide
        .command(verb)
        .description(`${verb} the records that match`)
        .requiredOption('--data <dir>', 'data directory'),
    )
      .addOption(new Option('--reason <text>', 'kept with the decision'))
      .action((options: FilterOptions & { data: string; reason?: string }) => {
        const workspace = openExisting(options.data);
        try {
          const { store, clock } = workspace;
          const { changed } = store.decisions.decide(
            selectionOf(options, store.records),
            decision,
            options.reason ?? null,
            clock.now(),
          );
          say(`${done} ${records(changed)}.`);
        } finally {
          workspace.close();
        }
      });
  }
}
