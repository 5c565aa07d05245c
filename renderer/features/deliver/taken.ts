import type { RecordKind } from '../../../shared/records.ts';
import type { DestinationSettings } from '../../../shared/settings.ts';
import type { LookupSettings } from '../../../shared/settings-lookup.ts';

/** The settings of a lookup; null for a destination that takes events. (The schemas stay out of the first load.) */
export function lookupOf(settings: DestinationSettings): LookupSettings | null {
  return settings.kind === 'devo-lookup' || settings.kind === 'devo-lookup-legacy' ? settings : null;
}

/** Whether records of a kind can go to a destination: lookups hold CEWL rows, everything else is an event. */
export function takes(settings: DestinationSettings, kind: RecordKind): boolean {
  return (lookupOf(settings) !== null) === (kind === 'cewl');
}
