import { TaxiiError } from './taxii-answer.ts';
import { type Entry, type Query, sixDigits } from './taxii-shelf.ts';

const bad = (description: string) => new TaxiiError(400, 'Bad request', description);

const list = (parameters: URLSearchParams, name: string) => {
  const value = parameters.get(name);
  return value === null ? null : value.split(',').map((part) => part.trim());
};

/** The filters both versions share. Throws 400 on what they cannot mean. */
export function readQuery(parameters: URLSearchParams): Query {
  const after = parameters.get('added_after');
  const addedAfter = after === null ? null : sixDigits(after);
  if (after !== null && addedAfter === null)
    throw bad('added_after must be a timestamp such as 2026-01-01T00:00:00.000000Z.');
  const versions = list(parameters, 'match[version]') ?? ['last'];
  if (versions.includes('all') && versions.length > 1) throw bad("match[version] takes 'all' only alone.");
  for (const version of versions) {
    if (!['all', 'first', 'last'].includes(version) && sixDigits(version) === null) {
      throw bad(`match[version] does not know '${version}'.`);
    }
  }
  return { addedAfter, ids: list(parameters, 'match[id]'), types: list(parameters, 'match[type]'), versions };
}

/** A page of TAXII 2.1. `next` is a position, so that asking the same page again answers the same. */
export function limitPage(
  entries: readonly Entry[],
  parameters: URLSearchParams,
  cap: number,
): { page: readonly Entry[]; next: string | null } {
  const asked = parameters.get('limit');
  if (asked !== null && !/^[1-9]\d{0,8}$/.test(asked)) throw bad('limit must be a whole number above 0.');
  const limit = Math.min(asked === null ? cap : Number(asked), cap);
  const token = parameters.get('next');
  let from = 0;
  if (token !== null) {
    const seq = /^after (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
    if (seq === undefined) throw bad("The 'next' value is not one of this server's.");
    from = entries.findIndex((entry) => entry.seq > Number(seq));
    if (from === -1) from = entries.length;
  }
  const page = entries.slice(from, from + limit);
  const last = page.at(-1);
  const more = last !== undefined && from + page.length < entries.length;
  return { page, next: more ? Buffer.from(`after ${last.seq}`).toString('base64url') : null };
}

/** A page of TAXII 2.0 by its Range header, `items 0-99` or `items=0-99`. Section 3.4; throws 416 beyond the end. */
export function rangePage<T>(
  items: readonly T[],
  header: string | undefined,
  cap: number,
): { page: readonly T[]; status: 200 | 206; contentRange: string | null } {
  const total = items.length;
  let from = 0;
  let to = Math.max(0, total - 1);
  if (header !== undefined) {
    const match = /^items[ =](\d{1,9})-(\d{1,9})$/.exec(header.trim());
    if (match === null) throw bad("Range must read 'items 0-99'.");
    from = Number(match[1]);
    to = Number(match[2]);
    if (to < from) throw bad('Range ends before it starts.');
    if (total > 0 && from >= total) {
      throw new TaxiiError(416, 'Range not satisfiable', `There are ${total} items.`, {
        'Content-Range': `items */${total}`,
      });
    }
  }
  const page = items.slice(from, Math.min(to + 1, from + cap));
  if (total === 0 || (header === undefined && page.length === total))
    return { page, status: 200, contentRange: null };
  return { page, status: 206, contentRange: `items ${from}-${from + page.length - 1}/${total}` };
}

/** The dates of the first and last object of a page: how a client knows where to go on. */
export function dateHeaders(page: readonly { addedAt: string }[]): Record<string, string> {
  const dates = page.map((entry) => entry.addedAt).sort();
  const first = dates[0];
  const last = dates.at(-1);
  if (first === undefined || last === undefined) return {};
  return { 'X-TAXII-Date-Added-First': first, 'X-TAXII-Date-Added-Last': last };
}
