import type { Command } from 'commander';
import { SluiceError } from '../../../shared/errors.ts';
import { aboveCeiling } from '../../../shared/tlp.ts';
import type { OutboundRecord, TableSide } from '../../engine/devo/destination.ts';
import { endStaleOverrides } from '../../engine/override-desk.ts';
import { outboundOf } from '../../engine/review/wire-preview.ts';
import { type FilterOptions, filterOf, withFilters } from '../filter-options.ts';
import { openExisting, readConfig, stopSignal } from '../open-workspace.ts';
import { counted, pour, records, tell } from '../say.ts';

interface PreviewOptions extends FilterOptions {
  config: string;
  data: string;
  output?: string;
  deletes?: boolean;
}

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
    .option('--deletes', 'for a lookup: the rows that would be deleted')
    .action(async (options: PreviewOptions) => {
      const workspace = openExisting(options.data, readConfig(options.config));
      try {
        const name =
          options.output ?? workspace.destinations().find((d) => d.settings.enabled)?.settings.name;
        if (name === undefined)
          throw new SluiceError({
            code: 'config.no-output',
            message: 'The configuration defines no enabled output.',
          });
        endStaleOverrides(workspace);
        const { overrides } = workspace.store;
        const { settings } = workspace.destinationEntry(name);
        const destination = await workspace.destination(name);
        const { sources, kinds } = workspace.routeOf(settings);
        const limit = options.limit === undefined ? {} : { limit: options.limit };
        let left = 0;
        const sendable = function* (): Generator<OutboundRecord> {
          for (const { row, raw } of workspace.store.records.iterate(
            { filter: filterOf(options) },
            { raw: true, ...limit },
          )) {
            if (raw === null) continue;
            const record = outboundOf({ row, raw });
            if (
              sources.includes(row.source) &&
              kinds.includes(row.kind) &&
              (!aboveCeiling(row.tlp, settings.maxTlp) || overrides.letsThrough(name, row.key)) &&
              destination.whyNotSendable(record) === null
            )
              yield record;
            else left += 1;
          }
        };
        if (destination.table !== null)
          await pourUpload(destination.table, sendable(), options.deletes === true);
        else for (const record of sendable()) await pour(destination.encode(record));
        if (left > 0) tell(`${records(left)} that match would not be sent to ${name} and are not shown.`);
        await destination.close();
      } finally {
        workspace.close();
      }
    });
}

/** What would be uploaded: the CSV with its header once, or every message from START to END. */
async function pourUpload(table: TableSide, rows: Iterable<OutboundRecord>, deletes: boolean): Promise<void> {
  const upload = await table.upload(rows, stopSignal());
  for (const part of upload.parts) {
    if ((part.name === 'deletes') !== deletes) continue;
    for (const piece of part.pieces()) await pour(piece);
  }
  for (const [note, count] of upload.notes) tell(`${counted(count)} rows: ${note}`);
  if (upload.deletes > 0 && !deletes)
    tell(`${counted(upload.deletes)} rows would be deleted; --deletes shows them.`);
}
