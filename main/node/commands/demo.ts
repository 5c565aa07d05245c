import type { Command } from 'commander';
import { forwardOnce } from '../../engine/forward-desk.ts';
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
        for (const { name, url } of demo.servers) tell(`${name}: sample STIX at ${url}`);
        tell(
          `devo_demo: local Devo endpoint on localhost:${demo.devo.ports.syslog} (TLS, client certificate)`,
        );
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
    const results = await forwardOnce(workspace, { destinations: null }, signal);
    const sent = results.reduce((sum, result) => sum + result.messages, 0);
    const refused = results.reduce((sum, result) => sum + result.refused, 0);
    for (const result of results)
      if (result.failure !== null) tellFailure(result.failure, result.destination);
    const above = approved - sent - refused;
    say(`pulled       ${counted(pulled).padStart(8)} records from ${demo.servers.length} servers`);
    say(`approved     ${counted(approved).padStart(8)}`);
    say(`blocked      ${counted(above).padStart(8)} (above the TLP that the destination accepts)`);
    if (refused > 0) say(`refused      ${counted(refused).padStart(8)} (cannot be sent as they are)`);
    say(`handed over  ${counted(sent).padStart(8)}`);
    say(`arrived      ${counted(demo.devo.total).padStart(8)} at the local Devo endpoint`);
    for (const [tag, count] of [...demo.devo.counts].sort()) say(`  ${tag}  ${counted(count)}`);
    ok &&= results.every((result) => result.failure === null) && sent === demo.devo.total && sent > 0;
    return ok ? EXIT.done : EXIT.failed;
  } finally {
    bars.clear();
    workspace.close();
  }
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

/** Says what reached the local Devo endpoint since the last look. */
function showArrivals(demo: Demo): () => void {
  const thread = 'DevoEndpoint(devo_demo)';
  const seen = new Map<string, number>();
  return () => {
    for (const [tag, count] of demo.devo.counts) {
      const before = seen.get(tag) ?? 0;
      if (count === before) continue;
      seen.set(tag, count);
      const message = `${records(count - before)} arrived under ${tag}, ${counted(count)} in all`;
      tell(formatLogLine({ at: Date.now(), level: 'INFO', process: 'Demo', thread, message }));
    }
  };
}
