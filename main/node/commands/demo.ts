import type { Command } from 'commander';
import type { ForwardResult } from '../../engine/devo/forward.ts';
import { forwardOnce, planOnce } from '../../engine/forward-desk.ts';
import { formatLogLine } from '../../engine/log/log-line.ts';
import { ensureRenderer } from '../build-renderer.ts';
import { type Demo, startDemo } from '../demo/demo.ts';
import { engineHost } from '../engine-host.ts';
import { EXIT } from '../exit-codes.ts';
import { indexRest } from '../index-rest.ts';
import { openBrowser } from '../open-browser.ts';
import { openWorkspace, stopSignal } from '../open-workspace.ts';
import { PullBars } from '../pull-bars.ts';
import { counted, records, say, tell, tellFailure } from '../say.ts';
import { VERSION } from '../version.ts';
import { openLoopbackPage } from '../web.ts';
import { pullOne } from './pull.ts';
import { stopped } from './serve.ts';

const PERIOD_SECONDS = 120;
const PUBLISH_EVERY_MS = 60_000;
const SHOW_EVERY_MS = 1_000;

/** `demo`: local feeds and a local Devo endpoint; with `--once` the whole way through, without a person, then the counts. */
export function demoCommand(program: Command): void {
  program
    .command('demo')
    .description('try everything with local servers and sample data; no account needed')
    .option('--once', 'pull, approve, forward, print the counts on both sides and end')
    .option('--open', 'open the page in the browser')
    .action(async (options: { once?: boolean; open?: boolean }) => {
      const demo = await startDemo({ periodSeconds: PERIOD_SECONDS });
      try {
        for (const { name, holds, url } of demo.servers) tell(`${name}: ${holds} at ${url}`);
        tell(
          `devo_demo: local Devo endpoint on localhost:${demo.devo.ports.syslog} (TLS, client certificate)`,
        );
        tell(`lookup_demo: local Lookups API at ${demo.lookups.url}`);
        if (options.once) process.exitCode = await once(demo);
        else await interactive(demo, options.open === true);
      } finally {
        await demo.close();
      }
    });
}

/** Pulls, approves, forwards. Answers 0 when what arrived is what was approved and may be sent. */
async function once(demo: Demo): Promise<number> {
  const workspace = openWorkspace({ data: demo.dataDir, config: demo.config, log: false, demo: true });
  const bars = new PullBars(workspace.logBook);
  const signal = stopSignal();
  const { store, clock } = workspace;
  try {
    let ok = true;
    let pulled = 0;
    for (const entry of workspace.sources()) {
      const run = await pullOne(workspace, entry, signal, (view) => bars.show(view));
      bars.clear();
      pulled += run.stored;
      ok &&= run.state === 'done' && run.feeds.every((feed) => feed.completeness?.complete === 'yes');
      if (run.failure !== null) tellFailure(run.failure, entry.settings.name);
    }
    await indexRest(store, signal);
    const approved = store.decisions.decide({ filter: {} }, 'approved', 'demo', clock.now()).changed;
    const blocked = (await planOnce(workspace, { destinations: null }, false))
      .flatMap((plan) => plan.blocked)
      .reduce((sum, { records: n }) => sum + n, 0);
    const results = await forwardOnce(workspace, { destinations: null }, signal);
    for (const result of results)
      if (result.failure !== null) tellFailure(result.failure, result.destination);
    say(`pulled       ${counted(pulled).padStart(8)} records from ${demo.servers.length} servers`);
    say(`approved     ${counted(approved).padStart(8)}`);
    say(`blocked      ${counted(blocked).padStart(8)} (above the TLP that the destination accepts)`);
    const agree = showBothSides(demo, results);
    ok &&= agree;
    return ok ? EXIT.done : EXIT.failed;
  } finally {
    bars.clear();
    workspace.close();
  }
}

/** What each destination was handed and what its other side has. Answers whether they agree. */
function showBothSides(demo: Demo, results: readonly ForwardResult[]): boolean {
  const events = results.filter(({ destination }) => demo.lookups.rows(destination) === null);
  const sent = events.reduce((sum, result) => sum + result.messages, 0);
  const refused = results.reduce((sum, result) => sum + result.refused, 0);
  const arrived = demo.devo.total - demo.devo.lookups.messages;
  if (refused > 0) say(`refused      ${counted(refused).padStart(8)} (cannot be sent as they are)`);
  say(`handed over  ${counted(sent).padStart(8)}`);
  say(`arrived      ${counted(arrived).padStart(8)} at the local Devo endpoint`);
  for (const [tag, count] of [...demo.devo.counts].sort())
    if (!tag.startsWith('my.lookup.')) say(`  ${tag}  ${counted(count)}`);
  let agree = sent === arrived && sent > 0 && results.every((result) => result.failure === null);
  for (const { destination, messages } of results) {
    const held = demo.lookups.rows(destination);
    if (held === null) continue;
    say(
      `rows         ${counted(messages).padStart(8)} handed over to ${destination}, which holds ${counted(held)}`,
    );
    agree &&= messages === held;
  }
  return agree;
}

/** The interface over the demo until stopped; fresh indicators appear now and then, what arrives is shown. */
async function interactive(demo: Demo, open: boolean): Promise<void> {
  const rendererDir = await ensureRenderer();
  const engine = engineHost({
    dataDir: demo.dataDir,
    configFile: null,
    demo: demo.config,
    version: VERSION,
    printLog: true,
  });
  await engine.start();
  const page = await openLoopbackPage(engine, { port: 0, rendererDir });
  const publishing = setInterval(() => demo.publish(), PUBLISH_EVERY_MS);
  const showing = setInterval(showArrivals(demo), SHOW_EVERY_MS);
  say(page.url);
  if (open) openBrowser(page.url);
  await stopped();
  tell('Stopping.');
  clearInterval(publishing);
  clearInterval(showing);
  await page.close();
  await engine.stop();
}

/** Says what reached the local Devo endpoint, and what became of the lookups, since the last look. */
function showArrivals(demo: Demo): () => void {
  const seen = new Map<string, number>();
  const show = (thread: string, what: string, now: number, words: (before: number) => string): void => {
    const before = seen.get(what) ?? 0;
    if (now === before) return;
    seen.set(what, now);
    tell(formatLogLine({ at: Date.now(), level: 'INFO', process: 'Demo', thread, message: words(before) }));
  };
  return () => {
    for (const [tag, count] of demo.devo.counts)
      show(
        'DevoEndpoint(devo_demo)',
        tag,
        count,
        (before) => `${records(count - before)} arrived under ${tag}, ${counted(count)} in all`,
      );
    for (const { name } of demo.lookups.destinations) {
      const rows = demo.lookups.rows(name) ?? 0;
      show(`Lookup(${name})`, name, rows, () => `the lookup holds ${counted(rows)} rows`);
    }
  };
}
