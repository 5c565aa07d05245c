import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

for (const theme of ['Light', 'Dark'] as const) {
  test(`what is selected goes into a file: ${theme}`, async ({ sluice: page, app }) => {
    const shell = new Shell(page);
    const review = new ReviewPage(page);
    await shell.go('sources');
    for (const name of ['taxii_21', 'taxii_20', 'ctci', 'threatq']) await new SourcesPage(page).pulled(name);
    await shell.theme(theme);
    await shell.go('review');
    await page.reload();
    await expect.poll(() => review.total()).toBeGreaterThan(1000);

    // Everything that matches, by keyboard alone.
    await review.grid.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('e');
    const total = await review.total();
    const dialog = review.exports;
    await expect(dialog).toBeVisible();
    await expect(dialog).toHaveAccessibleName(`Export ${total.toLocaleString('en-US')} records`);
    await expect(dialog).toContainText('manifest entries');
    await expect(dialog).toContainText(join(app.demo.dataDir, 'exports'));
    await expectAxeClean(page, 'export');
    const begin = dialog.getByRole('button', { name: /^Export [\d,]+ records$/ });
    await expect(begin).toBeFocused();
    const promised = Number(/[\d,]+/.exec((await begin.textContent()) ?? '')?.[0]?.replaceAll(',', ''));
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('status')).toContainText(
      `Exported ${promised.toLocaleString('en-US')} records`,
    );
    await expectAxeClean(page, 'exported');
    const file = (await dialog.getByRole('status').locator('code').textContent()) ?? '';
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bundle = JSON.parse(readFileSync(file, 'utf8'));
    expect(bundle.type).toBe('bundle');
    expect(bundle.objects).toHaveLength(promised);

    // As a table there is a line for every record.
    await dialog.getByText('CSV', { exact: true }).click();
    await dialog.getByRole('button', { name: `Export ${total.toLocaleString('en-US')} records` }).click();
    await expect(dialog.getByRole('status')).toContainText('.csv');
    // Escape closes the dialog alone; the next one clears the selection.
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(shell.status).toContainText(`${total.toLocaleString('en-US')} selected`);
    await page.keyboard.press('Escape');
    await expect(shell.status).toContainText('None selected');

    // Two records by hand, from the toolbar; the format is remembered.
    await review.select(0, 1);
    await review.decisions.getByRole('button', { name: /^Export/ }).click();
    await expect(dialog).toHaveAccessibleName('Export 2 records');
    await expect(dialog.getByRole('radio', { name: 'CSV' })).toBeChecked();
    const { run } = await ask(app, 'export.plan', { selection: { keys: [] } });
    expect(run).toMatchObject({ state: 'done', format: 'csv', written: total });
  });
}

test('an export that fails says why, and Enter exports again once that is put right', async ({
  sluice: page,
  app,
}) => {
  const shell = new Shell(page);
  const review = new ReviewPage(page);
  await shell.go('sources');
  await new SourcesPage(page).pulled('taxii_21');
  await shell.go('review');
  await page.reload();
  await review.select(0, 1);
  await review.grid.focus();
  await page.keyboard.press('e');
  const dialog = review.exports;
  await dialog.getByText('JSON lines', { exact: true }).click();
  const begin = dialog.getByRole('button', { name: 'Export 2 records' });
  const folder = join(app.demo.dataDir, 'exports');
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, '');
  await begin.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText(folder);
  await expect(begin).toBeFocused();
  await expectAxeClean(page, 'a failed export');
  rmSync(folder);
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('status')).toContainText('Exported 2 records');
  await expect(dialog.getByRole('alert')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
});
