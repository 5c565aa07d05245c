/** The name under which Devo queries a lookup, wherever its rows came from. Reference 0.4. */
export function lookupTable(lookup: string): string {
  return LOOKUP_TABLES + lookup;
}

export const LOOKUP_TABLES = 'my.lookuplist.';
