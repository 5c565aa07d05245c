import { expect, type Page } from '@playwright/test';
import type { Demo } from '../../../main/node/demo/demo.ts';
import { DeliverPage } from './deliver-page.ts';
import { ReviewPage } from './review-page.ts';
import { Shell } from './shell.ts';

/** With records pulled: adds the demo's Devo as a destination, tests it, approves the tools and hands them over. */
export async function firstHandOver(page: Page, demo: Demo): Promise<void> {
  const shell = new Shell(page);
  const [devo] = demo.config.destinations;
  if (devo?.kind !== 'devo-syslog') throw new Error('The demo has no Devo.');
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
}
