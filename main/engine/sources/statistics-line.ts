import type { SourceSettings } from '../../../shared/settings.ts';
import type { PullStatistics } from './collector-lines.ts';
import { TAXII_LINES } from './taxii/taxii-lines.ts';
import { threatqStatistics } from './threatq/threatq-lines.ts';

/** The statistics line of a pull in the history, in its collector's words. A source that is no longer configured (`undefined`) keeps TAXII's. */
export function statisticsLine(kind: SourceSettings['kind'] | undefined, pull: PullStatistics): string {
  switch (kind) {
    case 'threatq':
      return threatqStatistics(pull);
    case 'taxii':
    case 'ctci':
    case undefined:
      return TAXII_LINES.statistics(pull);
  }
}
