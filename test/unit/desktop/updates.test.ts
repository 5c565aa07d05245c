import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type UpdateFeed, Updates } from '../../../main/desktop/updates.ts';
import { bringsItselfUpToDate, type Installation } from '../../../main/presence/update-place.ts';

vi.mock('electron', () => ({ app: {}, dialog: {} }));

const APPIMAGE: Installation = {
  platform: 'linux',
  packaged: true,
  feed: 'provider: generic\nurl: https://updates.example/sluice\n',
  managed: false,
  appImage: '/home/me/Sluice.AppImage',
  writable: true,
};

describe('where a program brings itself up to date', () => {
  test('an AppImage, an own folder on Windows, an app of macOS', () => {
    expect(bringsItselfUpToDate(APPIMAGE)).toBe(true);
    for (const platform of ['win32', 'darwin'] as const)
      expect(bringsItselfUpToDate({ ...APPIMAGE, platform, appImage: null })).toBe(true);
  });

  test.each<[string, Partial<Installation>]>([
    ['from source', { packaged: false }],
    ['kept by an administrator', { managed: true }],
    ['put there by a package manager', { appImage: null }],
    ['in a folder that its owner may not write', { writable: false }],
    ['made without a place to look', { feed: null }],
    ['with a place that is not encrypted', { feed: 'url: http://updates.example/' }],
    ['with a place that only looks encrypted', { feed: 'provider: generic # url: https://x\nurl: ftp://x' }],
  ])('not %s', (_, other) => {
    expect(bringsItselfUpToDate({ ...APPIMAGE, ...other })).toBe(false);
  });
});

describe('looking for newer versions', () => {
  const done: string[] = [];
  let newer: string | null = '2.0.0';
  let agrees = { fetch: true, now: true };
  const feed: UpdateFeed = {
    check: async (channel) => {
      done.push(`check ${channel}`);
      if (newer === 'broken') throw new Error('no answer');
      return newer;
    },
    fetch: async () => void done.push('fetch'),
    install: (when) => void done.push(`install ${when}`),
  };
  let updates: Updates;
  beforeEach(() => {
    vi.useFakeTimers();
    done.length = 0;
    newer = '2.0.0';
    agrees = { fetch: true, now: true };
    updates = new Updates(
      feed,
      {
        fetch: async (version) => {
          done.push(`asked for ${version}`);
          return agrees.fetch;
        },
        installNow: async () => agrees.now,
      },
      (problem) => void done.push(problem),
    );
  });
  afterEach(() => {
    updates.close();
    vi.useRealTimers();
  });
  const day = () => vi.advanceTimersByTimeAsync(86_400_000);

  test('off makes no connection', async () => {
    updates.follow('off');
    await day();
    expect(done).toEqual([]);
  });

  test('asks before it fetches, and once for a version', async () => {
    agrees.fetch = false;
    updates.follow('stable');
    await day();
    await day();
    expect(done.slice(0, 3)).toEqual(['check stable', 'asked for 2.0.0', 'check stable']);
    newer = '2.0.1';
    await day();
    expect(done.at(-1)).toBe('asked for 2.0.1');
    expect(done).not.toContain('fetch');
  });

  test('what was agreed to is fetched and installed, now or at the end', async () => {
    updates.follow('beta');
    await day();
    agrees.now = false;
    newer = '2.1.0';
    await day();
    expect(done).toEqual([
      'check beta',
      'asked for 2.0.0',
      'fetch',
      'install now',
      'check beta',
      'asked for 2.1.0',
      'fetch',
      'install at-quit',
    ]);
  });

  test('a look that fails is said, and the next day there is another', async () => {
    newer = 'broken';
    updates.follow('stable');
    await day();
    expect(done).toEqual(['check stable', 'Looking for a newer version failed: no answer']);
    newer = null;
    await day();
    expect(done.at(-1)).toBe('check stable');
  });

  test('turned off, it looks no more', async () => {
    newer = null;
    updates.follow('stable');
    await day();
    updates.follow('off');
    done.length = 0;
    await day();
    expect(done).toEqual([]);
  });
});
