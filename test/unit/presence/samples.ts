import { fromSnapshot, NOTHING_WATCHED, type Watched } from '../../../main/presence/watched.ts';
import { type Failure, failure } from '../../../shared/errors.ts';
import { devoRelaySettings, taxiiSettings } from '../../../shared/settings.ts';
import type { Snapshot } from '../../../shared/views/app.ts';
import type { DestinationView, HandoverRunView } from '../../../shared/views/destination.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import type { SourceView } from '../../../shared/views/source.ts';

export const NOW = Date.UTC(2026, 2, 10, 12);

export const REFUSED: Failure = failure({
  code: 'taxii.unauthorized',
  type: 'PullError',
  id: 301,
  message: 'The username or the password provided in the config.yaml is incorrect',
  remedy: 'Recheck the values.',
});

export function pull(source: string, over: Partial<PullRunView> = {}): PullRunView {
  return {
    pullingId: '1',
    source,
    startedAt: NOW - 10_000,
    endedAt: NOW,
    state: 'done',
    requests: 1,
    received: 0,
    stored: 0,
    generated: 0,
    duplicates: 0,
    failure: null,
    feeds: [],
    statistics: null,
    linq: [],
    ...over,
  };
}

export function source(name: string, over: Partial<SourceView> = {}): SourceView {
  return {
    settings: taxiiSettings.parse({ kind: 'taxii', name, id: '1', discoveryUrl: 'https://taxii.example/' }),
    origin: 'settings',
    secretsSet: [],
    state: 'idle',
    nextRunAt: NOW + 5 * 60_000,
    lastPull: null,
    persistence: null,
    records: 0,
    staged: 0,
    ...over,
  };
}

export function handover(destination: string, over: Partial<HandoverRunView> = {}): HandoverRunView {
  return {
    id: 1,
    destination,
    startedAt: NOW - 1000,
    endedAt: NOW,
    state: 'done',
    records: 1,
    messages: 1,
    bytes: 1,
    pullingIds: [],
    tags: [],
    failure: null,
    note: null,
    linq: [],
    ...over,
  };
}

export function destination(name: string, over: Partial<DestinationView> = {}): DestinationView {
  return {
    settings: devoRelaySettings.parse({ kind: 'devo-relay', name, address: '127.0.0.1', port: 1 }),
    origin: 'settings',
    secretsSet: [],
    queued: 0,
    inFlight: 0,
    handedOver: 0,
    failed: 0,
    lastPreflight: null,
    internal: null,
    lastRun: null,
    ...over,
  };
}

export function snapshot(over: Partial<Snapshot> = {}): Snapshot {
  return {
    seq: 1,
    sources: [],
    destinations: [],
    pulls: [],
    handovers: [],
    counts: { records: 0, staged: 0, approved: 0, held: 0, rejected: 0, queued: 0, handedOver: 0, failed: 0 },
    lastKey: 0,
    unindexed: 0,
    paused: false,
    online: true,
    quietUntil: null,
    ...over,
  };
}

/** The engine is there and this is how it is. */
export function watched(over: Partial<Snapshot> = {}, more: Partial<Watched> = {}): Watched {
  return { ...fromSnapshot(NOTHING_WATCHED, snapshot(over)), ...more };
}

export const staged = (n: number): Snapshot['counts'] => ({ ...snapshot().counts, records: n, staged: n });
