import { create } from 'zustand';
import type { ExportFormat } from '../../shared/views/export.ts';
import type { Family } from './family.ts';

/** What this window remembers about how it is looked at. Kept in localStorage; never anything the engine needs. */
export interface Preferences {
  theme: 'light' | 'dark' | 'auto';
  density: 'regular' | 'compact';
  facetsOpen: boolean;
  /** Chosen columns by what the table shows; what is missing has the usual ones. */
  columnSets: Partial<Record<ColumnSet, ColumnChoice[]>>;
  layouts: Record<string, Record<string, number>>;
  logFollow: boolean;
  relations: 'graph' | 'list';
  /** Chosen last. */
  exportFormat: ExportFormat;
}

/** A table of one family of records, or of several. */
export type ColumnSet = Family | 'all';

export interface ColumnChoice {
  id: string;
  shown: boolean;
  /** px; null: the column's own. */
  width: number | null;
}

const KEY = 'sluice.preferences';
const DEFAULTS: Preferences = {
  theme: 'auto',
  density: 'regular',
  facetsOpen: true,
  columnSets: {},
  layouts: {},
  logFollow: true,
  relations: 'graph',
  exportFormat: 'stix',
};

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return typeof stored === 'object' && stored !== null ? { ...DEFAULTS, ...stored } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

export const usePreferences = create<Preferences>(() => read());

/** Changes and remembers. A full or forbidden storage only forgets at the end of the session. */
export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(usePreferences.getState()));
  } catch {
    return;
  }
}

/** Height of a table row, px. UX "Look". */
export function rowHeight(density: Preferences['density']): number {
  return density === 'compact' ? 24 : 28;
}
