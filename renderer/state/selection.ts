import type { RecordFilter, Selection } from '../../shared/records.ts';

/** What the analyst has chosen in the table: some keys, or everything the view matches less some keys. */
export type Chosen =
  | { readonly mode: 'keys'; readonly keys: ReadonlySet<number> }
  | { readonly mode: 'all'; readonly except: ReadonlySet<number> };

export const NOTHING: Chosen = { mode: 'keys', keys: new Set() };
export const EVERYTHING: Chosen = { mode: 'all', except: new Set() };

/** The contract takes at most this many keys in one selection. */
export const MAX_KEYS = 10_000;

export function isChosen(chosen: Chosen, key: number): boolean {
  return chosen.mode === 'all' ? !chosen.except.has(key) : chosen.keys.has(key);
}

/** How many records that is in a view of `total`. */
export function chosenCount(chosen: Chosen, total: number): number {
  return chosen.mode === 'all' ? Math.max(0, total - chosen.except.size) : chosen.keys.size;
}

/** Takes the key in or out. A full set stays as it is: the caller sees the same object back. */
export function toggle(chosen: Chosen, key: number): Chosen {
  const set = new Set(chosen.mode === 'all' ? chosen.except : chosen.keys);
  if (!set.delete(key)) {
    if (set.size >= MAX_KEYS) return chosen;
    set.add(key);
  }
  return chosen.mode === 'all' ? { mode: 'all', except: set } : { mode: 'keys', keys: set };
}

/** Adds a run of keys. null: more than one selection may hold. */
export function addRange(chosen: Chosen, keys: readonly number[]): Chosen | null {
  if (chosen.mode === 'all') {
    const except = new Set(chosen.except);
    for (const key of keys) except.delete(key);
    return { mode: 'all', except };
  }
  const all = new Set(chosen.keys);
  for (const key of keys) all.add(key);
  return all.size > MAX_KEYS ? null : { mode: 'keys', keys: all };
}

/** As the contract takes it; null when nothing is chosen. `filter` is the view's own, arrival limit included. */
export function asSelection(chosen: Chosen, filter: RecordFilter): Selection | null {
  if (chosen.mode === 'keys') return chosen.keys.size === 0 ? null : { keys: [...chosen.keys] };
  return chosen.except.size === 0 ? { filter } : { filter, except: [...chosen.except] };
}
