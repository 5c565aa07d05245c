import type { DestinationSettings, SourceSettings } from '../../../shared/settings.ts';
import { trustedOrigins } from '../sources/taxii/credentials.ts';

/**
 * Stored secrets belong to the servers they were given for. Whoever can change settings must not be able to have a secret sent
 * elsewhere, since there is no call that reads one. A key's pass phrase never leaves the machine, so syslog names no server here.
 */
export function secretServers(settings: SourceSettings | DestinationSettings): Set<string> {
  const servers = new Set<string>();
  if (settings.kind === 'taxii') for (const origin of trustedOrigins(settings)) servers.add(origin);
  if (settings.kind === 'ctci' || settings.kind === 'devo-lookup')
    servers.add(new URL(settings.baseUrl).origin);
  if (settings.kind === 'threatq') servers.add(new URL(settings.apiBaseUrl).origin);
  if (settings.kind === 'devo-http') servers.add(new URL(settings.endpoint).origin);
  if ('proxy' in settings && settings.proxy.mode === 'manual') {
    const { protocol, host } = new URL(settings.proxy.url);
    servers.add(`proxy ${protocol}//${host}`);
  }
  return servers;
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
