import type { DestinationSettings, SourceSettings } from '../../../shared/settings.ts';
import type { ProxySettings } from '../../../shared/settings-common.ts';
import { trustedOrigins } from '../sources/taxii/credentials.ts';

/**
 * Stored secrets belong to the servers they were given for. Whoever can change settings must not be able to have a secret sent
 * elsewhere, since there is no call that reads one. A key's pass phrase never leaves the machine, so syslog names no server here.
 * `proxy` is the one for whoever names none: it sees what goes to a server without TLS.
 */
export function secretServers(
  settings: SourceSettings | DestinationSettings,
  proxy: ProxySettings = { mode: 'system' },
): Set<string> {
  const servers = new Set<string>();
  if (settings.kind === 'taxii') for (const origin of trustedOrigins(settings)) servers.add(origin);
  if (settings.kind === 'ctci' || settings.kind === 'devo-lookup')
    servers.add(new URL(settings.baseUrl).origin);
  if (settings.kind === 'threatq') {
    const { origin } = new URL(settings.apiBaseUrl);
    servers.add(origin);
    // Whoever gives up checking who the server is has to give the password again.
    if (!settings.verifyHostSslCert) servers.add(`unverified ${origin}`);
  }
  if (settings.kind === 'devo-http') servers.add(new URL(settings.endpoint).origin);
  if (!('proxy' in settings)) return servers;
  if (settings.proxy.mode === 'manual') servers.add(proxyName(settings.proxy.url));
  else if (settings.proxy.mode === 'system' && proxy.mode === 'manual') {
    if ([...servers].some((server) => server.startsWith('http:'))) servers.add(proxyName(proxy.url));
  }
  return servers;
}

function proxyName(url: string): string {
  const { protocol, host } = new URL(url);
  return `proxy ${protocol}//${host}`;
}

/**
 * Whether secrets stored under `saved` may be used with `now`: every server that would get them already did.
 * Settings that were never saved have no secrets of their own.
 */
export function mayUseStored<S extends SourceSettings | DestinationSettings>(
  saved: S | undefined,
  now: S,
): boolean {
  if (saved === undefined) return false;
  const known = secretServers(saved);
  return [...secretServers(now)].every((server) => known.has(server));
}
