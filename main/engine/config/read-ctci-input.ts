import { CTCI_ERRORS, type CtciError, ctciFailure } from '../../../shared/ctci-errors.ts';
import { SluiceError } from '../../../shared/errors.ts';
import type { SOURCE_SECRETS, SourceSettings } from '../../../shared/settings.ts';
import { ctciSettings } from '../../../shared/settings-ctci.ts';
import { cleanToken } from '../sources/ctci/credentials.ts';
import { type CollectorConfig, ignored } from './collector-config.ts';
import { checked, isMap, present, type Raw, text } from './config-values.ts';
import { readProxy } from './read-proxy.ts';
import { secretKey } from './secrets.ts';

/** config.yaml key (of the input or of its service) → settings member. The CTCI document names `api_token` only; all others are Sluice's own. */
export const CTCI_KEYS: Readonly<Record<string, string>> = {
  id: 'id',
  enabled: 'enabled',
  requests_per_second: 'requestsPerSecond',
  request_period_in_seconds: 'periodSeconds',
  base_url: 'baseUrl',
  path: 'path',
  auth: 'auth',
  partitions: 'partitions',
  concurrency: 'concurrency',
  max_bytes: 'maxBytes',
  outputs: 'outputs',
  auto_forward: 'autoForward',
  connect_timeout_in_seconds: 'connectTimeoutSeconds',
  idle_timeout_in_seconds: 'idleTimeoutSeconds',
  total_timeout_in_seconds: 'totalTimeoutSeconds',
  max_attempts: 'maxAttempts',
  obfuscation: 'obfuscation',
  obfuscation_data: 'obfuscation',
};
const TLS_KEYS: Readonly<Record<string, string>> = {
  ca_file: 'caFile',
  client_cert: 'certFile',
  client_key: 'keyFile',
  client_pfx: 'pfxFile',
};
const OTHER_KEYS = new Set(['credentials', 'services', 'proxy']);
const CREDENTIAL_SECRETS: Readonly<Record<string, (typeof SOURCE_SECRETS)[number]>> = {
  api_token: 'token',
  key_passphrase: 'keyPassphrase',
  proxy_password: 'proxyPassword',
};

/** A CTCI input's service `cewl`. SPEC 2.2. @throws SluiceError SetupError 1–10, `config.*` */
export function readCtciInput(
  name: string,
  input: Raw,
  service: Raw,
  config: CollectorConfig,
): SourceSettings {
  const where = `Input "${name}"`;
  const merged: Raw = { ...input, ...service };
  const settings: Raw = { kind: 'ctci', name, id: name.slice(0, 32) };
  const tls: Raw = {};
  check(merged, config.secretsLater === true);
  for (const [key, value] of Object.entries(merged)) {
    const member = CTCI_KEYS[key];
    const tlsMember = TLS_KEYS[key];
    if (value === null) continue;
    if (member !== undefined) settings[member] = value;
    else if (tlsMember !== undefined) tls[tlsMember] = value;
    else if (!OTHER_KEYS.has(key)) config.warnings.push(ignored(`setting of input "${name}"`, key, value));
  }
  settings.id = text(settings.id, `${where}: id`);
  settings.tls = tls;
  readCredentials(name, merged.credentials, config);
  if (merged.proxy !== undefined) settings.proxy = readProxy(name, merged.proxy, config);
  const spelling = Object.fromEntries(Object.entries(CTCI_KEYS).map(([key, member]) => [member, key]));
  return checked(ctciSettings, present(settings), where, { ...spelling, obfuscation: 'obfuscation' });
}

/** The errors that CTCI's table has a row for, in its order. */
function check(input: Raw, secretsLater: boolean): void {
  const e = CTCI_ERRORS;
  const refuse = (when: boolean, error: CtciError): void => {
    if (when) throw new SluiceError(ctciFailure(error));
  };
  const { base_url: baseUrl, path, credentials, auth, partitions } = input;
  if (baseUrl !== undefined && baseUrl !== null) {
    refuse(typeof baseUrl !== 'string', e.baseUrlType);
    refuse(!ctciSettings.shape.baseUrl.safeParse(baseUrl).success, e.baseUrlFormat);
  }
  refuse(path != null && !ctciSettings.shape.path.safeParse(path).success, e.pathFormat);
  refuse(credentials === undefined, e.credentialsMissing);
  if (!isMap(credentials) || Object.keys(credentials).length === 0)
    throw new SluiceError(ctciFailure(e.credentialsType));
  const { api_token: token } = credentials;
  if (!(secretsLater && (token ?? '') === '')) {
    refuse(token === undefined || token === null, e.tokenMissing);
    if (typeof token !== 'string') throw new SluiceError(ctciFailure(e.tokenType));
    cleanToken(token);
  }
  refuse(auth != null && !ctciSettings.shape.auth.safeParse(auth).success, e.auth);
  refuse(partitions != null && !ctciSettings.shape.partitions.safeParse(partitions).success, e.partitions);
}

function readCredentials(name: string, credentials: unknown, config: CollectorConfig): void {
  if (!isMap(credentials)) return;
  for (const [key, value] of Object.entries(credentials)) {
    const field = CREDENTIAL_SECRETS[key];
    if (field === undefined) {
      config.warnings.push(ignored(`setting of input "${name}" credentials`, key, null));
      continue;
    }
    const secret = text(value, `Input "${name}": credentials.${key}`);
    if (secret === '' && config.secretsLater === true) continue;
    if (secret !== undefined) config.secrets.set(secretKey('source', name, field), secret);
  }
}
