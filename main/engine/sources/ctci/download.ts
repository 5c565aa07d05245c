import { setImmediate as turn } from 'node:timers/promises';
import type { CtciSettings } from '../../../../shared/settings-ctci.ts';
import type { CutItem } from '../../json/cut.ts';
import { ListCutter } from '../../json/cut-stream.ts';
import type { HttpAnswer, HttpClient, HttpGet } from '../http.ts';
import type { BodyTaker } from '../http-stream.ts';
import { bodyError, noListError, statusError } from './answer-error.ts';
import { looksLikeRow } from './cewl-row.ts';

/** Names that the list may have in the answer, lower case. Reference 5.4. */
const LISTS = ['data', 'cewl', 'results', 'items'];
/** A server that always has a next page must come to an end. */
const MAX_PAGES = 10_000;

/** What a download asks with and where it puts what it gets. */
export interface DownloadWork {
  http: HttpClient;
  settings: CtciSettings;
  signal: AbortSignal;
  onRequest: HttpGet['onRequest'];
  onWait: HttpGet['onWait'];
  onBytes: (bytes: number) => void;
  /** Rows as they are cut from the body; the next come when this has resolved. */
  take: (rows: readonly CutItem[]) => Promise<void>;
  /** How many different rows have been taken: what tells a next page from one that repeats. */
  rows: () => number;
  /** What must not be repeated in an error. */
  secrets: readonly string[];
}

/** The base URL with a trailing slash: the feed's API root. */
export function apiRoot(settings: Pick<CtciSettings, 'baseUrl'>): string {
  const url = new URL(settings.baseUrl);
  return `${url.origin}${url.pathname.replace(/\/*$/, '/')}`;
}

function listUrl(settings: CtciSettings, query: string): string {
  const bare = `${apiRoot(settings).slice(0, -1)}${settings.path}`;
  const asked = query.replace(/^\?/, '');
  return asked === '' ? bare : `${bare}?${asked}`;
}

/**
 * Downloads the list, or one part of it, page after page where the server gives a next one on its own origin.
 * @returns why there may be more than what came; null when there is no sign of it
 * @throws SluiceError ApiError, `http.*`, `tls.*`; what `take` throws
 */
export async function download(work: DownloadWork, query: string): Promise<string | null> {
  const asked = new Set<string>();
  const { origin } = new URL(work.settings.baseUrl);
  for (let url = listUrl(work.settings, query); ; ) {
    asked.add(url);
    const before = work.rows();
    const { members, at } = await downloadPage(work, url);
    const next = nextOf(members);
    if (next === null) return null;
    const target = URL.parse(next, at);
    if (target === null || !/^https?:\/\/|^[/?]/.test(next) || target.origin !== origin)
      return 'The answer names a next page that is not on the same server; it was not asked for.';
    target.hash = '';
    if (asked.has(target.href) || work.rows() === before || asked.size >= MAX_PAGES)
      return 'The server gives next pages without end that bring nothing new.';
    url = target.href;
  }
}

/** `next` of the answer; null when there is none. Anything but text cannot be followed: it is answered as text. */
function nextOf(members: ReadonlyMap<string, unknown>): string | null {
  for (const [name, value] of members) {
    if (name.toLowerCase() !== 'next' || value === null || value === false || value === '') continue;
    return typeof value === 'string' ? value.trim() : 'not a URL';
  }
  return null;
}

async function downloadPage(
  work: DownloadWork,
  url: string,
): Promise<{ members: ReadonlyMap<string, unknown>; at: string }> {
  let cutter: ListCutter | null = null;
  const answer = await work.http.get({
    url,
    headers: { accept: 'application/json' },
    maxBytes: work.settings.maxBytes,
    signal: work.signal,
    retry: 'any',
    onRequest: work.onRequest,
    onWait: work.onWait,
    stream: (head) => {
      const rows: CutItem[] = [];
      cutter = new ListCutter({ lists: LISTS, isMember: looksLikeRow, take: (row) => rows.push(row) });
      return rowTaker(work, cutter, rows, head);
    },
  });
  const read = cutter as ListCutter | null;
  if (answer.status < 200 || answer.status > 299 || read === null) throw statusError(answer, work.secrets);
  if (read.list === null && !hasEmptyList(read.members))
    throw noListError(read.members, answer.url, work.secrets);
  return { members: read.members, at: answer.url };
}

function hasEmptyList(members: ReadonlyMap<string, unknown>): boolean {
  return [...members].some(([name, value]) => LISTS.includes(name.toLowerCase()) && Array.isArray(value));
}

function rowTaker(
  work: DownloadWork,
  cutter: ListCutter,
  rows: CutItem[],
  head: Omit<HttpAnswer, 'body'>,
): BodyTaker {
  const html = /^text\/html|xhtml/i.test(head.headers.get('content-type') ?? '');
  const cut = async (step: () => void): Promise<void> => {
    let failed: unknown = null;
    try {
      step();
    } catch (error) {
      failed = bodyError(error, head, html);
    }
    // What came before a mistake counts.
    await work.take(rows.splice(0));
    if (failed !== null) throw failed;
    await turn();
    if (work.signal.aborted) throw work.signal.reason;
  };
  return {
    take: (piece) => {
      work.onBytes(piece.length);
      return cut(() => cutter.push(piece));
    },
    end: () => cut(() => cutter.end()),
  };
}
