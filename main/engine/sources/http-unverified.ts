import type { ThreatqSettings } from '../../../shared/settings-threatq.ts';

/** A server whose certificate is not checked. Only {@link unverifiedServer} makes one; anything of the same shape is not taken for one. */
export interface UnverifiedServer {
  /** `https://host:port`. Every other origin is verified. */
  readonly origin: string;
}

const made = new WeakSet<UnverifiedServer>();

/**
 * The one place where verification can be given up: `verify_host_ssl_cert: false` of a ThreatQuotient source (seed 000), for that source's
 * own server. null when it is verified, as everything is by default. Whoever uses it says so loudly.
 */
export function unverifiedServer(settings: ThreatqSettings): UnverifiedServer | null {
  if (settings.kind !== 'threatq' || settings.verifyHostSslCert !== false) return null;
  const server = Object.freeze({ origin: new URL(settings.apiBaseUrl).origin });
  made.add(server);
  return server;
}

export function isUnverified(server: UnverifiedServer | null | undefined, url: string): boolean {
  return server != null && made.has(server) && new URL(url).origin === server.origin;
}
