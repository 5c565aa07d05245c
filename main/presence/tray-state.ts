import type { DestinationView } from '../../shared/views/destination.ts';
import { unseen, type Watched } from './watched.ts';
import { countOf, timeOfDay } from './words.ts';

/** What the icon in the tray says. */
export const TRAY_STATES = ['idle', 'syncing', 'attention', 'error', 'paused'] as const;
export type TrayState = (typeof TRAY_STATES)[number];

/** The last hand-over to it failed, and nothing has been done about it since. */
export const deliveryFails = (d: DestinationView): boolean =>
  d.settings.enabled && (d.failed > 0 || d.lastRun?.state === 'failed');

/** Work that goes on is shown before what is wrong, and what is wrong before what waits. */
export function trayState(watched: Watched): TrayState {
  const { snapshot, connection, pulls, handovers } = watched;
  if (connection === 'lost' || snapshot === null) return 'error';
  if (pulls.size + handovers.size > 0) return 'syncing';
  if (snapshot.sources.some((s) => s.state === 'failing') || snapshot.destinations.some(deliveryFails))
    return 'error';
  if (unseen(watched) > 0) return 'attention';
  return snapshot.paused || !snapshot.online ? 'paused' : 'idle';
}

/** One short sentence for the icon's tip and the menu's first line. */
export function trayLine(watched: Watched): string {
  const { snapshot, connection, pulls, handovers } = watched;
  if (connection === 'lost' || snapshot === null) return 'The engine is away and is being started again';
  if (handovers.size > 0) return `Handing over to ${[...handovers.keys()].join(', ')}`;
  if (pulls.size > 0) return `Pulling ${[...pulls.keys()].join(', ')}`;
  const failing = snapshot.sources.filter((s) => s.state === 'failing');
  if (failing.length > 0) return `${countOf(failing.length, 'source')} failing`;
  const refused = snapshot.destinations.filter(deliveryFails);
  if (refused.length > 0) return `Delivery to ${refused.map((d) => d.settings.name).join(', ')} fails`;
  const waiting = snapshot.counts.staged;
  if (unseen(watched) > 0) return `${countOf(waiting, 'record')} to review`;
  if (!snapshot.online) return 'No network: schedules wait';
  if (snapshot.paused) return 'All schedules paused';
  if (snapshot.quietUntil !== null) return `Quiet until ${timeOfDay(snapshot.quietUntil)}`;
  return waiting > 0 ? `${countOf(waiting, 'record')} to review` : 'Up to date';
}
