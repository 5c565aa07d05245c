import type { RecordDetailView } from '../../../shared/views/record.ts';

export type Version = RecordDetailView['versions'][number];

/** All versions of the opened record that can be compared with it, itself first or at its place: a manifest entry is no version of an object. Pure. */
export function versionsOf(detail: RecordDetailView): readonly Version[] {
  const { row } = detail;
  const alike = detail.versions.filter((v) => v.kind === row.kind);
  if (alike.some((v) => v.key === row.key)) return alike;
  const self: Version = {
    key: row.key,
    kind: row.kind,
    version: row.version,
    source: row.source,
    collection: row.collection,
    received: row.received,
  };
  return [self, ...alike];
}
