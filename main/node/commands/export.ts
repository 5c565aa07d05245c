import { Presets, SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { leftOutWords } from '../../../shared/export-words.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../../shared/views/export.ts';
import { type ExportTarget, openExportFile } from '../../engine/export/export-file.ts';
import { exportRecords } from '../../engine/export/export-records.ts';
import { type FilterOptions, filterOf, withFilters } from '../filter-options.ts';
import { openExisting, stopSignal } from '../open-workspace.ts';
import { bytes, counted, pour, records, tell } from '../say.ts';

type ExportOptions = FilterOptions & { data: string; format: ExportFormat; out?: string };

/** Standard output: what was written stays written, whatever happens. */
const STDOUT: ExportTarget = { write: pour, finish: async () => {}, discard: async () => {} };

/** `export`: records as a STIX bundle, JSON lines or CSV. */
export function exportCommand(program: Command): void {
  withFilters(
    program
      .command('export')
      .description(
        "write records in order of arrival: the server's own text, not what obfuscation makes of it",
      )
      .requiredOption('--data <dir>', 'data directory')
      .addOption(
        new Option('--format <format>', 'STIX 2.1 bundle of objects, JSON lines, table of all records')
          .choices(EXPORT_FORMATS)
          .makeOptionMandatory(),
      ),
  )
    .option('--out <file>', 'a new file, readable by you only, instead of standard output')
    .action(async (options: ExportOptions) => {
      const workspace = openExisting(options.data);
      try {
        const { keys } = workspace.store.records.settle({ filter: filterOf(options) });
        const chosen = options.limit === undefined ? keys : keys.subarray(0, options.limit);
        const signal = stopSignal('Stopping.');
        const target = options.out === undefined ? STDOUT : await openExportFile(options.out);
        const bar = barOf(chosen.length);
        try {
          const tally = await exportRecords({
            records: workspace.store.records,
            keys: chosen,
            format: options.format,
            target,
            signal,
            onProgress: ({ done }) => bar?.update(done),
          });
          bar?.stop();
          if (options.out !== undefined) {
            tell(`${options.out}: ${records(tally.written)}, ${bytes(tally.bytes)}, readable by you only.`);
          }
          for (const { reason, records: left } of tally.leftOut) {
            tell(`Left out: ${counted(left)} ${leftOutWords(reason, left)}.`);
          }
        } finally {
          bar?.stop();
        }
      } finally {
        workspace.close();
      }
    });
}

/** How far it is, on a terminal only. */
function barOf(total: number): SingleBar | null {
  if (!process.stderr.isTTY || total === 0) return null;
  const bar = new SingleBar(
    { stream: process.stderr, format: '{bar} {value} of {total}', hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return bar;
}
