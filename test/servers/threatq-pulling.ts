import type { SourceMemory } from '../../main/engine/sources/source.ts';
import { createThreatqSource } from '../../main/engine/sources/threatq/threatq-source.ts';
import {
  startThreatqServer,
  type ThreatqServer,
  type ThreatqServerOptions,
} from '../../main/node/demo/threatq-server.ts';
import { type ThreatqSettings, threatqSettings } from '../../shared/settings-threatq.ts';
import { MemorySink, pullContext } from './memory-sink.ts';

export const USERNAME = 'analyst@sample.example';
export const PASSWORD = 'Pw-31kd!never-to-be-seen';
/** An hour before the tests, whole seconds. */
export const START = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

export function startServer(options: Partial<ThreatqServerOptions> = {}): Promise<ThreatqServer> {
  return startThreatqServer({ username: USERNAME, password: PASSWORD, ...options });
}

/** A source over the stand-in that begins an hour before {@link START}. */
export function threatqSource(
  url: string,
  own: Partial<ThreatqSettings> = {},
  memory: SourceMemory = new Map(),
  password: string | null = PASSWORD,
) {
  return createThreatqSource({
    settings: threatqSettings.parse({
      kind: 'threatq',
      name: 'tq',
      id: '111',
      apiBaseUrl: url,
      username: USERNAME,
      historicalPollDatetime: new Date(START - 3_600_000).toISOString().slice(0, 19).replace('T', ' '),
      proxy: { mode: 'none' },
      ...own,
    }),
    secrets: async (field) => (field === 'password' ? password : null),
    baseDir: '/',
    memory,
  });
}

/** One pull into a sink that may have been pulled into before. */
export async function pullEventsInto(sink: MemorySink, source: ReturnType<typeof threatqSource>) {
  const { context, log, clock } = pullContext(sink);
  try {
    const summary = await source.pull(context);
    return { summary, lines: log.lines, slept: clock.slept, feed: sink.feeds.get('events event') ?? null };
  } finally {
    await source.close();
  }
}

export async function pullEventsOnce(server: ThreatqServer, own: Partial<ThreatqSettings> = {}) {
  const sink = new MemorySink();
  return { sink, ...(await pullEventsInto(sink, threatqSource(server.url, own))) };
}

/** `id at version` of what a sink holds. */
export function held(sink: MemorySink): string[] {
  return [...(sink.feeds.get('events event')?.records.values() ?? [])]
    .map((r) => `${r.id} at ${r.version}`)
    .sort();
}
