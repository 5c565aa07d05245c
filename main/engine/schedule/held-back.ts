import type { QuietHours } from '../../../shared/app-settings.ts';
import type { DestinationSettings } from '../../../shared/settings.ts';
import type { InternalView } from '../../../shared/views/destination.ts';
import { isLoopback } from '../sources/loopback-host.ts';
import { quietUntil } from './quiet-hours.ts';

/** What may hold back a connection that nobody asked for. */
export interface Holds {
  /** Epoch ms. */
  now: number;
  /** All schedules. */
  paused: boolean;
  asleep: boolean;
  online: boolean;
  quiet: QuietHours;
}

/** Why the program does not connect to a destination of its own accord now; null when nothing speaks against it. */
export function heldBack(settings: DestinationSettings, holds: Holds): InternalView['held'] {
  if (holds.paused) return 'paused';
  if (holds.asleep) return 'asleep';
  if (!holds.online && !isLocal(settings)) return 'offline';
  return holds.quiet.holdPulls && quietUntil(holds.quiet, holds.now) !== null ? 'quiet' : null;
}

/** The destination is on this computer: reached without a network. */
export function isLocal(settings: DestinationSettings): boolean {
  if (settings.kind === 'devo-http') return isLoopback(settings.endpoint);
  if (settings.kind === 'devo-lookup') return isLoopback(settings.baseUrl);
  const { address } = settings;
  return isLoopback(`https://${address.includes(':') ? `[${address}]` : address}`);
}
