import { SluiceError } from '../../../shared/errors.ts';
import type { SourceSettings } from '../../../shared/settings.ts';
import { threatqSettings } from '../../../shared/settings-threatq.ts';
import { checkThreatq, setupFailure } from '../../../shared/threatq-check.ts';
import { THREATQ_ERRORS } from '../../../shared/threatq-errors.ts';
import { type CollectorConfig, ignored } from './collector-config.ts';
import { checked, isMap, present, type Raw, text } from './config-values.ts';
import { readProxy } from './read-proxy.ts';
import { TLS_KEYS } from './read-taxii-input.ts';
import { secretKey } from './secrets.ts';

/** config.yaml key (of the input or of its service) → settings member. Those after the blank line are Sluice's own. */
export const THREATQ_KEYS: Readonly<Record<string, string>> = {
  id: 'id',
  enabled: 'enabled',
  requests_per_second: 'requestsPerSecond',
  request_period_in_seconds: 'periodSeconds',
  api_base_url: 'apiBaseUrl',
  verify_host_ssl_cert: 'verifyHostSslCert',
  event_fetch_limit_in_items: 'eventFetchLimitInItems',
  devo_tag_map: 'devoTagMap',
  reset_persistence_auth: 'resetPersistenceAuth',
  historical_poll_datetime: 'historicalPollDatetime',

  outputs: 'outputs',
  auto_forward: 'autoForward',
  client_id: 'clientId',
  flatten: 'flatten',
  max_page_bytes: 'maxPageBytes',
  connect_timeout_in_seconds: 'connectTimeoutSeconds',
  idle_timeout_in_seconds: 'idleTimeoutSeconds',
  total_timeout_in_seconds: 'totalTimeoutSeconds',
  max_attempts: 'maxAttempts',
  obfuscation: 'obfuscation',
  obfuscation_data: 'obfuscation',
};
const OTHER_KEYS = new Set(['credentials', 'services', 'proxy']);
const CREDENTIAL_SECRETS: Readonly<Record<string, 'password' | 'keyPassphrase' | 'proxyPassword'>> = {
  password: 'password',
  key_passphrase: 'keyPassphrase',
  proxy_password: 'proxyPassword',
};

/** A ThreatQuotient input's service `events`. SPEC 2.3. @throws SluiceError SetupError 1–17, `config.*` */
export function readThreatqInput(
  name: string,
  input: Raw,
  service: Raw,
  config: CollectorConfig,
  now: number,
): SourceSettings {
  const where = `Input "${name}"`;
  const merged: Raw = { ...input, ...service };
  const [problem] = checkThreatq(merged, now).filter(({ setting, error }) => {
    const absent = setting === 'password' && error === THREATQ_ERRORS.passwordMissing;
    return !(absent && config.secretsLater === true);
  });
  if (problem !== undefined) throw new SluiceError(setupFailure(problem));
  const settings: Raw = { kind: 'threatq', name, id: name.slice(0, 32) };
  const tls: Raw = {};
  for (const [key, value] of Object.entries(merged)) {
    const member = THREATQ_KEYS[key];
    const tlsMember = TLS_KEYS[key];
    if (value === null) continue;
    if (member !== undefined) settings[member] = value;
    else if (tlsMember !== undefined) tls[tlsMember] = value;
    else if (!OTHER_KEYS.has(key)) config.warnings.push(ignored(`setting of input "${name}"`, key, value));
  }
  settings.id = text(settings.id, `${where}: id`);
  settings.tls = tls;
  if (isMap(merged.credentials)) readCredentials(name, merged.credentials, settings, config);
  if (merged.proxy !== undefined) settings.proxy = readProxy(name, merged.proxy, config);
  const spelling = Object.fromEntries(Object.entries(THREATQ_KEYS).map(([key, member]) => [member, key]));
  return checked(threatqSettings, present(settings), where, { ...spelling, obfuscation: 'obfuscation' });
}

function readCredentials(name: string, credentials: Raw, settings: Raw, config: CollectorConfig): void {
  settings.username = credentials.username;
  for (const [key, value] of Object.entries(credentials)) {
    if (key === 'username') continue;
    const field = CREDENTIAL_SECRETS[key];
    if (field === undefined) {
      config.warnings.push(ignored(`setting of input "${name}" credentials`, key, null));
      continue;
    }
    const secret = text(value, `Input "${name}": credentials.${key}`);
    if (secret !== undefined) config.secrets.set(secretKey('source', name, field), secret);
  }
}
