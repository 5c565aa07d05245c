import type { FailureInput } from './errors.ts';

export interface CtciError {
  type: 'SetupError' | 'ApiError';
  id: number;
  /** Ends in `: ` where what the server said follows. */
  message: string;
  cause: string;
  remedy: string;
}

const setup = (id: number, message: string, cause: string, remedy: string): CtciError => ({
  type: 'SetupError',
  id,
  message,
  cause,
  remedy,
});
const api = (id: number, message: string, cause: string, remedy: string): CtciError => ({
  type: 'ApiError',
  id,
  message,
  cause,
  remedy,
});

const UNEXPECTED = 'Unexpected status code when fetching the CTCI CEWL: ';

/**
 * CTCI's own errors in the shape of the collectors' troubleshooting tables: the CTCI document (seed 000) repeats ThreatQuotient's. SPEC 2.2.
 * docs/ctci-errors.md shows the same table.
 */
export const CTCI_ERRORS = {
  baseUrlType: setup(
    1,
    'base_url not of expected type: str',
    'The base_url setting has a type other than string.',
    'Make sure the base_url setting is a string.',
  ),
  baseUrlFormat: setup(
    2,
    'base_url must have the format http[s]://{ip_address_or_domain}{:optional_port}',
    'The base_url setting does not follow the expected format, or holds a password.',
    'Make sure your base_url has this format, such as https://api.ctci.ai.',
  ),
  pathFormat: setup(
    3,
    'path must start with a slash and hold no spaces, question marks or number signs',
    'The path setting is not the path of a URL.',
    'Make sure the path setting is a path such as /api/v1/cewl.',
  ),
  credentialsMissing: setup(
    4,
    'Required setting, credentials not found in user configuration',
    'There is no credentials section in your input settings.',
    'Make sure there is a credentials section under the input in your configuration.',
  ),
  credentialsType: setup(
    5,
    'Required setting, credentials not of expected type: dict',
    'The credentials section is empty or has a simple type (is not an object).',
    'Make sure the credentials section has an api_token field.',
  ),
  tokenMissing: setup(
    6,
    'Required setting, api_token not found in user configuration',
    'The api_token setting is missing or empty.',
    'Make sure the api_token setting from the credentials section has a value: the token copied from the CTCI portal.',
  ),
  tokenType: setup(
    7,
    'Required setting, api_token not of expected type: str',
    'The api_token setting has a type other than string.',
    'Make sure the api_token setting from the credentials section is a string.',
  ),
  tokenCharacters: setup(
    8,
    'api_token holds characters that no header can carry',
    'The api_token setting holds spaces, line ends or letters beyond ASCII.',
    'Copy the token from the CTCI portal again.',
  ),
  auth: setup(
    9,
    'auth must be one of: x-api-key, bearer',
    'The auth setting names no way of sending the token that CTCI knows.',
    'Set auth to x-api-key or bearer, or leave it out.',
  ),
  partitions: setup(
    10,
    'partitions not of expected type: list of str',
    'The partitions setting is not a list of query strings, or is empty.',
    'Make sure the partitions setting is a list such as ["year=2024", "year=2025"], or leave it out.',
  ),
  refused: api(
    400,
    UNEXPECTED,
    'CTCI refused the request.',
    'The status and what CTCI said about it are in the message. Check base_url, path and partitions.',
  ),
  unauthorized: api(
    401,
    UNEXPECTED,
    'CTCI does not accept the API token.',
    'Copy the token from the CTCI portal again, check that it is enabled there, and that auth names the header CTCI expects.',
  ),
  forbidden: api(
    403,
    UNEXPECTED,
    'The API token has no right to read the CEWL.',
    'Use a Subscription token, or ask CTCI which rights the token has.',
  ),
  notFound: api(
    404,
    UNEXPECTED,
    'There is nothing at this address.',
    'Check base_url and path: the CEWL is at https://api.ctci.ai/api/v1/cewl.',
  ),
  limited: api(
    429,
    UNEXPECTED,
    'CTCI limits how often it may be asked.',
    'Raise request_period_in_seconds, or lower requests_per_second or concurrency.',
  ),
  server: api(500, UNEXPECTED, 'Something went wrong at CTCI.', 'Try again after some time.'),
  noList: api(
    600,
    'The answer of CTCI holds no list of CVEs: ',
    'What answers at this address is not the CEWL, or its form has changed.',
    'Check base_url and path. If they are right, report what the message says.',
  ),
  broken: api(
    601,
    'The answer of CTCI cannot be read to its end: ',
    'The answer was cut on its way, or is not valid JSON.',
    'Try again after some time. What had arrived whole is stored.',
  ),
} as const satisfies Record<string, CtciError>;

/** A row of the table as a failure. @param said what follows the message */
export function ctciFailure(error: CtciError, said = ''): FailureInput {
  const { type, id, message, cause, remedy } = error;
  // A SetupError is the configuration's fault, an ApiError the server's.
  const code = `${type === 'SetupError' ? 'config.ctci' : 'ctci.api'}-${id}`;
  return { code, type, id, message: `${message}${said}`, cause, remedy };
}
