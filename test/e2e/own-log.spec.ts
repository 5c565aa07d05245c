import { ask, expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { Shell } from './pages/shell.ts';

const LOG = 'my.app.own.log';

test("Sluice's own log is turned on in the form, told of on the page, and arrives", async ({
  sluice: page,
  app,
}) => {
  await new Shell(page).go('deliver');
  const deliver = new DeliverPage(page);
  await expect((await deliver.choose('devo_demo')).getByText('Not sent here')).toBeVisible();
  await expect((await deliver.choose('lookup_demo')).getByText("Sluice's own log")).toHaveCount(0);
  await deliver.list
    .getByRole('button', { name: 'Add' })
    .or(deliver.list.getByRole('link', { name: 'Add' }))
    .click();
  const own = deliver.form.getByRole('region', { name: "Sluice's own log" });
  await deliver.form.getByText('Lookup', { exact: true }).click();
  await expect(own).toHaveCount(0);
  await deliver.form.getByText('Relay', { exact: true }).click();
  await deliver.form.getByRole('textbox', { name: 'Name' }).fill('relay');
  await deliver.form.getByRole('textbox', { name: 'Port' }).fill(String(app.demo.devo.ports.relay));
  await expect(own.getByRole('textbox')).toHaveCount(0);
  await own.getByRole('switch', { name: 'Send log lines to this destination' }).click();
  const tag = own.getByRole('textbox', { name: 'Tag of log lines' });
  await tag.fill('a tag');
  await deliver.form.getByRole('button', { name: 'Add destination' }).click();
  await expect(own).toContainText('A tag is two or more levels');
  await expect(deliver.form).toContainText('Something above needs a correction.');
  await tag.fill(LOG);
  await expectAxeClean(page, 'form with the own log');
  await ask(app, 'app.pause', { paused: true });
  await deliver.form.getByRole('button', { name: 'Add destination' }).click();
  const article = page.getByRole('article', { name: 'relay' });
  await expect(article).toContainText('Nothing sent yet; waiting until schedules go on');
  await expectAxeClean(page, 'page with the own log');
  await ask(app, 'app.pause', { paused: false });
  await expect(article).toContainText(/\d messages? sent, last 20\d\d-/, { timeout: 40_000 });
  expect(app.demo.devo.counts.get('my.app.sluice.metrics')).toBeGreaterThan(0);
  await article.getByRole('button', { name: 'Edit' }).click();
  await expect(tag).toHaveValue(LOG);
  await expect(own.getByRole('switch', { name: 'Send metrics as well' })).toBeChecked();
});
