import type { MantineColorSchemeManager } from '@mantine/core';
import { prefer, usePreferences } from './preferences.ts';

/** Keeps light, dark or system with the window's other preferences. */
export const themeManager: MantineColorSchemeManager = {
  get: () => usePreferences.getState().theme,
  set: (value) => prefer({ theme: value }),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => prefer({ theme: 'auto' }),
};
