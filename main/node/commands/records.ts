import type { Command } from 'commander';
import { type FilterOptions, filterOf, withFilters } from '../filter-options.ts';
import { openExisting } from '../open-workspace.ts';
import { pour } from '../say.ts';

/** `records`: one JSON line a record, in order of arrival. */
export function recordsCommand(program: Command): void {
  withFilters(
    program
      .command('records')
      .description('print records, one JSON line each')
      .requiredOption('--data <dir>', 'data directory'),
  )
    .option('--raw', "add the server's own text as a string")
    .action(async (options: FilterOptions & { data: string; raw?: boolean }) => {
      const workspace = openExisting(options.data);
      try {
        const limit = options.limit === undefined ? {} : { limit: options.limit };
        const found = workspace.store.records.iterate(
          { filter: filterOf(options) },
          { raw: options.raw === true, ...limit },
        );
        for (const { row, raw, problems } of found) {
          const line = {
            source: row.source,
            apiRoot: row.apiRoot,
            collection: row.collection,
            kind: row.kind,
            id: row.id,
            version: row.version,
            type: row.type,
            name: row.name,
            tlp: row.tlp,
            revoked: row.revoked,
            decision: row.decision,
            delivery: row.delivery,
            maybeTwice: row.maybeTwice,
            pullingId: row.pullingId,
            problems,
            ...(row.cells === null ? {} : { cells: row.cells }),
            ...(raw === null ? {} : { raw: raw.toString('utf8') }),
          };
          await pour(`${JSON.stringify(line)}\n`);
        }
      } finally {
        workspace.close();
      }
    });
}
