import { type SOURCE_SECRETS, type SourceSettings, taxiiSettings } from '../../../shared/settings.ts';
import { checkHistoricDate } from '../sources/taxii/historic-date.ts';
import { type CollectorConfig, ignored } from './collector-config.ts';
import { checked, isMap, present, type Raw, text, wrong } from './config-values.ts';
import { readProxy } from './read-proxy.ts';
import { secretKey } from './secrets.ts';

/** config.yaml key (of the input or of its service) → settings member. Those after the blank line are Sluice's own. */
export const TAXII_KEYS: Readonly<Record<string, string>> = {
  id: 'id',
  enabled: 'enabled',
  requests_per_second: 'requestsPerSecond',
  discovery_url: 'discoveryUrl',
  taxii_version: 'taxiiVersion',
  historic_date_utc: 'historicDateUtc',
  historical_date_utc: 'historicDateUtc',
  request_period_in_seconds: 'periodSeconds',

  outputs: 'outputs',
  auto_forward: 'autoForward',
  api_roots: 'apiRoots',
  collections: 'collections',
  objects: 'objects',
  manifests: 'manifests',
  types: 'types',
  all_versions: 'allVersions',
  page_size: 'pageSize',
  max_page_bytes: 'maxPageBytes',
  concurrency: 'concurrency',
  connect_timeout_in_seconds: 'connectTimeoutSeconds',
  idle_timeout_in_seconds: 'idleTimeoutSeconds',
  total_timeout_in_seconds: 'totalTimeoutSeconds',
  overlap_in_seconds: 'overlapSeconds',
  max_attempts: 'maxAttempts',
  obfuscation: 'obfuscation',
  obfuscation_data: 'obfuscation',
};
export const TLS_KEYS: Readonly<Record<string, string>> = {
  ca_file: 'caFile',
  client_cert: 'certFile',
  client_key: 'keyFile',
  client_pfx: 'pfxFile',
};
const OTHER_KEYS = new Set(['credentials', 'services', 'proxy', 'tag', 'objects_tag', 'manifests_tag']);
const CREDENTIAL_KEYS = new Set([
  'username',
  'password',
  'token',
  'scheme',
  'header',
  'value',
  'key_passphrase',
  'proxy_password',
]);

/** A TAXII input's service `objects_and_manifests`. SPEC 2.1. @throws SluiceError `config.*`, InitVariableError 1–3 */
export function readTaxiiInput(
  name: string,
  input: Raw,
  service: Raw,
  config: CollectorConfig,
  now: number,
): SourceSettings {
  const where = `Input "${name}"`;
  const merged: Raw = { ...input, ...service };
  const settings: Raw = { kind: 'taxii', name, id: name.slice(0, 32) };
  const tls: Raw = {};
  for (const [key, value] of Object.entries(merged)) {
    const member = TAXII_KEYS[key];
    const tlsMember = TLS_KEYS[key];
    if (value === null) continue;
    if (member !== undefined) settings[member] = value;
    else if (tlsMember !== undefined) tls[tlsMember] = value;
    else if (!OTHER_KEYS.has(key)) config.warnings.push(ignored(`setting of input "${name}"`, key, value));
  }
  if (settings.discoveryUrl === undefined)
    throw wrong('config.discovery-url', `${where}: discovery_url is missing.`);
  settings.id = text(settings.id, `${where}: id`);
  settings.taxiiVersion = version(settings.taxiiVersion);
  const historic = settings.historicDateUtc;
  if (historic !== undefined) {
    const problem = checkHistoricDate(historic, now);
    if (problem !== null) throw problem;
  }
  const objectTag = text(merged.objects_tag ?? merged.tag, `${where}: objects_tag`);
  const manifestTag = text(merged.manifests_tag ?? merged.tag, `${where}: manifests_tag`);
  settings.tags = present({ object: objectTag, manifest: manifestTag });
  settings.tls = tls;
  settings.auth = readCredentials(name, merged.credentials, config);
  if (merged.proxy !== undefined) settings.proxy = readProxy(name, merged.proxy, config);
  const spelling = Object.fromEntries(Object.entries(TAXII_KEYS).map(([key, member]) => [member, key]));
  return checked(taxiiSettings, present(settings), where, {
    ...spelling,
    historicDateUtc: 'historic_date_utc',
    obfuscation: 'obfuscation',
  });
}

/** YAML reads 2.0 as the number 2 and 2.1 as 2.1. */
function version(value: unknown): unknown {
  if (value === undefined) return undefined;
  const said = String(value).trim().toLowerCase();
  if (said === '2') return '2.0';
  return said === 'auto' ? 'detect' : said;
}

function readCredentials(name: string, value: unknown, config: CollectorConfig): Raw {
  if (value === undefined || value === null) return { method: 'none' };
  const where = `Input "${name}": credentials`;
  if (!isMap(value))
    throw wrong('config.credentials', `${where} must be a block with username and password.`);
  for (const key of Object.keys(value))
    if (!CREDENTIAL_KEYS.has(key))
      config.warnings.push(ignored(`setting of input "${name}" credentials`, key, null));
  const keep = (field: (typeof SOURCE_SECRETS)[number], secret: unknown): void => {
    const said = text(secret, `${where}.${field}`);
    if (said === '' && config.secretsLater === true) return;
    if (said !== undefined) config.secrets.set(secretKey('source', name, field), said);
  };
  keep('keyPassphrase', value.key_passphrase);
  keep('proxyPassword', value.proxy_password);
  if (value.header !== undefined) {
    keep('token', value.value ?? value.token);
    return { method: 'header', header: text(value.header, `${where}.header`) };
  }
  if (value.token !== undefined && value.token !== null) {
    keep('token', value.token);
    return present({ method: 'bearer', scheme: text(value.scheme, `${where}.scheme`) });
  }
  const username = text(value.username, `${where}.username`);
  if (username !== undefined) {
    keep('password', value.password ?? '');
    return { method: 'basic', username };
  }
  return { method: 'none' };
}
