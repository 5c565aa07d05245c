import { create } from 'zustand';
import type { AppSettings } from '../../shared/app-settings.ts';
import type { CleanupView } from '../../shared/views/app.ts';
import { bridge, call } from '../bridge.ts';
import { attempt } from './notices.ts';
import { prefer, usePreferences } from './preferences.ts';

/** Settings of the whole program as the engine has them; null until it told. The clean-up that runs, or ran last. */
export const useSettings = create<{ settings: AppSettings | null; cleanup: CleanupView | null }>(() => ({
  settings: null,
  cleanup: null,
}));

/** Takes over what the engine says. The theme is kept here as well, so that the next start paints right away. */
function take(settings: AppSettings): void {
  useSettings.setState({ settings });
  if (usePreferences.getState().theme !== settings.theme) prefer({ theme: settings.theme });
}

/** Connects the settings to the bridge. Called once. */
export function startSettings(): void {
  const ask = (): void => {
    call('settings.get', {}).then(take, () => undefined);
  };
  bridge.onEvent((event) => {
    if (event.name === 'settings') take(event.data);
    if (event.name === 'cleanup') useSettings.setState({ cleanup: event.data });
  });
  bridge.onConnection((connection) => {
    if (connection === 'open') ask();
  });
  ask();
}

/** Saves a change. @throws what the engine refused it with. */
export async function saveSettings(change: Partial<AppSettings>): Promise<void> {
  const { settings } = useSettings.getState();
  if (settings === null) return;
  take(await call('settings.save', { settings: { ...settings, ...change } }));
}

/** Saves a change of one control; what is refused is shown as a note. */
export function changeSettings(change: Partial<AppSettings>): void {
  attempt('The setting could not be saved', () => saveSettings(change));
}
