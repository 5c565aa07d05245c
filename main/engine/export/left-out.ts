import type { RecordKind } from '../../../shared/records.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportPlanView,
  LEFT_OUT,
  type LeftOut,
  type LeftOutView,
} from '../../../shared/views/export.ts';
import type { SelectionGroup } from '../store/store.ts';

/**
 * Why a record is not in a file of this format; null for one that is. A bundle holds STIX objects only; text that the source could not
 * read without problems is nobody's STIX or JSON line. A table has a row for every record.
 */
export function whyLeftOut(
  format: ExportFormat,
  record: { kind: RecordKind; problems: boolean; removed: boolean },
): LeftOut | null {
  if (format === 'csv') return null;
  if (format === 'stix' && record.kind !== 'object') return record.kind;
  if (record.problems) return 'problem';
  return record.removed ? 'removed' : null;
}

/** How many records stay out, by reason. */
export class LeftOutCount {
  readonly #counts = new Map<LeftOut, number>();

  add(reason: LeftOut, records = 1): void {
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + records);
  }

  view(): LeftOutView {
    return LEFT_OUT.filter((reason) => this.#counts.has(reason)).map((reason) => ({
      reason,
      records: this.#counts.get(reason) ?? 0,
    }));
  }
}

/** What a selection gives in each format. */
export function planFormats(groups: readonly SelectionGroup[]): ExportPlanView['formats'] {
  return EXPORT_FORMATS.map((format) => {
    const left = new LeftOutCount();
    let records = 0;
    let bytes = 0;
    for (const group of groups) {
      const reason = whyLeftOut(format, group);
      if (reason !== null) left.add(reason, group.records);
      else {
        records += group.records;
        bytes += group.bytes;
      }
    }
    return { format, records, bytes, leftOut: left.view() };
  });
}
