/**
 * What Chromium answers for a URL (`PROXY host:port; DIRECT`, as of a PAC file) as the URL of the first proxy that Sluice can use; null for a
 * direct connection. SOCKS is not supported: where nothing else is offered its URL is given, so that the error names it.
 */
export function proxyOfAnswer(answer: string): string | null {
  let socks: string | null = null;
  for (const choice of answer.split(';')) {
    const [kind = '', host = ''] = choice.trim().split(/\s+/);
    const scheme = SCHEMES[kind.toUpperCase()];
    if (scheme === undefined || host === '') {
      if (kind.toUpperCase() === 'DIRECT') return socks;
      continue;
    }
    const url = `${scheme}://${host}`;
    if (scheme.startsWith('socks')) socks ??= url;
    else return url;
  }
  return socks;
}

const SCHEMES: Readonly<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS: 'socks',
  SOCKS4: 'socks4',
  SOCKS5: 'socks5',
};
