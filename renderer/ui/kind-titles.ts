import type { RecordKind } from '../../shared/records.ts';

/** What the records of a kind are called where they are counted. */
export const KIND_TITLES: Readonly<Record<RecordKind, string>> = {
  object: 'Objects',
  manifest: 'Manifest',
  cewl: 'CEWL rows',
  event: 'Events',
};
