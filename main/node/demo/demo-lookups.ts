import { randomBytes } from 'node:crypto';
import type { DestinationSettings } from '../../../shared/settings.ts';
import { devoLookupLegacySettings, devoLookupSettings } from '../../../shared/settings-lookup.ts';
import { secretKey } from '../../engine/config/secrets.ts';
import type { DevoEndpoint } from './devo-endpoint.ts';
import { LookupsServer } from './lookups-server.ts';

const DOMAIN = 'demo';
const LOOKUP = 'CEWL';
const API = 'lookup_demo';
const MESSAGES = 'lookup_messages_demo';
/** A job of the demo takes about this long between two of its states, ms: long enough to be seen. */
const JOB_MS = 250;

/** The demo's lookups: one behind a local Lookups REST API, and one that becomes of messages to the local Devo endpoint. */
export interface DemoLookups {
  destinations: DestinationSettings[];
  /** By the key that the engine asks for them with. */
  secrets: [key: string, value: string][];
  url: string;
  /** Rows that the lookup of a destination holds; null for destinations that are no lookup. */
  rows(destination: string): number | null;
  close(): Promise<void>;
}

export async function startDemoLookups(
  devo: DevoEndpoint,
  files: { chainFile: string; certFile: string; keyFile: string },
): Promise<DemoLookups> {
  const token = randomBytes(16).toString('hex');
  const server = await LookupsServer.start({ token, jobMs: JOB_MS });
  return {
    destinations: [
      devoLookupSettings.parse({
        kind: 'devo-lookup',
        name: API,
        baseUrl: server.url,
        domain: DOMAIN,
        lookup: LOOKUP,
        jobPollSeconds: 0.5,
      }),
      devoLookupLegacySettings.parse({
        kind: 'devo-lookup-legacy',
        name: MESSAGES,
        address: 'localhost',
        port: devo.ports.syslog,
        ...files,
        lookup: LOOKUP,
        pauseSeconds: 0.5,
      }),
    ],
    secrets: [[secretKey('destination', API, 'token'), token]],
    url: server.url,
    rows: (destination) => {
      if (destination === API) return server.held(DOMAIN, LOOKUP)?.rows.size ?? 0;
      return destination === MESSAGES ? (devo.lookups.held.get(LOOKUP)?.rows.size ?? 0) : null;
    },
    close: () => server.close(),
  };
}
