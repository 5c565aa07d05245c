import { SluiceError } from '../../../shared/errors.ts';
import type { ProxySettings } from '../../../shared/settings-common.ts';
import type { ResolveProxy } from '../ports.ts';
import { isLoopback } from './loopback-host.ts';

export interface ChosenProxy {
  /** Without user and password. */
  url: string;
  /** `Basic …` for Proxy-Authorization, or null. */
  authorization: string | null;
}

/**
 * Which proxy a URL goes through; null for none. `system` asks the host's resolver, else HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
 * @throws SluiceError `http.proxy-invalid`
 */
export async function chooseProxy(
  target: string,
  settings: ProxySettings,
  password: string | null,
  resolve: ResolveProxy | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ChosenProxy | null> {
  if (settings.mode === 'none') return null;
  if (settings.mode === 'manual') return parseProxy(settings.url, password);
  const found = resolve === null ? proxyFromEnv(target, env) : await resolve(target);
  return found === null ? null : parseProxy(found, password);
}

/** The convention of curl and most tools: lower case wins, NO_PROXY lists hosts, suffixes, `host:port` or `*`. Loopback never goes through a proxy. */
export function proxyFromEnv(
  target: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  const url = new URL(target);
  if (isLoopback(target)) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const variable =
    url.protocol === 'https:'
      ? (env.https_proxy ?? env.HTTPS_PROXY ?? env.all_proxy ?? env.ALL_PROXY)
      : (env.http_proxy ?? env.HTTP_PROXY ?? env.all_proxy ?? env.ALL_PROXY);
  if (variable === undefined || variable === '') return null;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  for (const raw of (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/)) {
    const entry = raw.toLowerCase().replace(/^\*?\./, '');
    if (entry === '') continue;
    if (entry === '*') return null;
    const m = /^(.*?)(?::(\d+))?$/.exec(entry);
    const name = m?.[1] ?? entry;
    if (m?.[2] !== undefined && m[2] !== port) continue;
    if (host === name || host.endsWith(`.${name}`)) return null;
  }
  return variable.includes('://') ? variable : `http://${variable}`;
}

function parseProxy(text: string, password: string | null): ChosenProxy {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('The proxy is not a URL.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(`The proxy's scheme ${url.protocol.replace(':', '')} is not supported.`);
  }
  const user = decodeURIComponent(url.username);
  const secret = password ?? decodeURIComponent(url.password);
  const authorization =
    user === '' ? null : `Basic ${Buffer.from(`${user}:${secret}`, 'utf8').toString('base64')}`;
  return { url: `${url.protocol}//${url.host}`, authorization };
}

function invalid(message: string): SluiceError {
  return new SluiceError({
    code: 'http.proxy-invalid',
    message,
    remedy: 'Write the proxy as http://host:port.',
  });
}
