import type { FailureInput } from './errors.ts';
import { DEFAULT_TAG_ENTRY, type ThreatqSettings } from './settings-threatq.ts';
import { parsePollDatetime } from './threatq-datetime.ts';
import {
  API_BASE_URL,
  FETCH_LIMIT,
  THREATQ_ERRORS,
  type ThreatqError,
  threatqFailure,
} from './threatq-errors.ts';

/** A `threatquotient_data_puller` input, settings by their names in `config.yaml`, values as they came. undefined is not set. */
export interface ThreatqInput {
  api_base_url?: unknown;
  credentials?: unknown;
  verify_host_ssl_cert?: unknown;
  event_fetch_limit_in_items?: unknown;
  devo_tag_map?: unknown;
  reset_persistence_auth?: unknown;
  historical_poll_datetime?: unknown;
}
export type ThreatqSetting = keyof ThreatqInput | 'username' | 'password';

/** Where the form and the settings have it. */
const FIELDS: Readonly<Record<ThreatqSetting, string>> = {
  api_base_url: 'apiBaseUrl',
  credentials: 'username',
  username: 'username',
  password: 'secrets.password',
  verify_host_ssl_cert: 'verifyHostSslCert',
  event_fetch_limit_in_items: 'eventFetchLimitInItems',
  devo_tag_map: 'devoTagMap',
  reset_persistence_auth: 'resetPersistenceAuth',
  historical_poll_datetime: 'historicalPollDatetime',
};

export interface ThreatqProblem {
  setting: ThreatqSetting;
  error: ThreatqError;
}

/**
 * SetupError 1–17, at most one a setting, in the order of their ids. Seed 000. The configuration file and the form are checked by this
 * alone.
 * @param now epoch ms
 */
export function checkThreatq(input: ThreatqInput, now: number): ThreatqProblem[] {
  const e = THREATQ_ERRORS;
  const problems: ThreatqProblem[] = [];
  const add = (setting: ThreatqSetting, error: ThreatqError | null): void => {
    if (error !== null) problems.push({ setting, error });
  };
  const { credentials } = input;
  add('api_base_url', required(input.api_base_url, e.baseUrlMissing, e.baseUrlType) ?? baseUrl(input));
  if (credentials === undefined) add('credentials', e.credentialsMissing);
  else if (!isMap(credentials) || Object.keys(credentials).length === 0)
    add('credentials', e.credentialsType);
  else {
    add('username', required(credentials.username, e.usernameMissing, e.usernameType));
    add('password', required(credentials.password, e.passwordMissing, e.passwordType));
  }
  const verify = input.verify_host_ssl_cert ?? true;
  if (typeof verify !== 'boolean') add('verify_host_ssl_cert', e.verifyType);
  const limit = input.event_fetch_limit_in_items ?? FETCH_LIMIT.least;
  if (!Number.isInteger(limit) || Number(limit) < FETCH_LIMIT.least || Number(limit) > FETCH_LIMIT.most)
    add('event_fetch_limit_in_items', e.fetchLimit);
  const map = input.devo_tag_map ?? undefined;
  if (map !== undefined && !hasDefault(map)) add('devo_tag_map', e.tagMap);
  if (typeof (input.reset_persistence_auth ?? '') !== 'string') add('reset_persistence_auth', e.resetType);
  add('historical_poll_datetime', pollDatetime(input.historical_poll_datetime, now));
  return problems;
}

/** The same for settings as the form and the store have them. `password` null: none is known. */
export function checkThreatqSettings(
  settings: ThreatqSettings,
  password: string | null,
  now: number,
): ThreatqProblem[] {
  return checkThreatq(
    {
      api_base_url: settings.apiBaseUrl,
      credentials: { username: settings.username, password },
      verify_host_ssl_cert: settings.verifyHostSslCert,
      event_fetch_limit_in_items: settings.eventFetchLimitInItems,
      devo_tag_map: settings.devoTagMap,
      reset_persistence_auth: settings.resetPersistenceAuth,
      historical_poll_datetime: settings.historicalPollDatetime,
    },
    now,
  );
}

/** A problem as a failure that names the field of the form it is about. */
export function setupFailure({ setting, error }: ThreatqProblem): FailureInput {
  return { ...threatqFailure(error), details: { setting, field: FIELDS[setting] } };
}

function required(value: unknown, missing: ThreatqError, type: ThreatqError): ThreatqError | null {
  if (value === undefined || value === null || value === '') return missing;
  return typeof value === 'string' ? null : type;
}

function baseUrl({ api_base_url: url }: ThreatqInput): ThreatqError | null {
  const right = typeof url === 'string' && API_BASE_URL.some((r) => r.test(url)) && URL.canParse(url);
  return right ? null : THREATQ_ERRORS.baseUrlFormat;
}

function hasDefault(map: unknown): boolean {
  if (!isMap(map) || !Object.hasOwn(map, DEFAULT_TAG_ENTRY)) return false;
  const tag = map[DEFAULT_TAG_ENTRY];
  return typeof tag === 'string' && tag !== '';
}

/** null and undefined start at the time of the first pull. */
function pollDatetime(value: unknown, now: number): ThreatqError | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return THREATQ_ERRORS.datetimeType;
  const ms = parsePollDatetime(value);
  if (ms === null) return THREATQ_ERRORS.datetimeFormat;
  if (ms > now) return THREATQ_ERRORS.datetimeFuture;
  const yearAgo = new Date(now);
  yearAgo.setUTCFullYear(yearAgo.getUTCFullYear() - 1);
  return ms < yearAgo.getTime() ? THREATQ_ERRORS.datetimeOld : null;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
