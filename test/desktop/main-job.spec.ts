import { DeliverPage } from '../e2e/pages/deliver-page.ts';
import { ReviewPage } from '../e2e/pages/review-page.ts';
import { Shell } from '../e2e/pages/shell.ts';
import { SourcesPage } from '../e2e/pages/sources-page.ts';
import { expect, SIGN_IN, test } from './fixtures.ts';

test('from nothing to handed over in the window: add a source, pull, review, approve, hand over', async ({
  desktop,
  demo,
}) => {
  const page = await desktop.page();
  const shell = new Shell(page);
  const sources = new SourcesPage(page);
  const [feed] = demo.servers;
  const [devo] = demo.config.destinations;
  if (feed === undefined || devo?.kind !== 'devo-syslog') throw new Error('no feed');

  await shell.go('sources');
  await sources.startAdding();
  await sources.fillServer({ url: feed.url, name: 'my_feed', ...SIGN_IN });
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
  await deliver.form.getByRole('textbox', { name: /key/i }).first().fill(devo.keyFile);
  await deliver.form.getByRole('button', { name: /^(Add destination|Save)$/ }).click();
  await deliver.choose('my_devo');
  await deliver.sendTestEvent('my.app.sluice.test');
  await expect.poll(() => demo.devo.total).toBe(1);

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
  await expect.poll(() => demo.devo.total).toBeGreaterThan(1);
});
