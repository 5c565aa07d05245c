import type { Page } from '@playwright/test';
import { ask, expect, test } from './app.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { LogPage } from './pages/log-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

/** Waits until every source has been pulled, so that nothing arrives unasked from then on. */
async function pulled(page: Page): Promise<void> {
  const sources = new SourcesPage(page);
  await new Shell(page).go('sources');
  for (const name of ['taxii_21', 'taxii_20', 'ctci', 'threatq']) await sources.pulled(name);
}

/** Opens Review on everything there is: the view of a page that was opened while the first pull ran shows what had arrived by then. */
async function reviewAll(page: Page): Promise<void> {
  await pulled(page);
  await new Shell(page).go('review');
  await page.reload();
  await expect.poll(() => new ReviewPage(page).total()).toBeGreaterThan(1000);
}

test('pull, review, approve, hand over, find it in history and log', async ({ sluice: page, app }) => {
  const shell = new Shell(page);
  const review = new ReviewPage(page);
  await reviewAll(page);

  await review.facet('Kind', 'STIX object').click();
  await review.facet('Type', 'malware').click();
  await expect(review.filters).toContainText('malware');
  const total = await review.total();
  expect(total).toBeGreaterThan(3);
  await expect(review.counts).toContainText(`${total} of`);

  await review.open(0);
  await expect(await review.tab('Summary')).toContainText(/malware/i);
  await expect(await review.tab('For Devo')).toContainText('my.app.taxii.objects');
  await expect(review.record).toContainText('@devo_pulling_id');
  await expect(await review.tab('Text')).toContainText('"type"');
  await page.keyboard.press('Escape');
  await expect(review.record).toBeHidden();

  await review.grid.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await review.decide('a');
  await expect(shell.status).toContainText(/Approved/);
  await shell.go('deliver');
  const deliver = new DeliverPage(page);
  await expect(deliver.plan('devo_demo')).toBeVisible();
  await deliver.dryRun.click();
  await expect(deliver.handOver).toBeEnabled();
  const promised = Number(
    /Hand over ([\d,]+)/.exec((await deliver.handOver.textContent()) ?? '')?.[1]?.replaceAll(',', ''),
  );
  expect(promised).toBeGreaterThan(0);
  expect(promised).toBeLessThanOrEqual(total);
  await deliver.handOver.click();
  await expect(deliver.result('devo_demo')).toContainText('from my.app.taxii.objects', { timeout: 20_000 });
  await expect.poll(() => app.demo.devo.total).toBe(promised);

  await shell.go('history');
  const history = new HistoryPage(page);
  await history.entry('devo_demo').first().click();
  await expect(history.list).toContainText('my.app.taxii.objects');
  await shell.go('log');
  const log = new LogPage(page);
  await log.search.fill('Standard - Total number of messages sent');
  await expect(log.line('Standard - Total number of messages sent').first()).toBeVisible();
});

test('keyboard only: move, select a range, hold, undo', async ({ sluice: page }) => {
  const shell = new Shell(page);
  const review = new ReviewPage(page);
  await reviewAll(page);
  await page.keyboard.press('ControlOrMeta+1');
  await expect(page.getByRole('heading', { level: 1, name: 'Sources' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+2');
  await expect(page.getByRole('heading', { level: 1, name: 'Review' })).toBeVisible();
  await expect.poll(() => review.total()).toBeGreaterThan(1000);
  const before = await review.total();
  await review.grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Space');
  for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowDown');
  await expect(shell.status).toContainText('4 selected');
  await page.keyboard.press('h');
  await expect.poll(() => review.total()).toBe(before - 4);
  await page.keyboard.press('z');
  await expect.poll(() => review.total()).toBe(before);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(review.record).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(shell.keys).toContainText('Approve');
  await page.keyboard.press('Escape');
});

test('what arrives while reviewing waits until it is asked for', async ({ sluice: page, app }) => {
  const review = new ReviewPage(page);
  await reviewAll(page);
  const before = await review.total();
  app.demo.publish();
  await app.engine.call('sources.pull', { name: 'taxii_21' });
  const fresh = page.getByRole('button', { name: /new record/ });
  await expect(fresh).toBeVisible({ timeout: 20_000 });
  expect(await review.total()).toBe(before);
  await fresh.click();
  await expect.poll(() => review.total()).toBeGreaterThan(before);
});

test('coming back to Review shows what arrived meanwhile, unless somebody was at work in it', async ({
  sluice: page,
  app,
}) => {
  const shell = new Shell(page);
  const review = new ReviewPage(page);
  const arriving = async (): Promise<void> => {
    await shell.go('sources');
    app.demo.publish();
    const { pullingId } = await ask(app, 'sources.pull', { name: 'taxii_21' });
    await expect.poll(async () => (await ask(app, 'pulls.get', { pullingId }))?.state).toBe('done');
  };
  await reviewAll(page);
  const first = await review.total();
  await arriving();
  // Again where the page had not heard of it yet.
  await expect(async () => {
    await shell.go('sources');
    await shell.go('review');
    expect(await review.total()).toBeGreaterThan(first);
  }).toPass({ timeout: 20_000 });
  const second = await review.total();
  await review.open(3);
  await arriving();
  await shell.go('review');
  await expect(page.getByRole('button', { name: /new record/ })).toBeVisible({ timeout: 20_000 });
  expect(await review.total()).toBe(second);
});

test('search finds by text; nothing found offers to clear', async ({ sluice: page }) => {
  const review = new ReviewPage(page);
  await pulled(page);
  await new Shell(page).go('review');
  await page.keyboard.press('/');
  await expect(review.search).toBeFocused();
  await review.search.fill('relationship');
  await expect.poll(() => review.total()).toBeGreaterThan(0);
  await review.search.fill('zzz-no-such-word');
  await expect(
    page
      .getByRole('main')
      .getByRole('button', { name: /Clear all/ })
      .first(),
  ).toBeVisible();
  await review.showAll();
  await expect.poll(() => review.total()).toBeGreaterThan(0);
});

test('hostile text is text', async ({ sluice: page }) => {
  const review = new ReviewPage(page);
  await pulled(page);
  await new Shell(page).go('review');
  await page.evaluate(() => {
    (window as unknown as { pwned: boolean }).pwned = false;
  });
  await review.showAll();
  await review.find('script');
  const rows = Math.min(await review.total(), 5);
  for (let i = 0; i < rows; i++) {
    await review.open(i);
    for (const tab of ['Summary', 'For Devo', 'Text', 'Relations', 'Versions', 'Problems'])
      await review.tab(tab);
  }
  expect(await page.locator('img[src="x"], main script').count()).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { pwned: boolean }).pwned)).toBe(false);
});

test('the engine killed is said, and comes back', async ({ sluice: page, app }) => {
  const review = new ReviewPage(page);
  await reviewAll(page);
  const before = await review.total();
  const { pid } = app.engine;
  if (pid === null) throw new Error('no engine');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => app.engine.pid !== null && app.engine.pid !== pid).toBe(true);
  // Without a reload: the page learns that the engine is back and asks again.
  await review.facet('Type', 'malware').click();
  await expect.poll(() => review.total(), { timeout: 20_000 }).toBeLessThan(before);
  await review.facet('Type', 'malware').click();
  await expect.poll(() => review.total(), { timeout: 20_000 }).toBe(before);
});
