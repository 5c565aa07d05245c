import type { SourceSettings } from '../../../shared/settings.ts';
import type { PullStatistics } from './collector-lines.ts';
import { pullerStatistics } from './puller-lines.ts';
import { TAXII_LINES } from './taxii/taxii-lines.ts';

/** The statistics line of a pull in the history, in its collector's words. A source that is no longer configured (`undefined`) keeps TAXII's. */
export function statisticsLine(kind: SourceSettings['kind'] | undefined, pull: PullStatistics): string {
  switch (kind) {
    case 'ctci':
    case 'threatq':
      return pullerStatistics(pull);
    case 'taxii':
    case undefined:
      return TAXII_LINES.statistics(pull);
  }
}
