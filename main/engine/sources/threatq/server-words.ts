import { SluiceError } from '../../../../shared/errors.ts';
import { THREATQ_ERRORS, type ThreatqError, threatqFailure } from '../../../../shared/threatq-errors.ts';
import type { HttpAnswer } from '../http.ts';
import { bareUrl } from '../http-errors.ts';
import { LONGEST_WAIT_MS, retryAfterMs } from '../http-retry.ts';

/** What of an answer is repeated. */
const LONGEST = 500;

/**
 * An answer that is not what was asked for, as the seed's error with the status and the answer's text (bounded, in one line, secrets taken
 * out). Seed 000: "In this error you will find the HTTP error code as long as the response's text."
 */
export function answerError(
  error: ThreatqError,
  answer: HttpAnswer,
  secrets: readonly string[],
): SluiceError {
  const text = serverText(answer, secrets);
  const { status } = answer;
  const retryAfter = retryAfterMs(
    answer.headers.get('retry-after'),
    answer.headers.get('date'),
    Date.parse(''),
  );
  return new SluiceError({
    ...threatqFailure(error, text === '' ? String(status) : `${status}, ${text}`),
    retryable: status === 408 || status === 429 || status >= 500,
    details: {
      status,
      url: bareUrl(answer.url),
      ...(retryAfter === null || retryAfter > LONGEST_WAIT_MS ? {} : { retryAfterMs: retryAfter }),
    },
  });
}

/** Text of the answer: `errors` of a JSON answer where there are any (reference 6), else the body; of a page of HTML its words. */
function serverText(answer: HttpAnswer, secrets: readonly string[]): string {
  let text = answer.body.toString('utf8', 0, 20_000);
  if (/^\s*</.test(text))
    text = text.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ').replace(/<[^<>]*>/g, ' ');
  // Longest first: a secret may be part of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= 3) text = text.replaceAll(secret, '***');
  }
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Events could not be fetched, where there is no answer to quote. */
export function eventsError(said: string): SluiceError {
  return new SluiceError(threatqFailure(THREATQ_ERRORS.events, said));
}
