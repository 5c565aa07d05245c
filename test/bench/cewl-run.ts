/**
 * One measured run in a fresh process: `node test/bench/cewl-run.ts floor|ours URL DIR`. `floor` is GET and JSON.parse of the whole list;
 * `ours` compares it with what DIR holds and stores what is new. Prints one JSON line.
 */
import { request } from 'undici';
import { systemClock } from '../../main/engine/clock.ts';
import { sessionSecrets } from '../../main/engine/config/secrets.ts';
import { runPull } from '../../main/engine/pull/run-pull.ts';
import { Workspace } from '../../main/engine/workspace.ts';
import { ctciSettings } from '../../shared/settings-ctci.ts';

const [mode, url = '', dir = ''] = process.argv.slice(2);

/**
 * Watches how long the event loop takes to come round, as processor time: what else runs on the machine does not count.
 * Answers how to end it and get the longest turn, ms.
 */
function longestTurn(): () => number {
  let longest = 0;
  let ended = false;
  let last = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - last.user - last.system) / 1000);
    last = now;
    if (!ended) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    ended = true;
    return longest;
  };
}

async function floor(): Promise<Record<string, number>> {
  const started = performance.now();
  const { body } = await request(`${url}/api/v1/cewl`);
  const list = JSON.parse(await body.text()) as { data: unknown[] };
  return { ms: performance.now() - started, rows: list.data.length };
}

async function ours(): Promise<Record<string, number>> {
  const settings = ctciSettings.parse({ kind: 'ctci', name: 'bench', id: '1', baseUrl: url });
  const workspace = new Workspace({
    dataDir: dir,
    clock: systemClock,
    secrets: sessionSecrets(),
    resolveProxy: async () => null,
    config: null,
    demo: false,
  });
  const source = workspace.openSource({ settings, origin: 'settings' }, { token: 'bench' });
  const longest = longestTurn();
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
  await source.close();
  const feed = view.feeds[0];
  const complete = feed?.completeness?.complete === 'yes' ? 1 : 0;
  workspace.close();
  const { received, stored, duplicates } = view;
  return { ms, rows: received, stored, duplicates, complete, turnMs: longest() };
}

const result = mode === 'floor' ? await floor() : await ours();
console.log(JSON.stringify({ ...result, peakMb: process.resourceUsage().maxRSS / 1024 }));
