import type { DESTINATION_SECRETS, DestinationSettings } from '../../../shared/settings.ts';
import type { Clock, ResolveProxy } from '../ports.ts';
import type { Destination } from './destination.ts';
import type { SendPlanOf } from './encoder.ts';
import { HttpDestination } from './http.ts';
import { ApiLookupDestination } from './lookup/api-destination.ts';
import { LegacyLookupDestination } from './lookup/legacy-destination.ts';
import type { LookupHolding } from './lookup/upload.ts';
import { RelayDestination } from './relay.ts';
import { SyslogDestination } from './syslog.ts';
import { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts.ts';

export interface DestinationOptions {
  settings: DestinationSettings;
  /** Asked for when a connection is made, never kept. */
  secrets: (field: (typeof DESTINATION_SECRETS)[number]) => Promise<string | null>;
  /** Relative certificate paths start here. */
  baseDir: string;
  /** null: the usual environment variables. */
  resolveProxy: ResolveProxy | null;
  /** Tag and obfuscation by source, kind and type; asked once each. null for a source that is not configured: its records stay. */
  sendPlan: SendPlanOf;
  /** HOST field of a syslog line, HOST of an HTTP path. */
  hostname: string;
  clock: Clock;
  /** What a lookup holds by the store; left out, nothing. */
  holding?: LookupHolding;
  timeouts?: Partial<Timeouts>;
}

const NOTHING_HELD: LookupHolding = { begun: () => false, records: () => [] };

/** The destination that the settings describe. Nothing is read or connected until it is used. */
export function createDestination(options: DestinationOptions): Destination {
  const { settings, secrets, baseDir, resolveProxy, hostname, clock } = options;
  const common = {
    planOf: options.sendPlan,
    hostname,
    clock,
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
  };
  switch (settings.kind) {
    case 'devo-syslog':
      return new SyslogDestination({
        ...common,
        settings,
        baseDir,
        passphrase: () => secrets('keyPassphrase'),
      });
    case 'devo-relay':
      return new RelayDestination({ ...common, settings });
    case 'devo-http':
      return new HttpDestination({
        ...common,
        settings,
        baseDir,
        resolveProxy,
        token: () => secrets('token'),
      });
    case 'devo-lookup':
      return new ApiLookupDestination({
        ...common,
        settings,
        baseDir,
        resolveProxy,
        holding: options.holding ?? NOTHING_HELD,
        token: () => secrets('token'),
      });
    case 'devo-lookup-legacy':
      return new LegacyLookupDestination({
        ...common,
        settings,
        baseDir,
        holding: options.holding ?? NOTHING_HELD,
        passphrase: () => secrets('keyPassphrase'),
      });
  }
}
