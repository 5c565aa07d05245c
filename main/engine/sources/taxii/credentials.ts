import type { SOURCE_SECRETS, TaxiiSettings } from '../../../../shared/settings.ts';

export type SourceSecret = (typeof SOURCE_SECRETS)[number];
export type ReadSecret = (field: SourceSecret) => Promise<string | null>;

/** Headers that prove who we are. An empty password is still sent; passwords are UTF-8 (RFC 7617). */
export async function credentialHeaders(
  settings: TaxiiSettings,
  secret: ReadSecret,
): Promise<Record<string, string>> {
  const { auth } = settings;
  if (auth.method === 'none') return {};
  if (auth.method === 'basic') {
    const pair = `${auth.username}:${(await secret('password')) ?? ''}`;
    return { authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}` };
  }
  const token = headerSafe((await secret('token')) ?? '');
  if (auth.method === 'bearer') return { authorization: `${auth.scheme} ${token}` };
  return { [auth.header.toLowerCase()]: token };
}

/** Pasted tokens bring line ends along, which no header can hold. */
function headerSafe(token: string): string {
  return token.replace(/[\r\n\0]/g, '').trim();
}

/** Everything that must never be repeated in an error, as a server may echo it. */
export async function secretWords(settings: TaxiiSettings, secret: ReadSecret): Promise<string[]> {
  const words = Object.values(await credentialHeaders(settings, secret)).flatMap((v) => [
    v,
    v.replace(/^\S+ /, ''),
  ]);
  for (const field of ['password', 'token', 'keyPassphrase', 'proxyPassword'] as const) {
    const value = await secret(field);
    if (value !== null) words.push(value);
  }
  return words.filter((w) => w !== '');
}

/** Origins that get the credentials: the discovery URL's, and those of API roots that the settings name in full. */
export function trustedOrigins(settings: TaxiiSettings): Set<string> {
  const origins = new Set([new URL(settings.discoveryUrl).origin]);
  for (const root of settings.apiRoots ?? []) {
    if (/^https?:\/\//i.test(root) && URL.canParse(root)) origins.add(new URL(root).origin);
  }
  return origins;
}
