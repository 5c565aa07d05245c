import type { ResolveProxy } from '../ports.ts';

/** The system's proxy where there is no Electron to ask: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, either case. */
export function environmentProxy(environment: Readonly<Record<string, string | undefined>>): ResolveProxy {
  const read = (name: string): string => environment[name.toLowerCase()] ?? environment[name] ?? '';
  const exceptions = read('NO_PROXY')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return async (target) => {
    const url = new URL(target);
    if (exceptions.some((entry) => matches(entry, url))) return null;
    const proxy = (url.protocol === 'https:' ? read('HTTPS_PROXY') : read('HTTP_PROXY')) || read('ALL_PROXY');
    if (proxy === '') return null;
    return /^[a-z]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  };
}

/** `*`, a host, a domain with or without a leading dot, optionally with a port. */
function matches(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const [, name = '', port] = /^\.?(.*?)(?::(\d+))?$/.exec(entry.replace(/^\*\./, '.')) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const host = url.hostname.toLowerCase();
  const wanted = name.toLowerCase();
  return host === wanted || host.endsWith(`.${wanted}`);
}
