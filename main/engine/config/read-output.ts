import type { DestinationSettings } from '../../../shared/settings.ts';
import { destinationSettings } from '../../../shared/settings.ts';
import { type CollectorConfig, ignored } from './collector-config.ts';
import { checked, isMap, present, type Raw, text, wrong } from './config-values.ts';
import { withInternalSenders } from './read-internal-senders.ts';
import {
  LOOKUP,
  LOOKUP_API,
  LOOKUP_MESSAGES,
  lookupMode,
  lookupValues,
  withProxy,
} from './read-lookup-output.ts';
import { secretKey } from './secrets.ts';

/** config.yaml key → settings member, for every kind. */
export const OUTPUT_COMMON: Readonly<Record<string, string>> = {
  max_tlp: 'maxTlp',
  batch_records: 'batchRecords',
  max_attempts: 'maxAttempts',
  hostname: 'hostname',
};
/** Of every output that takes events. */
export const OUTPUT_EVENTS: Readonly<Record<string, string>> = { internal_senders: 'internalSenders' };
export const OUTPUT_SYSLOG: Readonly<Record<string, string>> = {
  address: 'address',
  port: 'port',
  date: 'date',
  newlines: 'newlines',
  gzip: 'gzip',
  zip: 'gzip',
};
export const OUTPUT_TLS: Readonly<Record<string, string>> = {
  chain: 'chainFile',
  cert: 'certFile',
  key: 'keyFile',
  sec_level: 'secLevel',
};
export const OUTPUT_HTTP: Readonly<Record<string, string>> = {
  endpoint: 'endpoint',
  domain: 'domain',
  gzip: 'gzip',
  ca_file: 'caFile',
  proxy: 'proxy',
};

const TYPES: readonly string[] = ['devo_platform', 'devo_http', 'devo_lookup'];

/** One entry of `outputs`; null (with a warning) for output types that have nothing to do with Devo. */
export function readOutput(name: string, output: Raw, config: CollectorConfig): DestinationSettings | null {
  const where = `Output "${name}"`;
  const type = text(output.type, `${where}: type`);
  if (type === undefined)
    throw wrong('config.output-type', `${where} has no type. Known: ${TYPES.join(', ')}.`);
  if (type === 'console') {
    config.warnings.push(ignored('output', name, null));
    return null;
  }
  if (!TYPES.includes(type)) {
    throw wrong(
      'config.output-type',
      `${where} has the type "${type}", which Sluice does not know. Known: ${TYPES.join(', ')}.`,
    );
  }
  if (!isMap(output.config)) throw wrong('config.output-config', `${where} has no config block.`);
  const own = output.config;
  const enabled = output.enabled === undefined ? {} : { enabled: output.enabled };
  if (type === 'devo_http') {
    keepSecret(own.token, 'token', name, where, config);
    return build(
      'devo-http',
      { ...OUTPUT_COMMON, ...OUTPUT_EVENTS, ...OUTPUT_HTTP },
      ['token'],
      { name, ...enabled },
      withInternalSenders(withProxy(own, where), where, config),
      where,
      config,
    );
  }
  if (type === 'devo_lookup') return readLookup(name, enabled, own, where, config);
  const values = withInternalSenders(own, where, config);
  const transport = (text(own.type, `${where}: type`) ?? 'SSL').toUpperCase();
  if (transport === 'TCP')
    return build(
      'devo-relay',
      { ...OUTPUT_COMMON, ...OUTPUT_EVENTS, ...OUTPUT_SYSLOG },
      ['type'],
      { name, ...enabled },
      values,
      where,
      config,
    );
  if (transport !== 'SSL')
    throw wrong('config.output-transport', `${where}: type is SSL or TCP, not "${transport}".`);
  needFiles(own, where);
  keepSecret(own.key_passphrase, 'keyPassphrase', name, where, config);
  return build(
    'devo-syslog',
    { ...OUTPUT_COMMON, ...OUTPUT_EVENTS, ...OUTPUT_SYSLOG, ...OUTPUT_TLS },
    ['type', 'key_passphrase'],
    { name, ...enabled },
    values,
    where,
    config,
  );
}

/** A Devo lookup: over the REST API, or as messages over the connection of `devo_platform`. */
function readLookup(
  name: string,
  enabled: Raw,
  own: Raw,
  where: string,
  config: CollectorConfig,
): DestinationSettings {
  const base = { name, ...enabled };
  const values = lookupValues(own, where);
  if (lookupMode(own, where) === 'api') {
    keepSecret(own.token, 'token', name, where, config);
    return build(
      'devo-lookup',
      { ...OUTPUT_COMMON, ...LOOKUP, ...LOOKUP_API },
      ['token', 'mode'],
      base,
      values,
      where,
      config,
    );
  }
  needFiles(own, where);
  keepSecret(own.key_passphrase, 'keyPassphrase', name, where, config);
  return build(
    'devo-lookup-legacy',
    { ...OUTPUT_COMMON, ...LOOKUP, ...LOOKUP_MESSAGES, ...OUTPUT_TLS },
    ['key_passphrase', 'mode', 'type'],
    base,
    values,
    where,
    config,
  );
}

/** Fails closed: no chain, no connection. */
function needFiles(own: Raw, where: string): void {
  for (const key of ['chain', 'cert', 'key']) {
    if (own[key] === undefined || own[key] === null || own[key] === '') {
      throw wrong(
        'devo.file-missing',
        `${where}: ${key} is not set. Without chain, cert and key nothing is sent.`,
        'Download the three files in Devo under Administration, Credentials, X.509 Certificates.',
      );
    }
  }
}

function keepSecret(
  value: unknown,
  field: string,
  name: string,
  where: string,
  config: CollectorConfig,
): void {
  const secret = text(value, `${where}: ${field}`);
  if (secret !== undefined) config.secrets.set(secretKey('destination', name, field), secret);
}

function build(
  kind: DestinationSettings['kind'],
  map: Readonly<Record<string, string>>,
  alsoKnown: readonly string[],
  base: Raw,
  own: Raw,
  where: string,
  config: CollectorConfig,
): DestinationSettings {
  const settings: Raw = { kind, ...base };
  for (const [key, value] of Object.entries(own)) {
    const member = map[key];
    if (member !== undefined) settings[member] = value;
    else if (!alsoKnown.includes(key))
      config.warnings.push(ignored(`setting of ${where.toLowerCase()}`, key, value));
  }
  if (typeof settings.maxTlp === 'string')
    settings.maxTlp = settings.maxTlp.toLowerCase().replace(/^tlp:/, '').replace('white', 'clear');
  const spelling = Object.fromEntries(Object.entries(map).map(([key, member]) => [member, key]));
  return checked(destinationSettings, present(settings), where, spelling);
}
