import type { MantineColorSchemeManager } from '@mantine/core';
import { prefer, usePreferences } from './preferences.ts';
import { changeSettings, useSettings } from './settings.ts';

const followers = new Map<(scheme: 'light' | 'dark' | 'auto') => void, () => void>();

/** Light, dark or system: a setting of the program, painted first from what this window remembers. */
export const themeManager: MantineColorSchemeManager = {
  get: () => usePreferences.getState().theme,
  set: (value) => {
    prefer({ theme: value });
    if (useSettings.getState().settings?.theme !== value) changeSettings({ theme: value });
  },
  subscribe: (follow) => {
    const stop = useSettings.subscribe(({ settings }, before) => {
      if (settings !== null && settings.theme !== before.settings?.theme) follow(settings.theme);
    });
    followers.set(follow, stop);
  },
  unsubscribe: () => {
    for (const stop of followers.values()) stop();
    followers.clear();
  },
  clear: () => prefer({ theme: 'auto' }),
};
