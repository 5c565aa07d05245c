import type { FailureInput } from './errors.ts';

/** Fetch limits that `event_fetch_limit_in_items` may have; two at least, since every page overlaps the one before by an event. */
export const FETCH_LIMIT = { least: 2, most: 10_000 } as const;

/** `http[s]://{ip_address_or_domain}{:optional_port}`: by name, by address. Seed 000, SetupError 3. */
export const API_BASE_URL: readonly RegExp[] = [
  /^https?:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?$/,
  /^https?:\/\/(\d{1,3}(\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/,
];

/** `YYYY-MM-DDTHH:MM:SSZ` or `YYYY-MM-DD HH:MM:SS`, UTC, as Python spells them. */
export const POLL_DATETIME_FORMATS = ['%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%d %H:%M:%S'] as const;

export interface ThreatqError {
  type: 'SetupError' | 'InitVariablesError' | 'ApiError';
  id: number;
  /** Ends in `: ` where what the server said follows. */
  message: string;
  cause: string;
  remedy: string;
}

const quoted = (texts: readonly string[]): string => `[${texts.map((t) => `'${t}'`).join(', ')}]`;
const setup = (id: number, message: string, cause: string, remedy: string): ThreatqError => ({
  type: 'SetupError',
  id,
  message,
  cause,
  remedy,
});

/** The troubleshooting table word for word (seed 000), `[...]` filled with what holds here. */
export const THREATQ_ERRORS = {
  baseUrlMissing: setup(
    1,
    'api_base_url must be specified',
    'The api_base_url setting is missing.',
    'Make sure the api_base_url setting is present under the events service in your configuration.',
  ),
  baseUrlType: setup(
    2,
    'api_base_url not of expected type: str',
    'The api_base_url setting has a type other than string.',
    'Make sure the api_base_url setting is a string.',
  ),
  baseUrlFormat: setup(
    3,
    `api_base_url must match one of two regexes: ${quoted(API_BASE_URL.map((r) => r.source.replaceAll('\\/', '/')))}`,
    'The api_base_url setting does not follow the expected format.',
    'Make sure your api_base_url has this format: http[s]://{ip_address_or_domain}{:optional_port}',
  ),
  credentialsMissing: setup(
    4,
    'Required setting, credentials not found in user configuration',
    'There is no credentials section in your input settings.',
    'Make sure there is a credentials section under the threatquotient_data_puller input in your configuration.',
  ),
  credentialsType: setup(
    5,
    'Required setting, credentials not of expected type: dict',
    'The credentials section is empty or has a simple type (is not an object).',
    'Make sure the credentials section has a username and password fields.',
  ),
  usernameMissing: setup(
    6,
    'Required setting, username not found in user configuration',
    'The username setting is missing.',
    'Make sure the username setting from the credentials section has a value.',
  ),
  usernameType: setup(
    7,
    'Required setting, username not of expected type: str',
    'The username setting has a type other than string.',
    'Make sure the username setting from the credentials section is a string.',
  ),
  passwordMissing: setup(
    8,
    'Required setting, password not found in user configuration',
    'The password setting is missing.',
    'Make sure the password setting from the credentials section has a value.',
  ),
  passwordType: setup(
    9,
    'Required setting, password not of expected type: str',
    'The password setting has a type other than string.',
    'Make sure the password setting from the credentials section is a string.',
  ),
  verifyType: setup(
    10,
    'Optional setting, verify_host_ssl_cert not of expected type: bool',
    'The verify_host_ssl_cert setting has a type other than boolean.',
    'Make sure the verify_host_ssl_cert setting is a boolean value (true/false).',
  ),
  fetchLimit: setup(
    11,
    `event_fetch_limit_in_items must be greater than or equal to ${FETCH_LIMIT.least} and less than equal to ${FETCH_LIMIT.most}`,
    'The event_fetch_limit_in_items setting has a value too low or too high for the specified limits.',
    'Make sure the event_fetch_limit_in_items setting is an integer ranged between the specified limits.',
  ),
  tagMap: setup(
    12,
    'devo_tag_map must have an entry named "default"',
    'This error is not expected to happen in a regular flow.',
    'This needs to be troubleshooted by the colllector’s developers.',
  ),
  resetType: setup(
    13,
    'Required setting, reset_persistence_auth not of expected type: str',
    'The reset_persistence_auth setting has a value, but its type is other than string.',
    'Make sure the reset_persistence_auth setting is a string.',
  ),
  datetimeType: setup(
    14,
    'Required setting, historical_poll_datetime not of expected type: str',
    'The historical_poll_datetime setting has a type other than string.',
    'Make sure the historical_poll_datetime setting is a string.',
  ),
  datetimeFormat: setup(
    15,
    `historical_poll_datetime does not match expected format ${quoted(POLL_DATETIME_FORMATS)}`,
    'The historical_poll_datetime setting does not look like a valid date.',
    'Make sure the historical_poll_datetime setting meets the mentioned format (a reference of this representation can be found here).',
  ),
  datetimeOld: setup(
    16,
    'Please enter valid date for historical_poll_datetime less than or equal to one year',
    'The historical_poll_datetime setting is a date older than one year.',
    'Make sure the historical_poll_datetime setting does not represent a date older than one year.',
  ),
  datetimeFuture: setup(
    17,
    'Please enter valid date for historical_poll_datetime less than or equal to the current date',
    'The historical_poll_datetime setting is a future date.',
    'Make sure the historical_poll_datetime setting does not represent a future date.',
  ),
  token: {
    type: 'InitVariablesError',
    id: 100,
    message: 'Unexpected status code when fetching ThreatQuotient JWT: ',
    cause: 'When a token was retrieved, the response had an unexpected error code.',
    remedy: 'Make sure your credentials are correct.',
  },
  clientId: {
    type: 'InitVariablesError',
    id: 101,
    message: 'Unexpected status code when fetching ThreatQuotient client_id: ',
    cause: 'The collector is having issues connecting to the ThreatQ instance.',
    remedy:
      'Make sure you have properly configured the api_base_url setting and that you can access the {api_base_url}/assets/js/config.js URL.',
  },
  clientIdParse: {
    type: 'InitVariablesError',
    id: 102,
    message: 'Cannot parse client_id from ThreatQuotient server',
    cause:
      'The collector was expecting to find the Client’s ID, but could not find it. This is likely because the ThreatQ has been upgraded and the collector does not support it.',
    remedy: 'This needs to be troubleshooted by the colllector’s developers.',
  },
  events: {
    type: 'ApiError',
    id: 400,
    message: 'Unexpected status code when fetching ThreatQuotient events: ',
    cause: 'This error happens when the collector tries to fetch the ThreatQ events from its REST API.',
    remedy:
      'In this error you will find the HTTP error code as long as the response’s text. This information should be enough to understand why is the error happening. Otherwise, please contact support.',
  },
} as const satisfies Record<string, ThreatqError>;

/** A row of the table as a failure. @param said what takes the place of `[...]` at the end of the message */
export function threatqFailure(error: ThreatqError, said = ''): FailureInput {
  const { type, id, message, cause, remedy } = error;
  // A SetupError is the configuration's fault, the others the server's.
  const code =
    type === 'SetupError' ? `config.threatq-${id}` : `threatq.${type === 'ApiError' ? 'api' : 'init'}-${id}`;
  return { code, type, id, message: `${message}${said}`, cause, remedy };
}
