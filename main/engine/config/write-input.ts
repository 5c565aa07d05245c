import { type SourceSettings, type TaxiiSettings, taxiiSettings } from '../../../shared/settings.ts';
import type { ProxySettings } from '../../../shared/settings-common.ts';
import { type CtciSettings, ctciSettings } from '../../../shared/settings-ctci.ts';
import { type ThreatqSettings, threatqSettings } from '../../../shared/settings-threatq.ts';
import { present, type Raw } from './config-values.ts';
import { CTCI_KEYS } from './read-ctci-input.ts';
import { TAXII_KEYS, TLS_KEYS } from './read-taxii-input.ts';
import { THREATQ_KEYS } from './read-threatq-input.ts';
import { type BlockWriter, membersOf } from './write-config.ts';

/** Keys of an input that the collectors' documents know. Reference 4.1–4.4. */
const AT_INPUT: ReadonlySet<string> = new Set(['id', 'enabled', 'requests_per_second']);
const TAXII_DOCUMENTED: ReadonlySet<string> = new Set([
  ...AT_INPUT,
  'discovery_url',
  'taxii_version',
  'historic_date_utc',
  'request_period_in_seconds',
]);
const THREATQ_DOCUMENTED: ReadonlySet<string> = new Set([
  ...AT_INPUT,
  'request_period_in_seconds',
  'api_base_url',
  'verify_host_ssl_cert',
  'event_fetch_limit_in_items',
  'reset_persistence_auth',
  'historical_poll_datetime',
]);

const CTCI_DOCUMENTED: ReadonlySet<string> = new Set([...AT_INPUT, 'request_period_in_seconds']);

/** A source as an entry of `inputs`. */
export function writeInput(settings: SourceSettings, write: BlockWriter): Raw {
  switch (settings.kind) {
    case 'taxii':
      return writeTaxii(settings, write);
    case 'threatq':
      return writeThreatq(settings, write);
    case 'ctci':
      return writeCtci(settings, write);
  }
}

function writeTaxii(settings: TaxiiSettings, write: BlockWriter): Raw {
  const { kind, auth, tags, taxiiVersion } = settings;
  const defaults = taxiiSettings.parse({ kind, name: 'x', id: 'x', discoveryUrl: 'https://x' });
  const members = membersOf(settings, defaults, TAXII_KEYS, TAXII_DOCUMENTED);
  if (taxiiVersion === 'detect') {
    delete members.taxii_version;
    write.note('a collector needs taxii_version, 2.0 or 2.1; here it is found out at each pull.');
  }
  const credentials: Raw = {};
  if (auth.method === 'basic') {
    credentials.username = auth.username;
    credentials.password = write.secret('password');
  } else if (auth.method === 'bearer') {
    credentials.token = write.secret('token') ?? '';
    if (auth.scheme !== 'Bearer') credentials.scheme = auth.scheme;
  } else if (auth.method === 'header') {
    credentials.header = auth.header;
    credentials.value = write.secret('token');
  }
  if (auth.method === 'bearer' || auth.method === 'header')
    write.note('a collector logs in with user name and password only.');
  const service = {
    ...members,
    ...(tags.object === defaults.tags.object ? {} : { objects_tag: tags.object }),
    ...(tags.manifest === defaults.tags.manifest ? {} : { manifests_tag: tags.manifest }),
    ...common(settings, write),
  };
  return input('objects_and_manifests', service, TAXII_DOCUMENTED, withKeySecrets(credentials, write), write);
}

function writeThreatq(settings: ThreatqSettings, write: BlockWriter): Raw {
  const defaults = threatqSettings.parse({
    kind: 'threatq',
    name: 'x',
    id: 'x',
    apiBaseUrl: 'https://x',
    username: 'x',
  });
  const service = {
    ...membersOf(settings, defaults, THREATQ_KEYS, THREATQ_DOCUMENTED),
    ...common(settings, write),
  };
  const credentials = { username: settings.username, password: write.secret('password') };
  return input('events', service, THREATQ_DOCUMENTED, withKeySecrets(credentials, write), write);
}

function writeCtci(settings: CtciSettings, write: BlockWriter): Raw {
  const defaults = ctciSettings.parse({ kind: 'ctci', name: 'x', id: 'x' });
  const service = {
    ...membersOf(settings, defaults, CTCI_KEYS, CTCI_DOCUMENTED),
    ...common(settings, write),
  };
  // The block has to be there, also where its token is given apart.
  const credentials = { api_token: write.secret('token') ?? '' };
  return input('cewl', service, CTCI_DOCUMENTED, withKeySecrets(credentials, write), write);
}

function input(
  service: string,
  members: Raw,
  documented: ReadonlySet<string>,
  credentials: Raw,
  write: BlockWriter,
): Raw {
  const top: Raw = {};
  const own: Raw = {};
  for (const [key, value] of Object.entries(members)) (AT_INPUT.has(key) ? top : own)[key] = value;
  write.own(Object.keys(own).filter((key) => !documented.has(key)));
  const known = present(credentials);
  return {
    ...top,
    ...(Object.keys(known).length === 0 ? {} : { credentials: known }),
    services: { [service]: own },
  };
}

/** Files of TLS and the proxy, as every kind has them. */
function common(settings: { tls: TaxiiSettings['tls']; proxy: ProxySettings }, write: BlockWriter): Raw {
  const written: Raw = {};
  for (const [key, member] of Object.entries(TLS_KEYS)) {
    const file = settings.tls[member as keyof TaxiiSettings['tls']];
    if (file !== null) written[key] = write.file(file);
  }
  return { ...written, ...proxy(settings.proxy) };
}

export function proxy(settings: ProxySettings): Raw {
  if (settings.mode === 'manual') return { proxy: settings.url };
  return settings.mode === 'none' ? { proxy: 'none' } : {};
}

function withKeySecrets(credentials: Raw, write: BlockWriter): Raw {
  return {
    ...credentials,
    key_passphrase: write.secret('keyPassphrase'),
    proxy_password: write.secret('proxyPassword'),
  };
}
