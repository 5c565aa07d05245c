/** What decides whether this installation brings itself up to date. */
export interface Installation {
  platform: NodeJS.Platform;
  /** false when it runs from source. */
  packaged: boolean;
  /** Text of the package's app-update.yml; null where the package was made without a place to look for newer ones. */
  feed: string | null;
  /** An administrator keeps it up to date: see {@link MANAGED_MARKS}. */
  managed: boolean;
  /** The AppImage that runs, as its runtime says; null elsewhere. */
  appImage: string | null;
  /** Its owner may write where it is installed. */
  writable: boolean;
}

/** Files whose presence says that an administrator keeps the program up to date. */
export const MANAGED_MARKS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: '/etc/sluice/managed',
  darwin: '/Library/Application Support/Sluice/managed',
  win32: 'C:\\ProgramData\\Sluice\\managed',
};

/**
 * Whether updates are offered at all. Not on managed installations, not where a package manager put the program (deb, rpm, a folder that its
 * owner may not write), and only from an https address.
 */
export function bringsItselfUpToDate(installation: Installation): boolean {
  const { platform, packaged, feed, managed, appImage, writable } = installation;
  if (!packaged || managed || !writable || feed === null) return false;
  if (platform === 'linux' && appImage === null) return false;
  return /^url: ["']?https:\/\//m.test(feed);
}
