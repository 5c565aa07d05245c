import type { SourceSettings } from '../../shared/settings.ts';
import { parsePollDatetime } from '../../shared/threatq-datetime.ts';
import { parseInstant, toMs } from './sources/instant.ts';
import type { CursorState } from './sources/source.ts';

/**
 * What of a source's settings its cursors are made with: another value restarts the persistence in the collectors (seeds 003 and 000,
 * "Restart the persistence"). Here the cursors keep the value they were made with until the restart is confirmed.
 */
export interface ResetSetting {
  /** As config.yaml spells it. */
  key: 'historic_date_utc' | 'reset_persistence_auth';
  /** As it is configured now; null is not set. */
  value: string | null;
}

/** null for kinds that compare everything at each pull: they have nothing to restart. */
export function resetSetting(settings: SourceSettings): ResetSetting | null {
  switch (settings.kind) {
    case 'taxii':
      return { key: 'historic_date_utc', value: settings.historicDateUtc };
    case 'threatq':
      return { key: 'reset_persistence_auth', value: settings.resetPersistenceAuth };
    case 'ctci':
      return null;
  }
}

/** The same settings with another value of their {@link resetSetting}. */
export function withResetValue(settings: SourceSettings, value: string | null): SourceSettings {
  if (settings.kind === 'taxii') return { ...settings, historicDateUtc: value };
  if (settings.kind === 'threatq') return { ...settings, resetPersistenceAuth: value ?? '' };
  return settings;
}

/** The value a cursor was made with; undefined for a cursor that does not say. */
export function valueMadeWith(kind: SourceSettings['kind'], cursor: CursorState): string | null | undefined {
  const value = kind === 'taxii' ? historicOf(cursor.basis) : cursor.reset_persistence_auth;
  return value === null || typeof value === 'string' ? value : undefined;
}

/** Up to when the source has been pulled by a cursor, epoch ms; null when nothing is certain yet. */
export function reachedBy(kind: SourceSettings['kind'], cursor: CursorState): number | null {
  const instant = parseInstant(kind === 'taxii' ? cursor.addedAfter : cursor.position);
  return instant === null ? null : toMs(instant);
}

/** Where a source without cursors begins, epoch ms; null is the very beginning. */
export function beginsAt(settings: SourceSettings, now: number): number | null {
  if (settings.kind === 'threatq') {
    const { historicalPollDatetime: text } = settings;
    return (text === null ? null : parsePollDatetime(text)) ?? now;
  }
  const historic = settings.kind === 'taxii' ? parseInstant(settings.historicDateUtc) : null;
  return historic === null ? null : toMs(historic);
}

/** TAXII's cursor keeps what it was made with as JSON: version, historic date, filters. */
function historicOf(basis: unknown): unknown {
  try {
    const made: unknown = JSON.parse(String(basis));
    return Array.isArray(made) ? made[1] : undefined;
  } catch {
    return undefined;
  }
}
