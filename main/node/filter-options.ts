import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DECISIONS,
  DELIVERIES,
  RECORD_KINDS,
  type RecordFilter,
  ROW_CHANGES,
  recordFilter,
  type Selection,
} from '../../shared/records.ts';
import { TLP_LEVELS } from '../../shared/tlp.ts';
import type { RecordStore } from '../engine/store/store.ts';

export interface FilterOptions {
  source?: string[];
  collection?: string[];
  kind?: string[];
  type?: string[];
  severity?: string[];
  change?: string[];
  tlp?: string[];
  id?: string[];
  decision?: string[];
  delivery?: string[];
  text?: string;
  limit?: number;
}

const listed = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** Adds the filters every command over records takes; each may be given more than once and means "any of". */
export function withFilters(command: Command): Command {
  return command
    .option('--source <name>', 'only records of this source (repeatable)', listed)
    .option('--collection <id>', 'only records of this collection (repeatable)', listed)
    .addOption(
      new Option('--kind <kind>', `one of ${RECORD_KINDS.join(', ')} (repeatable)`).argParser(
        oneOf(RECORD_KINDS),
      ),
    )
    .option('--type <type>', 'only this type: of STIX object, of event (repeatable)', listed)
    .option('--severity <severity>', 'only CEWL rows of this severity, or Unknown (repeatable)', listed)
    .addOption(
      new Option(
        '--change <change>',
        `only CEWL rows that are ${ROW_CHANGES.join(', ')} (repeatable)`,
      ).argParser(oneOf(ROW_CHANGES)),
    )
    .addOption(
      new Option('--tlp <label>', `one of ${TLP_LEVELS.join(', ')} (repeatable)`).argParser(
        oneOf(TLP_LEVELS, (value) => value.toLowerCase().replace(/^tlp:/, '')),
      ),
    )
    .option('--id <id>', 'only this object id (repeatable)', listed)
    .addOption(
      new Option('--decision <decision>', `one of ${DECISIONS.join(', ')} (repeatable)`).argParser(
        oneOf(DECISIONS),
      ),
    )
    .addOption(
      new Option('--delivery <state>', `one of ${DELIVERIES.join(', ')} (repeatable)`).argParser(
        oneOf(DELIVERIES),
      ),
    )
    .option('--text <words>', 'full text: all words, the last one as a prefix')
    .option('--limit <n>', 'at most this many records', count);
}

function oneOf(
  values: readonly string[],
  spelt: (value: string) => string = (value) => value,
): (value: string, before: string[] | undefined) => string[] {
  return (given, before) => {
    const value = spelt(given);
    if (!values.includes(value)) throw new InvalidArgumentError(`It is one of ${values.join(', ')}.`);
    return listed(value, before);
  };
}

/** A whole number from 0 up. */
export function count(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

/** Everything the filters match, or with `--limit` the first so many of it. */
export function selectionOf(options: FilterOptions, records: RecordStore): Selection {
  const filter = filterOf(options);
  if (options.limit === undefined) return { filter };
  const found = records.iterate({ filter }, { limit: options.limit });
  return { keys: Array.from(found, ({ row }) => row.key) };
}

/** The options as the filter the store understands. */
export function filterOf(options: FilterOptions): RecordFilter {
  const { limit: _, ...filter } = options;
  const picked = Object.fromEntries(
    (
      [
        'source',
        'collection',
        'kind',
        'type',
        'severity',
        'change',
        'tlp',
        'id',
        'decision',
        'delivery',
        'text',
      ] as const
    )
      .filter((key) => filter[key] !== undefined)
      .map((key) => [key, filter[key]]),
  );
  return recordFilter.parse(picked);
}
