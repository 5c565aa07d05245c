import { setImmediate as turn } from 'node:timers/promises';
import { SluiceError } from '../../../../shared/errors.ts';
import { giveBack } from '../../give-back.ts';
import { type CutItem, cutBareList, cutPage } from '../../json/cut.ts';
import { type Instant, parseInstant } from '../instant.ts';
import { type ContentRange, parseContentRange } from './content-range.ts';
import { type FeedWork, tell } from './feed-work.ts';

/** Waits from here on are worth a line in the log. */
const LOGGED_WAIT_MS = 5_000;

/** One answer of an objects or manifest endpoint, cut but not yet parsed. */
export interface Page {
  status: number;
  items: CutItem[];
  more: boolean;
  /** Opaque; numbers as the text the server wrote. */
  next: string | null;
  range: ContentRange | null;
  /** X-TAXII-Date-Added-First and -Last. TAXII 2.1 section 3.4. */
  first: Instant | null;
  last: Instant | null;
  /** Frees the body: for when the page is stored. Items are empty afterwards. */
  release: () => void;
}

export interface PageRequest {
  params: URLSearchParams;
  headers?: Record<string, string>;
  /** Statuses answered as an empty page instead of an error. */
  expect?: readonly number[];
}

/** Filters that go with every page of a series. Brackets are percent-encoded, which every server seen takes. */
export function filterParams(
  work: FeedWork,
  addedAfter: Instant | null,
  type: string | null,
): URLSearchParams {
  const params = new URLSearchParams();
  if (addedAfter !== null) params.set('added_after', addedAfter);
  const types = type ?? work.settings.types?.join(',') ?? null;
  if (types !== null) params.set('match[type]', types);
  if (work.settings.allVersions) params.set('match[version]', 'all');
  return params;
}

/**
 * Asks for one page. Nothing the server may have acted on is repeated here: a `next` is used up by asking.
 * @throws SluiceError; `json.*` for a body that is cut or no JSON, PullError 303 for JSON that is no page
 */
export async function fetchPage(work: FeedWork, request: PageRequest): Promise<Page> {
  const query = request.params.toString();
  const answer = await work.client.get({
    url: query === '' ? work.url : `${work.url}?${query}`,
    version: work.version,
    resource: work.feed.kind === 'object' ? 'objects' : 'taxii',
    headers: request.headers ?? {},
    maxBytes: work.settings.maxPageBytes,
    retry: 'unsent',
    expect: request.expect ?? [],
    signal: work.signal,
    onRequest: () => {
      work.tally.requests++;
      tell(work);
    },
    onWait: (until, note) => {
      work.tally.waitingUntil = until;
      work.tally.note = note;
      if (until !== null && until - work.clock.now() >= LOGGED_WAIT_MS) {
        work.log.info(`Waiting until ${new Date(until).toISOString()}: ${note ?? ''}`);
      }
      tell(work);
    },
  });
  const date = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(date)) work.tally.serverNow = date;
  const meta = {
    status: answer.status,
    range: parseContentRange(answer.headers.get('content-range')),
    first: parseInstant(answer.headers.get('x-taxii-date-added-first')),
    last: parseInstant(answer.headers.get('x-taxii-date-added-last')),
    release: () => giveBack(answer.body),
  };
  if (answer.status < 200 || answer.status > 299 || answer.status === 204) {
    return { ...meta, items: [], more: false, next: null };
  }
  work.tally.pages++;
  work.tally.bytes += answer.body.length;
  // MITRE's TAXII 2.0 server answers a manifest as the bare list.
  const bare = work.version === '2.0' && work.feed.kind === 'manifest';
  const cut = (bare ? cutBareList(answer.body) : null) ?? cutPage(answer.body, ['objects']);
  const objects = cut.members.get('objects');
  if (cut.items === null && !isEmptyPage(cut.members, objects)) throw work.client.error(answer);
  const more = cut.members.get('more');
  const next = cut.members.get('next');
  return {
    ...meta,
    items: cut.items ?? [],
    more: more === true || more === 'true',
    next: cut.numbers.get('next') ?? (typeof next === 'string' && next !== '' ? next : null),
  };
}

/**
 * Lets a request that was just asked for go out before the page at hand is worked on, so that the server makes the next one meanwhile:
 * undici uses a connection again only two turns of the event loop after an answer.
 */
export async function goesOut(): Promise<void> {
  await turn();
  await turn();
}

/** `{}`, `{"objects": null}`, or an envelope or bundle that left its list out. Another resource's JSON is none of these. */
function isEmptyPage(members: ReadonlyMap<string, unknown>, objects: unknown): boolean {
  if (objects !== undefined && objects !== null) return false;
  if (members.size === 0 || members.has('objects') || members.has('more')) return true;
  return members.get('type') === 'bundle';
}

/** A `next` that the server no longer takes: the session died, or the page was taken by a repeat. */
export function isSpentNext(error: unknown): boolean {
  if (!(error instanceof SluiceError)) return false;
  const { status } = error.failure.details;
  return status === 400 || status === 404 || status === 410 || status === 422;
}
