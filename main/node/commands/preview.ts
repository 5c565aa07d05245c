import type { Command } from 'commander';
import { SluiceError } from '../../../shared/errors.ts';
import { aboveCeiling } from '../../../shared/tlp.ts';
import { outboundOf } from '../../engine/review/wire-preview.ts';
import { type FilterOptions, filterOf, withFilters } from '../filter-options.ts';
import { openExisting, readConfig } from '../open-workspace.ts';
import { pour, records, tell } from '../say.ts';

/** `preview`: the exact bytes a destination would get, on stdout, in the order they would be handed over. */
export function previewCommand(program: Command): void {
  withFilters(
    program
      .command('preview')
      .description('print the exact bytes Devo would get')
      .requiredOption('--config <file>', 'collector config.yaml')
      .requiredOption('--data <dir>', 'data directory'),
  )
    .option('--output <name>', 'for this destination; default: the first enabled one')
    .action(async (options: FilterOptions & { config: string; data: string; output?: string }) => {
      const workspace = openExisting(options.data, readConfig(options.config));
      try {
        const name =
          options.output ?? workspace.destinations().find((d) => d.settings.enabled)?.settings.name;
        if (name === undefined)
          throw new SluiceError({
            code: 'config.no-output',
            message: 'The configuration defines no enabled output.',
          });
        const { settings } = workspace.destinationEntry(name);
        const destination = await workspace.destination(name);
        const sources = new Set(workspace.routeOf(settings).sources);
        const limit = options.limit === undefined ? {} : { limit: options.limit };
        let left = 0;
        for (const { row, raw } of workspace.store.records.iterate(
          { filter: filterOf(options) },
          { raw: true, ...limit },
        )) {
          if (raw === null) continue;
          const record = outboundOf({ row, raw });
          if (
            !sources.has(row.source) ||
            aboveCeiling(row.tlp, settings.maxTlp) ||
            destination.whyNotSendable(record) !== null
          )
            left += 1;
          else await pour(destination.encode(record));
        }
        if (left > 0) tell(`${records(left)} that match would not be sent to ${name} and are not shown.`);
        await destination.close();
      } finally {
        workspace.close();
      }
    });
}
