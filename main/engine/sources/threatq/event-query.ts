import { SluiceError, toFailure } from '../../../../shared/errors.ts';
import { THREATQ_ERRORS } from '../../../../shared/threatq-errors.ts';
import { type CutItem, cutPage } from '../../json/cut.ts';
import type { HttpAnswer } from '../http.ts';
import type { Instant } from '../instant.ts';
import { answerError } from './server-words.ts';
import type { ThreatqClient } from './threatq-client.ts';

/**
 * How events are asked for. Reference 6.
 * `query`: `POST /api/events/query` with criteria and filters, as the sibling for indicators is asked; the server filters.
 * `list`: `GET /api/events`, the last resort: the server gives everything and the filter is applied here.
 */
export const DIALECTS = ['query', 'list'] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface PageWanted {
  /** Updated at or after; whole seconds count. null asks for all. */
  from: Instant | null;
  offset: number;
  limit: number;
}

export interface EventPage {
  items: CutItem[];
  /** How many the server says there are altogether. */
  total: number | null;
  bytes: number;
  /** The server's clock, epoch ms. */
  serverNow: number | null;
}

/** The event endpoint in the dialect the server takes. */
export interface EventQuery {
  /** null until the first answer. */
  readonly dialect: Dialect | null;
  /** @throws SluiceError ApiError 400 with status and text of the answer */
  page(wanted: PageWanted): Promise<EventPage>;
}

/** Statuses of a server that has no such call, or does not understand it; every other one would be the same for the list. */
const NOT_UNDERSTOOD = new Set([400, 404, 405, 415, 422, 501]);

/** @param remembered what the server took last time */
export function createEventQuery(
  client: ThreatqClient,
  maxBytes: number,
  remembered: Dialect | null,
): EventQuery {
  let dialect = remembered;
  let known = false;

  async function ask(as: Dialect, wanted: PageWanted): Promise<HttpAnswer> {
    const page = `limit=${wanted.limit}&offset=${wanted.offset}&sort=updated_at`;
    if (as === 'list') return client.ask({ path: `/api/events?with=attributes,sources&${page}`, maxBytes });
    const filters = wanted.from === null ? {} : { updated_at: { '+gte': sqlTime(wanted.from) } };
    return client.ask({ path: `/api/events/query?${page}`, body: { criteria: {}, filters }, maxBytes });
  }

  return {
    get dialect() {
      return dialect;
    },
    async page(wanted) {
      const first = dialect ?? 'query';
      const answer = await ask(first, wanted);
      let refused = failed(answer);
      if (refused === null || known || !NOT_UNDERSTOOD.has(answer.status)) {
        if (refused !== null) throw refused;
        dialect = first;
        known = true;
        return read(answer, client);
      }
      const other = first === 'query' ? 'list' : 'query';
      const second = await ask(other, wanted);
      if (failed(second) === null) {
        dialect = other;
        known = true;
        return read(second, client);
      }
      // Both refuse: the documented call's words count.
      if (first === 'list') refused = failed(second);
      throw refused ?? answerError(THREATQ_ERRORS.events, answer, client.secrets());
    },
  };

  function failed(answer: HttpAnswer): SluiceError | null {
    const fine = answer.status === 200 && !/^\s*</.test(answer.body.toString('latin1', 0, 64));
    return fine ? null : answerError(THREATQ_ERRORS.events, answer, client.secrets());
  }
}

function read(answer: HttpAnswer, client: ThreatqClient): EventPage {
  const date = Date.parse(answer.headers.get('date') ?? '');
  let cut: ReturnType<typeof cutPage>;
  try {
    cut = cutPage(answer.body, ['data']);
  } catch (error) {
    const { failure } = answerError(THREATQ_ERRORS.events, answer, client.secrets());
    throw new SluiceError(
      { ...failure, details: { ...failure.details, why: toFailure(error).message } },
      { cause: error },
    );
  }
  // `{"data":{"errors":…}}` and whatever else is no list of events; a list that is null is an empty one.
  if (cut.items === null && cut.members.get('data') !== null)
    throw answerError(THREATQ_ERRORS.events, answer, client.secrets());
  const total = Number(cut.numbers.get('total') ?? Number.NaN);
  return {
    items: cut.items ?? [],
    total: Number.isSafeInteger(total) && total >= 0 ? total : null,
    bytes: answer.body.length,
    serverNow: Number.isNaN(date) ? null : date,
  };
}

/** `YYYY-MM-DD HH:MM:SS`, as ThreatQ takes times. The fraction is cut off: the whole second is read again. */
function sqlTime(instant: Instant): string {
  return instant.slice(0, 19).replace('T', ' ');
}
