import { expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

for (const theme of ['Light', 'Dark'] as const) {
  test(`axe finds nothing: ${theme}`, async ({ sluice: page }) => {
    // A dozen states, each read whole by axe.
    test.setTimeout(180_000);
    const shell = new Shell(page);
    const sources = new SourcesPage(page);
    const review = new ReviewPage(page);
    const clean = (where: string): Promise<void> => expectAxeClean(page, where);
    await shell.theme(theme);
    await clean('settings');
    await shell.go('sources');
    await sources.pulled('taxii_21');
    await clean('sources');
    await sources.startAdding();
    await clean('add a source');
    await shell.go('review');
    await expect.poll(() => review.total()).toBeGreaterThan(100);
    await review.select(0, 1);
    await clean('review, selection');
    await review.open(2);
    for (const tab of ['Summary', 'For Devo', 'Text', 'Relations', 'Versions', 'Problems']) {
      await review.tab(tab);
      await clean(`record: ${tab}`);
    }
    await page.keyboard.press('Escape');
    for (const view of ['deliver', 'history', 'log'] as const) {
      await shell.go(view);
      await clean(view);
    }
    await page.keyboard.press('ControlOrMeta+k');
    await shell.palette.waitFor();
    await clean('palette');
  });
}
