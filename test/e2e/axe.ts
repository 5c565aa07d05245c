import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const MOTION_MS = 5_000;

/** What axe finds wrong on the page as it stands, when all motion is over: colours in the middle of a fade are not what a person reads. */
export async function expectAxeClean(page: Page, where: string): Promise<void> {
  // What is about to move has not begun in the frame of the click.
  await page.waitForTimeout(200);
  await page.waitForFunction(
    () =>
      document
        .getAnimations()
        .every(
          (it) =>
            it.playState !== 'running' || it.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY,
        ),
    undefined,
    { timeout: MOTION_MS },
  );
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  expect(found, where).toEqual([]);
}
