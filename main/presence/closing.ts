/** What closing the window means. */
export type Closing = 'end' | 'hide' | 'explain';

/**
 * `end`: the program ends with its window. `hide`: it stays in the tray. `explain`: it would, and says so first, once. Where there is no
 * tray nothing ever hides: there would be no way back.
 */
export function closing(now: {
  tray: boolean;
  closeToTray: boolean;
  explained: boolean;
  quitting: boolean;
}): Closing {
  if (now.quitting || !now.tray || !now.closeToTray) return 'end';
  return now.explained ? 'hide' : 'explain';
}

export const CLOSE_EXPLAINED = {
  message: 'Sluice goes on in the tray.',
  detail:
    'It keeps pulling its sources on their schedules and tells you of new records. Its icon in the tray opens the window again; starting Sluice a second time does so too. What closing means can be changed in the settings.',
  stay: 'Keep running',
  quit: 'Quit Sluice',
} as const;
