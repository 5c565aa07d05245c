import { create } from 'zustand';

/** What this window remembers about how it is looked at. Kept in localStorage; never anything the engine needs. */
export interface Preferences {
  theme: 'light' | 'dark' | 'auto';
  density: 'regular' | 'compact';
  facetsOpen: boolean;
  columns: ColumnChoice[] | null;
  layouts: Record<string, Record<string, number>>;
  logFollow: boolean;
}

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
  columns: null,
  layouts: {},
  logFollow: true,
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
