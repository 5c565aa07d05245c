/**
 * One measured run in a fresh process: `node test/bench/pull-run.ts floor|ours URL DIR`. `floor` is GET and JSON.parse of the same pages;
 * `ours` stores them durably with the cursor, then makes them searchable. Prints one JSON line.
 */
import { request } from 'undici';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { runPull } from '../../main/engine/pull/run-pull.ts';
import { Workspace } from '../../main/engine/workspace.ts';
import { taxiiSettings } from '../../shared/settings.ts';

const [mode, url = '', dir = ''] = process.argv.slice(2);
const PAGE = 1000;

async function floor(): Promise<Record<string, number>> {
  const accept = { accept: 'application/taxii+json;version=2.1' };
  const get = async (
    address: string,
  ): Promise<{ more?: boolean; next?: string; objects?: unknown[]; collections?: { id: string }[] }> => {
    const { body } = await request(address, { headers: accept });
    return JSON.parse(await body.text()) as never;
  };
  const root = new URL('/root/', url).href;
  const started = performance.now();
  let objects = 0;
  for (const { id } of (await get(`${root}collections/`)).collections ?? []) {
    for (let next = ''; ; ) {
      const page = await get(`${root}collections/${id}/objects/?limit=${PAGE}&match%5Bversion%5D=all${next}`);
      objects += page.objects?.length ?? 0;
      if (page.more !== true || page.next === undefined) break;
      next = `&next=${encodeURIComponent(page.next)}`;
    }
  }
  return { ms: performance.now() - started, objects };
}

async function ours(): Promise<Record<string, number>> {
  const settings = taxiiSettings.parse({
    kind: 'taxii',
    name: 'bench',
    id: '1',
    discoveryUrl: url,
    taxiiVersion: '2.1',
    manifests: false,
    allVersions: true,
    pageSize: PAGE,
  });
  const workspace = new Workspace({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
  });
  const source = workspace.openSource({ settings, origin: 'settings' });
  const started = performance.now();
  const { view } = await runPull({
    source,
    store: workspace.store,
    clock: systemClock,
    logAs: (thread) => workspace.logBook.bind('InputProcess', thread),
    signal: new AbortController().signal,
    onProgress: () => {},
    periodSeconds: null,
    index: false,
  });
  const ms = performance.now() - started;
  while (workspace.store.unindexed() > 0) workspace.store.indexSome(250);
  const searchableMs = performance.now() - started;
  await source.close();
  const complete = view.feeds.every((feed) => feed.completeness?.complete === 'yes') ? 1 : 0;
  workspace.close();
  return { ms, searchableMs, objects: view.stored, complete };
}

const result = mode === 'floor' ? await floor() : await ours();
console.log(JSON.stringify({ ...result, peakMb: process.resourceUsage().maxRSS / 1024 }));
