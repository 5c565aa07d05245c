import { CTCI_ERRORS, type CtciError, ctciFailure } from '../../../../shared/ctci-errors.ts';
import { SluiceError } from '../../../../shared/errors.ts';
import { oneLine } from '../../log/log-line.ts';
import type { HttpAnswer } from '../http.ts';
import { bareUrl } from '../http-errors.ts';
import { LONGEST_WAIT_MS, retryAfterMs } from '../http-retry.ts';

/** How much of each thing the server says is repeated, characters. */
const LONGEST_WORDS = 300;
/** An error's body beyond this is not looked into. Bytes. */
const LARGEST_BODY = 100_000;

type Words = { title: string; detail: string };

const BY_STATUS = new Map<number, CtciError>([
  [401, CTCI_ERRORS.unauthorized],
  [403, CTCI_ERRORS.forbidden],
  [404, CTCI_ERRORS.notFound],
  [410, CTCI_ERRORS.notFound],
  [429, CTCI_ERRORS.limited],
]);

/** An answer that is no 2xx, with the title and detail of its problem JSON (reference 5.2). `secrets` are taken out of what the server said. */
export function statusError(answer: HttpAnswer, secrets: readonly string[]): SluiceError {
  const { status } = answer;
  const error = BY_STATUS.get(status) ?? (status >= 500 ? CTCI_ERRORS.server : CTCI_ERRORS.refused);
  const words = problemWords(parsed(answer.body), secrets);
  const said = spoken(words);
  const after = retryAfterMs(answer.headers.get('retry-after'), answer.headers.get('date'), Date.parse(''));
  return new SluiceError({
    ...ctciFailure(error, said === '' ? String(status) : `${status} (${said})`),
    retryable: status === 408 || status === 429 || status >= 500,
    details: {
      status,
      url: bareUrl(answer.url),
      ...(words.title === '' ? {} : { serverTitle: words.title }),
      ...(words.detail === '' ? {} : { serverDetail: words.detail }),
      ...(after === null || after > LONGEST_WAIT_MS ? {} : { retryAfterMs: after }),
    },
  });
}

/** A 2xx answer without a list. */
export function noListError(
  members: ReadonlyMap<string, unknown>,
  url: string,
  secrets: readonly string[],
): SluiceError {
  const words = spoken(problemWords(Object.fromEntries(members), secrets));
  const names = clean([...members.keys()].slice(0, 20).join(', '), secrets);
  const said = words !== '' ? words : names === '' ? 'it is empty' : `it has ${names}`;
  return new SluiceError({ ...ctciFailure(CTCI_ERRORS.noList, said), details: { url: bareUrl(url) } });
}

/** What kept a body from being read, as CTCI's error: `json.*` of the cutter; everything else passes. */
export function bodyError(
  error: unknown,
  answer: { url: string; redirected: boolean },
  html: boolean,
): unknown {
  if (!(error instanceof SluiceError)) return error;
  const { code, message, retryable } = error.failure;
  const details = { url: bareUrl(answer.url) };
  if (code === 'json.no-list') {
    if (html && answer.redirected) {
      const failure = ctciFailure(CTCI_ERRORS.unauthorized, 'a login page instead of data');
      return new SluiceError({ ...failure, details }, { cause: error });
    }
    const said = html ? 'it is a web page' : message;
    return new SluiceError({ ...ctciFailure(CTCI_ERRORS.noList, said), details }, { cause: error });
  }
  if (!code.startsWith('json.')) return error;
  // Cut on its way: ask again. Broken: it would come again as it is.
  return new SluiceError(
    {
      ...ctciFailure(CTCI_ERRORS.broken, message),
      retryable: retryable && code === 'json.truncated',
      details,
    },
    { cause: error },
  );
}

function parsed(body: Buffer): unknown {
  if (body.length === 0 || body.length > LARGEST_BODY) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

/** RFC 9457 and what is like it. */
function problemWords(said: unknown, secrets: readonly string[]): Words {
  if (typeof said !== 'object' || said === null) return { title: '', detail: '' };
  const o = said as Record<string, unknown>;
  const text = (...values: unknown[]): string =>
    clean(
      String(values.find((v) => (typeof v === 'string' && v !== '') || typeof v === 'number') ?? ''),
      secrets,
    );
  const title = text(o.title, o.error);
  const detail = text(o.detail, o.details, o.message, o.msg);
  return { title, detail: detail === title ? '' : detail };
}

function spoken({ title, detail }: Words): string {
  return [title, detail].filter((part) => part !== '').join(': ');
}

/** Bounded, in one line, control characters as escapes, secrets taken out. */
export function clean(text: string, secrets: readonly string[]): string {
  let safe = text;
  // Longest first: a secret may be part of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 3) safe = safe.replaceAll(secret, '***');
  }
  const short = safe.trim().slice(0, LONGEST_WORDS).toWellFormed();
  return oneLine(short.length < safe.trim().length ? `${short}…` : short);
}
