/** What each setting of the program means, in the words of the settings view; the schema describes its fields with them. */
export const SETTING_WORDS = {
  theme: 'Light, dark, or as the system says.',
  proxy: 'For sources and destinations that do not name a proxy of their own.',
  caFile: 'PEM file with further certificate authorities to trust, beside the system’s and a source’s own.',
  logLevel: 'Lines below this level are not kept.',
  updateChannel: 'Where newer versions are looked for. Nothing is fetched before you agree.',
  quietEnabled: 'Notifications wait until the quiet hours are over.',
  quietFrom: 'Local time at which the quiet hours begin.',
  quietTo: 'Local time at which they end. Earlier than the beginning: on the next day.',
  holdPulls: 'Scheduled pulls wait as well and run once afterwards. Pulls started by hand always run.',
  closeToTray:
    'Closing the window leaves Sluice in the tray, where it goes on pulling. Off: closing ends it.',
  startAtLogin: 'Starts in the tray when you log in to this computer.',
  notifyReview: 'New records wait for review',
  notifySources: 'A source begins to fail',
  notifyDelivery: 'A hand-over fails',
  rejectedDays: 'Days after which the text of a rejected record is removed. Empty: it stays.',
  handedOverDays: 'Days after which the text of a handed-over record is removed. Empty: it stays.',
  trayExplained: 'What closing to the tray means has been explained.',
} as const;
