import type { Page } from '@playwright/test';
import { type App, ask, expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { HistoryPage } from './pages/history-page.ts';
import { LogPage } from './pages/log-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

const REASON = 'Agreed with the producer for the exercise.';
const RED = { kind: ['object' as const], tlp: ['red' as const], source: ['taxii_21'] };

/** Every TLP:RED object of one feed approved: the demo's endpoint accepts up to TLP:AMBER+STRICT. Answers how many. */
async function heldBack(page: Page, app: App): Promise<number> {
  await new Shell(page).go('sources');
  await new SourcesPage(page).pulled('taxii_21');
  const { changed } = await ask(app, 'records.decide', {
    selection: { filter: RED },
    decision: 'approved',
    reason: null,
  });
  expect(changed).toBeGreaterThan(1);
  await new Shell(page).go('deliver');
  const plan = new DeliverPage(page).plan('devo_demo');
  await expect(plan).toContainText(`${changed} records held back.`);
  await expect(plan).toContainText('TLP:RED');
  return changed;
}

test('held back, overridden by keyboard with a reason, handed over, found in history, log and record', async ({
  sluice: page,
  app,
}) => {
  const deliver = new DeliverPage(page);
  const shell = new Shell(page);
  const records = await heldBack(page, app);
  await expect(deliver.handOver).toBeDisabled();

  await page.keyboard.press('o');
  await expect(deliver.override).toContainText(`TLP:RED${records} records`);
  const reason = deliver.override.getByRole('textbox', { name: 'Reason' });
  await expect(reason).toBeFocused();
  // There is nothing to leave out of the only TLP.
  await expect(deliver.override.getByRole('checkbox')).toHaveCount(0);
  await page.keyboard.type(' . ');
  await expect(deliver.override.getByRole('button', { name: /^Override for/ })).toBeDisabled();
  await page.keyboard.press('Enter');
  await expect(deliver.override).toBeVisible();
  await page.keyboard.type(REASON);
  await page.keyboard.press('Enter');
  await expect(deliver.override).toBeHidden();
  await expect(shell.status).toContainText(`${records} records may be handed over to devo_demo.`);
  await expect(deliver.overrides('devo_demo')).toContainText(REASON);
  await expect(deliver.plan('devo_demo')).not.toContainText('held back');

  await page.keyboard.press('d');
  await expect(deliver.plan('devo_demo')).toContainText('counted by the dry run');
  expect(app.demo.devo.total).toBe(0);
  await page.keyboard.press('ControlOrMeta+Enter');
  await expect.poll(() => app.demo.devo.total).toBe(records);
  await expect(deliver.overrides('devo_demo')).toBeHidden();

  await shell.go('history');
  const history = new HistoryPage(page);
  await expect(history.entry('Override')).toContainText('Handed over');
  await history.entry('Override').click();
  await expect(history.list).toContainText(`${records} handed over, 0 on the way, 0 to go`);
  await shell.go('log');
  await expect(new LogPage(page).line(`Reason: . ${REASON}`)).toBeVisible();
  const [first] = (
    await ask(app, 'records.page', { filter: RED, sort: { by: 'arrival', dir: 'asc' }, limit: 1 })
  ).rows;
  expect((await ask(app, 'records.detail', { key: first?.key ?? 0 }))?.overrides).toMatchObject([
    { destination: 'devo_demo', state: 'handedOver' },
  ]);
  await shell.go('review');
  await page.reload();
  const review = new ReviewPage(page);
  await review.facet('Decision', 'Staged').click();
  await review.facet('TLP', 'TLP:RED').click();
  await review.facet('Delivery', 'Handed over').click();
  await review.open(0);
  await expect(await review.tab('Summary')).toContainText(
    `Handed over above its ceiling by override (TLP:AMBER+STRICT): . ${REASON}`,
  );
});

test('an override is withdrawn: what it let through is held back again', async ({ sluice: page, app }) => {
  const deliver = new DeliverPage(page);
  const records = await heldBack(page, app);
  await ask(app, 'overrides.make', { destination: 'devo_demo', selection: { filter: {} }, reason: REASON });
  await page.reload();
  await expect(deliver.handOver).toBeEnabled();
  await deliver.overrides('devo_demo').getByRole('button', { name: 'Withdraw override 1' }).click();
  await expect(new Shell(page).status).toContainText(`${records} records held back again.`);
  await expect(deliver.plan('devo_demo')).toContainText(`${records} records held back.`);
  await expect(deliver.overrides('devo_demo')).toBeHidden();
  await expect(deliver.handOver).toBeDisabled();
});

for (const theme of ['Light', 'Dark'] as const) {
  test(`axe finds nothing where records are held back and overridden: ${theme}`, async ({
    sluice: page,
    app,
  }) => {
    const deliver = new DeliverPage(page);
    await new Shell(page).theme(theme);
    await heldBack(page, app);
    await expectAxeClean(page, 'held back');
    await page.keyboard.press('o');
    await expect(deliver.override.getByRole('textbox', { name: 'Reason' })).toBeFocused();
    await expectAxeClean(page, 'dialog');
    await page.keyboard.type(REASON);
    await page.keyboard.press('Enter');
    await expect(deliver.overrides('devo_demo')).toBeVisible();
    await expectAxeClean(page, 'in force');
    await new Shell(page).go('history');
    await new HistoryPage(page).entry('Override').click();
    await expectAxeClean(page, 'history');
  });
}
