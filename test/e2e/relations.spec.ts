import type { Page } from '@playwright/test';
import type { RecordDetailView } from '../../shared/views/record.ts';
import { type App, ask, expect, test } from './app.ts';
import { expectAxeClean } from './axe.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

/** Of all records of this kind the one with the most relations, of those with at most so many. */
async function hub(
  app: App,
  kind: 'object' | 'event',
  type: string,
  most: number,
): Promise<RecordDetailView> {
  const filter = kind === 'object' ? { kind: [kind], type: [type] } : { kind: [kind] };
  const { rows } = await ask(app, 'records.page', {
    filter,
    sort: { by: 'arrival', dir: 'asc' },
    limit: 100,
  });
  let found: RecordDetailView | null = null;
  for (const { key } of rows) {
    const detail = await ask(app, 'records.detail', { key });
    const n = detail?.relations.length ?? 0;
    if (n <= most && n > (found?.relations.length ?? 0)) found = detail;
  }
  if (found === null) throw new Error(`no ${type} has relations`);
  return found;
}

/** Opens a record by its id, on its relations. */
async function openRelations(page: Page, detail: RecordDetailView): Promise<ReviewPage> {
  const review = new ReviewPage(page);
  await new Shell(page).go('review');
  await page.reload();
  await review.showAll();
  await review.find(detail.row.kind === 'event' ? detail.row.name : detail.row.id);
  await expect.poll(() => review.total()).toBeGreaterThan(0);
  for (let i = 0; ; i++) {
    await review.open(i);
    const type = await review.record.locator('.detail-type').textContent();
    const name = await review.record.locator('.detail-head h2').textContent();
    if (type === detail.row.type && name?.slice(0, 30) === detail.row.name.slice(0, 30)) break;
  }
  await review.tab('Relations');
  return review;
}

async function pulled(page: Page, ...sources: string[]): Promise<void> {
  await new Shell(page).go('sources');
  for (const source of sources) await new SourcesPage(page).pulled(source);
}

test('a record stands among its neighbours; the list has the same', async ({ sluice: page, app }) => {
  await pulled(page, 'taxii_21');
  const detail = await hub(app, 'object', 'intrusion-set', 36);
  const review = await openRelations(page, detail);
  const { relations } = detail;
  await expect(review.neighbours).toHaveCount(relations.length);
  for (const { label, direction, id, type, name } of relations) {
    const words = `${label}, ${direction === 'out' ? 'points to' : 'pointed to by'} ${name === '' ? id : name}, ${type}`;
    await expect(review.neighbourhood.getByRole('button', { name: words }).first()).toBeAttached();
  }
  await review.relationsAs('List');
  await expect(review.record.locator('.relations li')).toHaveCount(relations.length);

  await page.reload();
  await review.showAll();
  await openRelations(page, detail);
  await expect(review.record.locator('.relations li')).toHaveCount(relations.length);
  await review.relationsAs('Graph');
  await expect(review.neighbours).toHaveCount(relations.length);
});

test('arrow keys walk among neighbours, Enter follows, back comes back', async ({ sluice: page, app }) => {
  await pulled(page, 'taxii_21');
  const detail = await hub(app, 'object', 'intrusion-set', 36);
  const review = await openRelations(page, detail);
  const heading = review.record.locator('.detail-head h2');
  const focused = review.neighbourhood.locator(':focus');
  await review.record.getByRole('tab', { name: 'Relations' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveCount(1);
  const seen = new Set<string | null>();
  for (let i = 0; i < detail.relations.length; i++) {
    seen.add(await focused.getAttribute('data-neighbour'));
    await page.keyboard.press('ArrowDown');
  }
  expect(seen.size).toBe(detail.relations.length);
  await page.keyboard.press('Home');
  while (((await focused.getAttribute('aria-label')) ?? '').includes('not in the store'))
    await page.keyboard.press('ArrowDown');
  const name = (await focused.getByTestId('neighbour-name').textContent()) ?? '';
  await expect(review.record.getByTestId('pointed-at')).toContainText(name);
  await page.keyboard.press('Enter');
  await expect(heading).toContainText(name.slice(0, 60));
  await expect(review.record.getByRole('button', { name: 'Back to the previous record' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading).toContainText(detail.row.name.slice(0, 60));
  await expect(review.neighbours).toHaveCount(detail.relations.length);
  // Where the walk was left, it goes on.
  await expect(focused.getByTestId('neighbour-name')).toHaveText(name);
  await review.relationsAs('List');
  const linked = review.record.locator('.relations').getByRole('button').nth(1);
  const listed = (await linked.textContent()) ?? '';
  await linked.press('Enter');
  await expect(heading).toContainText(listed.slice(0, 60));
  await page.keyboard.press('Enter');
  await expect(heading).toContainText(detail.row.name.slice(0, 60));
  await expect(linked).toBeFocused();
});

test('of a hub some are drawn, the others counted and found in the list', async ({ sluice: page, app }) => {
  await pulled(page, 'taxii_21');
  const detail = await hub(app, 'object', 'identity', 1000);
  const total = detail.relations.length;
  expect(total).toBeGreaterThan(60);
  const review = await openRelations(page, detail);
  const more = review.neighbourhood.getByRole('button', { name: /more, in the list$/ });
  const counted = (await more.allTextContents()).map((text) => Number(text.replace(/\D/g, '')));
  const drawn = (await review.neighbours.count()) - counted.length;
  expect(drawn).toBeLessThanOrEqual(48);
  expect(drawn + counted.reduce((sum, n) => sum + n, 0)).toBe(total);
  await more.first().click();
  await expect(review.record.locator('.relations li')).toHaveCount(total);
  // How many more there are grows while other sources are indexed.
  expect(detail.relationsBeyond).toBeGreaterThan(0);
  await expect(review.record.getByTestId('relation-count')).toContainText(/; [\d,]+ more are not shown$/);
  const start = review.record.locator('.relations li:focus');
  await expect(start).toBeInViewport();
});

test('an event stands among the STIX records it shares a value with', async ({ sluice: page, app }) => {
  await pulled(page, 'taxii_21', 'threatq');
  const detail = await hub(app, 'event', 'any', 36);
  const review = await openRelations(page, detail);
  await expect(review.neighbours).toHaveCount(detail.relations.length);
  await review.neighbours.first().click();
  await expect(review.record.locator('.detail-head h2')).not.toContainText(detail.row.name.slice(0, 60));
});

for (const theme of ['Light', 'Dark'] as const) {
  test(`axe finds nothing in the neighbourhood, narrow and wide: ${theme}`, async ({ sluice: page, app }) => {
    await new Shell(page).theme(theme);
    await pulled(page, 'taxii_21');
    const review = await openRelations(page, await hub(app, 'object', 'intrusion-set', 36));
    for (const width of [330, 700]) {
      const edge = await page.getByRole('separator', { name: 'Width of the record' }).boundingBox();
      if (edge === null) throw new Error('the pane has no edge');
      await page.mouse.move(edge.x + edge.width / 2, 400);
      await page.mouse.down();
      await page.mouse.move(1440 - width, 400, { steps: 3 });
      await page.mouse.up();
      await expect
        .poll(async () => Math.abs(((await review.record.boundingBox())?.width ?? 0) - width))
        .toBeLessThan(30);
      const pane = await review.record.boundingBox();
      for (const button of await review.neighbours.all()) {
        const box = await button.boundingBox();
        expect(box?.x).toBeGreaterThanOrEqual(pane?.x ?? 0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((pane?.x ?? 0) + (pane?.width ?? 0));
      }
      await review.neighbours.first().focus();
      await expectAxeClean(page, `neighbourhood at ${width} px`);
    }
  });
}
