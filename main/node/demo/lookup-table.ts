/** A lookup as a receiver holds it: columns, and rows by key. */
export interface HeldLookup {
  columns: readonly string[];
  types: readonly string[];
  /** Cells by the key's text, in the order of arrival. */
  rows: Map<string, readonly string[]>;
}

/** What one upload does to a lookup. `delete` takes rows out, the others put them in; `replace` starts from nothing. */
export interface LookupChange {
  deployment: 'replace' | 'append' | 'delete';
  columns: readonly string[];
  types: readonly string[];
  rows: readonly (readonly string[])[];
}

/** The lookup after a change. The key is the first column. Throws where the columns are others than the lookup's. */
export function changed(before: HeldLookup | null, change: LookupChange): HeldLookup {
  const { deployment, columns, types } = change;
  if (deployment !== 'replace' && before !== null && before.columns.join() !== columns.join())
    throw new Error(`The columns ${columns.join()} are not those of the lookup: ${before.columns.join()}.`);
  const rows = new Map(deployment === 'replace' || before === null ? [] : before.rows);
  for (const cells of change.rows) {
    const key = cells[0] ?? '';
    if (deployment === 'delete') rows.delete(key);
    else rows.set(key, cells);
  }
  return { columns, types, rows };
}
