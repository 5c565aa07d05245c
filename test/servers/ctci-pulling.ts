import { createCtciSource } from '../../main/engine/sources/ctci/ctci-source.ts';
import type { Source, SourceMemory } from '../../main/engine/sources/source.ts';
import {
  type CtciServer,
  type CtciServerOptions,
  startCtciServer,
} from '../../main/node/demo/ctci-server.ts';
import { generateCewl } from '../../main/node/demo/sample-cewl.ts';
import { type CtciSettings, ctciSettings } from '../../shared/settings-ctci.ts';
import { MemorySink, pullContext } from './memory-sink.ts';

export const TOKEN = 'tk-5d1e8f!never-to-be-seen';
export const SAMPLE_TOKEN = 'tk-sample-0000';

export function ctciServer(rows = 60, more: Partial<CtciServerOptions> = {}): Promise<CtciServer> {
  return startCtciServer({
    rows: generateCewl({ rows }),
    token: TOKEN,
    unsubscribedToken: SAMPLE_TOKEN,
    ...more,
  });
}

export function ctciSource(
  baseUrl: string,
  settings: Partial<Omit<CtciSettings, 'kind' | 'tls'>> & { tls?: Partial<CtciSettings['tls']> } = {},
  token: string | null = TOKEN,
  memory: SourceMemory = new Map(),
): Source {
  return createCtciSource({
    settings: ctciSettings.parse({
      kind: 'ctci',
      name: 'ctci_test',
      id: 'ctci1',
      baseUrl,
      proxy: { mode: 'none' },
      ...settings,
    }),
    baseDir: '/',
    memory,
    secrets: async (field) => (field === 'token' ? token : null),
  });
}

/** One pull into a sink that may have been pulled into before. */
export async function pullCewl(sink: MemorySink, source: Source, signal?: AbortSignal) {
  const { context, log, clock } = pullContext(sink, signal);
  try {
    const summary = await source.pull(context);
    const feed = sink.feeds.get('cewl cewl') ?? null;
    return { summary, lines: log.lines, slept: clock.slept, feed, result: feed?.result ?? null };
  } finally {
    await source.close();
  }
}

export async function probeCewl(source: Source) {
  try {
    return await source.probe(pullContext(new MemorySink()).context);
  } finally {
    await source.close();
  }
}
