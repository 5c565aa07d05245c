import type { CustomScheme } from 'electron';

/**
 * Chromium refuses schemes that it was not built with, before any request could be answered. So `app://sluice/x` is shown to it as
 * `https://sluice.app.stand-in.invalid/x` (http where the scheme is not registered as secure): a standard origin, a secure context, and
 * a name that no resolver knows. Main and preload only ever see the app's own address.
 */
const SUFFIX = '.stand-in.invalid';

export class Addresses {
  #schemes = new Map<string, NonNullable<CustomScheme['privileges']>>();

  register(schemes: readonly CustomScheme[]): void {
    this.#schemes = new Map(schemes.map(({ scheme, privileges }) => [scheme, privileges ?? {}]));
  }

  /** The address for Chromium. @throws Error for a scheme that was not registered as standard: it would have no origin. */
  toChromium(url: string): string {
    const parsed = new URL(url);
    const scheme = parsed.protocol.slice(0, -1);
    if (scheme === 'about' || scheme === 'http' || scheme === 'https') return url;
    const privileges = this.#schemes.get(scheme);
    if (privileges?.standard !== true) throw new Error(`ERR_UNKNOWN_URL_SCHEME`);
    const { host, pathname, search, hash } = parsed;
    return `${privileges.secure === true ? 'https' : 'http'}://${host}.${scheme}${SUFFIX}${pathname}${search}${hash}`;
  }

  /** The app's own address; what is not mapped stays as it is. */
  toApp(url: string): string {
    const parsed = URL.parse(url);
    if (parsed === null || !parsed.hostname.endsWith(SUFFIX)) return url;
    const name = parsed.hostname.slice(0, -SUFFIX.length);
    const dot = name.lastIndexOf('.');
    return `${name.slice(dot + 1)}://${name.slice(0, dot)}${parsed.pathname}${parsed.search}${parsed.hash}`;
  }

  isApp(url: string): boolean {
    return this.toApp(url) !== url;
  }

  /** Whether pages may fetch from the scheme of an address of the app. */
  mayFetch(url: string): boolean {
    return this.#schemes.get(new URL(url).protocol.slice(0, -1))?.supportFetchAPI === true;
  }
}
