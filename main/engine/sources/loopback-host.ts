/** Whether a URL names this computer itself: reached without a network and never through a proxy. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)
    ?.hostname.replace(/^\[|\]$/g, '')
    .toLowerCase();
  if (host === undefined) return false;
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
  );
}
