import { LOOKUP_TABLES } from './lookup/table-name.ts';

/**
 * A query that finds the events of one pull in Devo. SPEC 4.
 *
 * The table of a tag has the tag's name (reference 1.9). Own tables (`my.app…`) keep the event whole in the column `message` [S, XSOAR-DEVO];
 * that other tables have such a column, and that `->` ("contains") with backslash-escaped quotes is read everywhere, is [INF]: where a table
 * parses the JSON into columns, the analyst filters by that column instead. An event with a tag unknown to Devo is in `unknown.unknown`.
 * A lookup's rows carry no pulling id: the query shows the whole lookup.
 */
export function linqFor(tag: string, pullingId: string): string {
  if (tag.startsWith(LOOKUP_TABLES)) return `from ${tag} select *`;
  const member = `"@devo_pulling_id":${JSON.stringify(pullingId)}`;
  return `from ${tag} where message -> ${JSON.stringify(member)} select *`;
}
