import { type FailureInput, SluiceError } from '../../../../shared/errors.ts';
import type { HttpAnswer } from '../http.ts';
import { bareUrl } from '../http-errors.ts';
import { LONGEST_WAIT_MS, retryAfterMs } from '../http-retry.ts';
import { isHtml, parseMediaType, type TaxiiVersion } from './media-type.ts';

/** The seed's errors word for word (seed 003, troubleshooting table), and clear sentences where it has no row. */

type Details = Record<string, string | number | boolean | null>;

const pull = (id: number, code: string, message: string, cause: string, remedy: string): FailureInput => ({
  code,
  type: 'PullError',
  id,
  message,
  cause,
  remedy,
});

export const UNAUTHORIZED = pull(
  301,
  'taxii.unauthorized',
  'The username or the password provided in the config.yaml is incorrect',
  'The username or the password provided in the config.yaml is incorrect',
  'Recheck the values that are provided in the config file',
);
export const FORBIDDEN = pull(
  302,
  'taxii.forbidden',
  'The credentials does not have required permissions to fetch data from TAXII server',
  'Credentials does not have required permissions to fetch the data',
  'Check if the user credentials have enough permissions to fetch the data',
);
export const NOT_FOUND = pull(
  303,
  'taxii.not-found',
  'The Discovery URL provided in the config.yaml is incorrect.',
  'The discovery url provided is incorrect',
  'recheck if correct value of discovery url is provided in the config',
);
export const SERVER_ERROR: FailureInput = {
  ...pull(
    304,
    'taxii.server-error',
    'Internal server error from TAXII server.',
    'Something went wrong in the server',
    'Try after some time',
  ),
  retryable: true,
};
export const NOT_PULLABLE: FailureInput = {
  code: 'taxii.not-pullable',
  type: 'SetupError',
  id: 100,
  message: 'The remote data is not pullable with the given credentials. Check the error traces for details',
  cause: 'The user credentials that are used in the config does not have permissionto fetch logs',
  remedy: 'Give the user permission to access the logs.',
};

/** An answer that is not the data asked for, as an error. `secrets` are taken out of what the server said. */
export function statusError(answer: HttpAnswer, secrets: readonly string[]): SluiceError {
  const details: Details = {
    status: answer.status,
    url: bareUrl(answer.url),
    ...serverWords(answer, secrets),
  };
  const after = retryAfterMs(answer.headers.get('retry-after'), answer.headers.get('date'), Date.parse(''));
  if (after !== null && after <= LONGEST_WAIT_MS) details.retryAfterMs = after;
  return new SluiceError({ ...forStatus(answer, details), details });
}

function forStatus(answer: HttpAnswer, details: Details): FailureInput {
  const { status } = answer;
  if (status === 401) return UNAUTHORIZED;
  if (status === 403) return FORBIDDEN;
  if (status === 404 || status === 410) return NOT_FOUND;
  if (status === 408) {
    return {
      code: 'taxii.time-out',
      message: 'The server gave up waiting for the request (408).',
      retryable: true,
    };
  }
  if (status === 413) {
    return {
      code: 'taxii.too-large',
      message: 'The server says the answer would be too large (413).',
      remedy: 'Lower the page size.',
    };
  }
  if (status === 429) {
    const after = answer.headers.get('retry-after');
    return {
      code: 'taxii.rate-limited',
      message: `The server limits how often it may be asked (429)${after === undefined ? '' : `; it says to come back after ${after.slice(0, 40)}`}.`,
      remedy: 'Raise the period, lower the requests per second, or ask for larger pages.',
      retryable: true,
    };
  }
  if (status >= 500) return SERVER_ERROR;
  if (status >= 200 && status < 300) return notTaxii(answer);
  // medallion's title is the same for every refusal; only its description tells.
  const said = [details.serverTitle, details.serverDescription]
    .filter((words): words is string => typeof words === 'string')
    .map((words) => `: ${words.replace(/\.$/, '')}`)
    .join('');
  return {
    code: status === 406 ? 'taxii.not-acceptable' : 'taxii.refused',
    message: `The server refused the request with status ${status}${said}.`,
  };
}

/** 2xx that is no TAXII: a login page after a redirect means the credentials were not taken; anything else means a wrong URL. */
function notTaxii(answer: HttpAnswer): FailureInput {
  if (isHtml(parseMediaType(answer.headers.get('content-type'))) && answer.redirected) {
    return { ...UNAUTHORIZED, cause: 'The server answered with a login page instead of data' };
  }
  return { ...NOT_FOUND, cause: 'What answers at this URL is not TAXII' };
}

export function wrongVersion(asked: TaxiiVersion, found: TaxiiVersion | null, url: string): SluiceError {
  return new SluiceError({
    code: 'taxii.wrong-version',
    message:
      found === null
        ? `The server does not speak TAXII ${asked} (406).`
        : `The server does not speak TAXII ${asked}; it seems to speak TAXII ${found}.`,
    cause: 'taxii_version does not fit what the server at this URL speaks',
    remedy: found === null ? 'Check the discovery URL.' : `Set taxii_version to ${found} or detect.`,
    details: { url: bareUrl(url), asked, found },
  });
}

/** What the server itself says: TAXII's error message (2.1 section 3.6.1) or other JSON of the kind. Bounded, secrets taken out. */
function serverWords(answer: HttpAnswer, secrets: readonly string[]): Details {
  if (answer.body.length === 0 || answer.body.length > 100_000) return {};
  let said: unknown;
  try {
    said = JSON.parse(answer.body.toString('utf8'));
  } catch {
    return {};
  }
  if (typeof said !== 'object' || said === null) return {};
  const o = said as Record<string, unknown>;
  const words: Details = {};
  const put = (name: string, value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') words[name] = clean(String(value), secrets);
  };
  put('serverTitle', o.title ?? o.name ?? o.error);
  put('serverDescription', o.description ?? o.message ?? o.detail);
  put('serverErrorId', o.error_id);
  put('serverErrorCode', o.error_code ?? o.code);
  return words;
}

function clean(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) {
    if (secret.length >= 3) safe = safe.replaceAll(secret, '***');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return safe.replace(/[\u0000-\u001f\u007f\u0080-\u009f]+/g, ' ').slice(0, 300);
}
