import { STIX_TYPES } from '../../../../shared/stix-types.ts';
import type { FeedWork } from './feed-work.ts';

/** What to ask one at a time with `match[type]`: the types asked for, or all of STIX and those met that are not of it. */
export function typesToSplitBy(work: FeedWork): readonly string[] {
  return work.settings.types ?? [...new Set([...STIX_TYPES, ...work.typesMet])];
}
