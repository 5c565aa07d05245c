import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import { dateField, syslogHead } from '../framing.ts';
import { legacyHeaders, safeCell, sdkCell } from './legacy-cells.ts';
import type { RowFormat } from './lookup-rows.ts';

const LF = '\n';

export interface LegacyMessagesOptions {
  lookup: string;
  columns: readonly LookupColumn[];
  cells: 'safe' | 'sdk';
  /** HOST field. */
  host: string;
  /** Constant for one upload, another for every one: epoch seconds and the lookup's name, see {@link uploadId}. */
  id: string;
}

/** `1707802034.003_cewl`. Reference 2.1. */
export function uploadId(epochMs: number, lookup: string): string {
  return `${(epochMs / 1000).toFixed(3)}_${lookup}`;
}

/** How rows become messages of `my.lookup.data`. Reference 2.1. */
export function legacyFormat({ lookup, cells, host, id }: LegacyMessagesOptions): RowFormat {
  const tag = (deleted: boolean): string => `my.lookup.data.${lookup}${deleted ? '.DELETE' : ''}`;
  const heads = [false, true].map((deleted) => frameHead(host, tag(deleted)));
  return {
    // The SDK knows no types: it looks at each value.
    fit: cells === 'safe',
    cell: cells === 'safe' ? safeCell : sdkCell,
    separator: ',',
    head: (deleted) => heads[deleted ? 1 : 0] ?? '',
    prefix: `${id}|`,
    end: LF,
    tag,
  };
}

/** START or END of an upload. `whole` deletes what the lookup held before (FULL), else rows are set and deleted by key (INC). Reference 2.2. */
export function controlMessage(
  event: 'START' | 'END',
  whole: boolean,
  { lookup, columns, host, id }: LegacyMessagesOptions,
): Buffer {
  const head = frameHead(host, `my.lookup.control.${lookup}.${whole ? 'FULL' : 'INC'}`);
  return Buffer.from(`${head}${id}|${event}|${legacyHeaders(columns)}${LF}`, 'utf8');
}

function frameHead(host: string, tag: string): string {
  return syslogHead(dateField('none', 0), host, tag).toString('latin1');
}
