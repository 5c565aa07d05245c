import { type ThreatqSettings, threatqSettings } from '../../../shared/settings-threatq.ts';
import type { SampleCollection } from './sample-stix.ts';
import { generateEvents } from './sample-threatq.ts';
import { startThreatqServer, type ThreatqBehaviour } from './threatq-server.ts';
import { threatqTime } from './threatq-shelf.ts';

export const DEMO_THREATQ_USER = 'analyst@demo.example';
/** Only ever accepted by the demo's own server, which listens on 127.0.0.1 and ends with the demo. */
export const DEMO_THREATQ_PASSWORD = 'demo-only-threatq-password';

/** The demo's ThreatQuotient. */
export interface DemoThreatq {
  url: string;
  /** For tests: what it answers instead of what it would. */
  behaviour: ThreatqBehaviour;
  source: ThreatqSettings;
  /** Adds an event, updates one, deletes one. */
  publish(): void;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** So long a token lives that pulls renew it while the demo runs. */
const TOKEN_SECONDS = 600;

export async function startDemoThreatq(
  events: number,
  stix: readonly SampleCollection[],
  periodSeconds: number,
): Promise<DemoThreatq> {
  const server = await startThreatqServer({
    username: DEMO_THREATQ_USER,
    password: DEMO_THREATQ_PASSWORD,
    tokenSeconds: TOKEN_SECONDS,
  });
  const now = Date.now();
  const sample = generateEvents({ events, stix, now: now - DAY_MS });
  for (const { fields, updatedAt } of sample) server.shelf.add(fields, updatedAt);
  const oldest = Math.min(now, ...sample.map((event) => event.updatedAt));
  let serial = 0;
  return {
    url: server.url,
    behaviour: server.behaviour,
    source: threatqSettings.parse({
      kind: 'threatq',
      name: 'threatq',
      id: '111',
      apiBaseUrl: server.url,
      username: DEMO_THREATQ_USER,
      historicalPollDatetime: threatqTime(Math.max(oldest, now - 360 * DAY_MS) - 1000),
      periodSeconds,
    }),
    publish: () => {
      serial += 1;
      const at = Date.now();
      const [fresh] = generateEvents({ events: 1, stix, now: at, seed: 1000 + serial });
      if (fresh !== undefined) server.shelf.add(fresh.fields, at);
      const ids = server.shelf.ids();
      const updated = ids[(serial * 7) % ids.length];
      const deleted = ids[(serial * 11 + 3) % ids.length];
      if (updated !== undefined) server.shelf.update(updated, { title: `Reviewed, round ${serial}` }, at);
      if (deleted !== undefined && deleted !== updated) server.shelf.delete(deleted);
    },
    close: () => server.close(),
  };
}
