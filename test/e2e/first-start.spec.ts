import { join } from 'node:path';
import { expect, SIGN_IN, test } from './app.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

test.use({ configured: 'empty' });

test('from nothing to handed over: add a source, a destination, pull, approve, hand over', async ({
  sluice: page,
  app,
}) => {
  const shell = new Shell(page);
  const sources = new SourcesPage(page);
  const [feed] = app.demo.servers;
  const [devo] = app.demo.config.destinations;
  if (feed === undefined || devo?.kind !== 'devo-syslog') throw new Error('no feed');

  await shell.go('sources');
  await sources.startAdding();
  await sources.fillServer({ url: feed.url, name: 'my_feed', username: SIGN_IN.username, password: 'wrong' });
  await sources.test();
  await expect(sources.form).toContainText(
    'The username or the password provided in the config.yaml is incorrect',
  );
  await expect(sources.form).toContainText('301');
  await sources.form.getByLabel('Password', { exact: true }).fill(SIGN_IN.password);
  await sources.test();
  await expect(sources.found).toContainText('Perimeter indicators');
  await sources.save();
  const article = await sources.choose('my_feed');
  await expect(article.getByText(/^Last pull/).first()).toBeVisible({ timeout: 30_000 });

  await shell.go('deliver');
  const deliver = new DeliverPage(page);
  await page
    .getByRole('button', { name: /^Add( a destination)?$/ })
    .first()
    .click();
  await deliver.form.getByRole('textbox', { name: 'Name', exact: true }).fill('my_devo');
  await deliver.form.getByRole('textbox', { name: /^(Address|Host)/ }).fill('localhost');
  await deliver.form.getByRole('textbox', { name: 'Port' }).fill(String(devo.port));
  await deliver.form.getByRole('textbox', { name: /Chain/ }).fill(devo.chainFile);
  await deliver.form.getByRole('textbox', { name: /^(Client c|C)ertificate/ }).fill(devo.certFile);
  await deliver.form.getByRole('textbox', { name: /key/i }).first().fill(join(devo.keyFile));
  await deliver.form.getByRole('button', { name: /^(Add destination|Save)$/ }).click();
  await deliver.choose('my_devo');
  await deliver.sendTestEvent('my.app.sluice.test');
  await expect.poll(() => app.demo.devo.total).toBe(1);

  await shell.go('review');
  const review = new ReviewPage(page);
  await review.facet('Kind', 'STIX object').click();
  await review.facet('Type', 'tool').click();
  await review.grid.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await review.decide('a');
  await shell.go('deliver');
  await deliver.outgoing.click();
  await deliver.handOver.click();
  await expect(deliver.result('my_devo')).toContainText('my.app.taxii.objects', { timeout: 20_000 });
  await expect.poll(() => app.demo.devo.total).toBeGreaterThan(1);
});

test('empty views say what to do next', async ({ sluice: page }) => {
  const shell = new Shell(page);
  for (const view of ['sources', 'review', 'deliver', 'history', 'log'] as const) {
    await shell.go(view);
    await expect(page.getByRole('main')).not.toBeEmpty();
  }
  await shell.go('sources');
  await expect(page.getByRole('button', { name: /^Add( a source)?$/ }).first()).toBeVisible();
});
