/** `npm run screenshots`: every view in both themes, over the demo, into docs/screenshots/. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { ensureRenderer } from '../../main/node/build-renderer.ts';
import { startDemo } from '../../main/node/demo/demo.ts';
import { engineHost } from '../../main/node/engine-host.ts';
import { openLoopbackPage } from '../../main/node/web.ts';
import { CHROMIUM_ARGS, chromiumPath } from '../run/chromium.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

const OUT = join(import.meta.dirname, '../../docs/screenshots');
const SETTLE_MS = 400;

const executablePath = chromiumPath();
if (executablePath === null)
  throw new Error('No Chromium found: install the package chromium, or name one in CHROMIUM_PATH.');
mkdirSync(OUT, { recursive: true });

const demo = await startDemo({ periodSeconds: 1200 });
const engine = engineHost({
  dataDir: demo.dataDir,
  configFile: null,
  demo: demo.config,
  version: '0.1.0',
  printLog: false,
});
await engine.start();
const host = await openLoopbackPage(engine, { port: 0, rendererDir: await ensureRenderer() });
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
const page = await browser.newPage({
  viewport: { width: 1440, height: 900 },
  timezoneId: 'UTC',
  locale: 'en-GB',
});
try {
  await page.goto(host.url);
  await tour(page);
} finally {
  await browser.close();
  await host.close();
  await engine.stop();
  await demo.close();
}

async function tour(page: Page): Promise<void> {
  const shell = new Shell(page);
  const sources = new SourcesPage(page);
  const review = new ReviewPage(page);
  const deliver = new DeliverPage(page);
  const history = new HistoryPage(page);
  await shell.go('sources');
  for (const name of ['taxii_20', 'ctci', 'threatq', 'taxii_21']) {
    await sources.pulled(name);
  }
  await handOverList(page);
  for (const theme of ['Light', 'Dark'] as const) {
    const shot = async (name: string): Promise<void> => {
      await page.mouse.move(1, 1);
      await page.waitForTimeout(SETTLE_MS);
      await page.screenshot({ path: join(OUT, `${name}-${theme.toLowerCase()}.png`) });
    };
    await shell.theme(theme);
    await shot('settings');
    await shell.go('sources');
    await sources.choose('taxii_21');
    await shot('sources');
    await sources.choose('ctci');
    await shot('source-ctci');
    await sources.choose('threatq');
    await shot('source-threatq');
    await sources.startAdding();
    await sources.fillServer({
      url: demo.servers[0]?.url ?? '',
      name: 'my_feed',
      username: 'analyst',
      password: 'demo-only-password',
    });
    await sources.test();
    await sources.found.waitFor();
    await shot('add-source');
    await page.keyboard.press('Escape');
    await shell.go('review');
    await page.reload();
    await review.family('STIX');
    // Objects alone: which of the two arrived last is a matter of luck, and entries of manifests have no relations.
    await review.facet('Kind', 'Manifest entry').click();
    await review.facet('Type', 'indicator').click();
    await review.select(1, 3, 4);
    await shot('review');
    await review.grid.focus();
    await page.keyboard.press('e');
    await review.exports.waitFor();
    await shot('export');
    await page.keyboard.press('Escape');
    await review.open(2);
    for (const tab of ['Summary', 'For Devo', 'Text', 'Relations', 'Versions', 'Problems']) {
      await review.tab(tab);
      await shot(`record-${tab.toLowerCase().replace(' ', '-')}`);
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await review.facet('Type', 'indicator').click();
    await review.facet('Type', 'intrusion-set').click();
    await review.answered();
    await review.open(0);
    await review.tab('Relations');
    await review.neighbours.nth(4).focus();
    await shot('record-neighbourhood');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await review.family('Events');
    await shot('review-events');
    await changeList(page);
    await shot('review-cewl');
    await review.facet('Change', 'Changed').click();
    await review.open(0);
    await review.tab('For Devo');
    await shot('record-lookup');
    await page.keyboard.press('Escape');
    await review.facet('Change', 'Changed').click();
    await review.facet('Decision', 'Staged').click();
    await approveAll(page);
    await shell.go('review');
    await page.reload();
    await review.family('STIX');
    await review.facet('Type', 'indicator').click();
    await review.grid.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    for (let i = 0; i < 40; i++) await page.keyboard.press('Shift+ArrowDown');
    await review.decide('a');
    await shell.go('deliver');
    await deliver.dryRun.click();
    await deliver.handOver.waitFor();
    await shot('deliver');
    await page.keyboard.press('o');
    await deliver.override.getByRole('textbox', { name: 'Reason' }).fill('Agreed with the producer.');
    await shot('override');
    await page.keyboard.press('Escape');
    await deliver.plan('lookup_demo').scrollIntoViewIfNeeded();
    await shot('deliver-lookup');
    await deliver.handOver.click();
    await deliver.result('devo_demo').getByText('from my.app').first().waitFor();
    await shot('handed-over');
    await deliver.choose('devo_demo');
    await shot('destination');
    await deliver.choose('lookup_demo');
    await shot('destination-lookup');
    await shell.go('history');
    await history.entry('taxii_21').first().click();
    await shot('history');
    await shell.go('log');
    await shot('log');
    await page.keyboard.press('ControlOrMeta+k');
    await shell.palette.waitFor();
    await shot('palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await shell.keys.waitFor();
    await shot('keys');
    await page.keyboard.press('Escape');
  }
}

/** Everything in view, by its key. */
async function approveAll(page: Page): Promise<void> {
  const review = new ReviewPage(page);
  await review.grid.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await review.decide('a');
  await new Shell(page).status.getByText(/Approved/).waitFor();
}

/** The lookup holds the whole list: what comes later is a difference to it. */
async function handOverList(page: Page): Promise<void> {
  const shell = new Shell(page);
  await shell.go('review');
  await page.reload();
  await new ReviewPage(page).family('CEWL');
  await approveAll(page);
  await shell.go('deliver');
  const deliver = new DeliverPage(page);
  await deliver.handOver.click();
  await deliver.plan('lookup_demo').getByText('which holds').waitFor({ timeout: 60_000 });
}

/** Three rows change, two come, one goes; Review shows the list as it is then. */
async function changeList(page: Page): Promise<void> {
  const shell = new Shell(page);
  const review = new ReviewPage(page);
  demo.publish();
  await shell.go('sources');
  const article = await new SourcesPage(page).choose('ctci');
  await article.getByRole('button', { name: /Pull now/ }).click();
  await article
    .getByText(/6 new|Pulled 6/)
    .first()
    .waitFor({ timeout: 60_000 });
  await shell.go('review');
  await page.reload();
  await review.family('CEWL');
  await review.showAll();
  await review.family('CEWL');
}
