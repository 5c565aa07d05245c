import type { Source } from '../../main/engine/sources/source.ts';
import { createTaxiiSource, type TaxiiSourceOptions } from '../../main/engine/sources/taxii/taxii-source.ts';
import { type TaxiiSettings, taxiiSettings } from '../../shared/settings.ts';
import { MemorySink, pullContext } from './memory-sink.ts';

type Settings = Partial<Omit<TaxiiSettings, 'kind' | 'tls' | 'tags'>> & {
  tls?: Partial<TaxiiSettings['tls']>;
};

/** A source over test settings: small waits, objects only unless said otherwise. */
export function testSource(
  discoveryUrl: string,
  settings: Settings = {},
  options: Partial<TaxiiSourceOptions> & { password?: string; token?: string; secrets?: undefined } = {},
): Source {
  const { password = null, token = null, ...rest } = options;
  return createTaxiiSource({
    settings: taxiiSettings.parse({
      kind: 'taxii',
      name: 'test',
      id: '12345',
      discoveryUrl,
      manifests: false,
      pageSize: 10,
      concurrency: 1,
      proxy: { mode: 'none' },
      ...settings,
    }),
    baseDir: '/',
    ...rest,
    secrets: async (field) => (field === 'password' ? password : field === 'token' ? token : null),
  });
}

/** One pull of a source, or of settings, into a sink that may have been pulled into before. */
export async function pullInto(sink: MemorySink, source: Source, signal?: AbortSignal) {
  const { context, log, clock } = pullContext(sink, signal);
  try {
    const summary = await source.pull(context);
    return { summary, lines: log.lines, slept: clock.slept };
  } finally {
    await source.close();
  }
}

export async function pullOnce(
  discoveryUrl: string,
  settings: Settings = {},
  options: Parameters<typeof testSource>[2] = {},
) {
  const sink = new MemorySink();
  const outcome = await pullInto(sink, testSource(discoveryUrl, settings, options));
  return { sink, ...outcome };
}

export async function probe(discoveryUrl: string, settings: Settings = {}) {
  const source = testSource(discoveryUrl, settings);
  try {
    return await source.probe(pullContext(new MemorySink()).context);
  } finally {
    await source.close();
  }
}
