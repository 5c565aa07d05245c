import type { Page } from '@playwright/test';
import { type App, ask, expect, test } from './app.ts';
import { DeliverPage } from './pages/deliver-page.ts';
import { ReviewPage } from './pages/review-page.ts';
import { Shell } from './pages/shell.ts';
import { SourcesPage } from './pages/sources-page.ts';

const LOOKUP = 'lookup_demo';

/** Waits for the schedule's first pull of the list. */
async function pulled(page: Page): Promise<void> {
  await new Shell(page).go('sources');
  await new SourcesPage(page).pulled('ctci');
}

/** Review on the rows of the list that wait for a decision. */
async function reviewRows(page: Page): Promise<ReviewPage> {
  const review = new ReviewPage(page);
  await new Shell(page).go('review');
  await page.reload();
  await review.family('CEWL');
  return review;
}

/** Approves everything in view and waits until the plan for the lookup knows it. */
async function approveAll(page: Page, review: ReviewPage): Promise<DeliverPage> {
  await review.grid.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await review.decide('a');
  await expect(new Shell(page).status).toContainText(/Approved/);
  await new Shell(page).go('deliver');
  return new DeliverPage(page);
}

test('a list becomes a lookup, and what changed of it changes the lookup', async ({ sluice: page, app }) => {
  await pulled(page);
  const review = await reviewRows(page);
  const rows = await review.total();
  expect(rows).toBeGreaterThan(24);
  await review.sortBy('Score');
  const scores = await Promise.all([0, 1, 2].map((i) => review.cell(i, 'score').textContent()));
  expect(scores.map(Number)).toEqual([...scores.map(Number)].sort((a, b) => b - a));

  await review.open(0);
  await expect(await review.tab('For Devo')).toContainText('The lookup does not hold this row');
  await page.keyboard.press('Escape');

  const deliver = await approveAll(page, review);
  await expect(deliver.plan(LOOKUP)).toContainText(
    `is handed over for the first time: ${rows} added, 0 changed, 0 removed. It holds 0 now and ${rows} rows afterwards.`,
  );
  await deliver.plan(LOOKUP).getByRole('button', { name: 'Show the exact bytes' }).click();
  await expect(page.getByRole('region', { name: `Exact bytes for ${LOOKUP}` })).toContainText('cve,year,');
  await deliver.handOver.click();
  await expect.poll(() => app.demo.lookups.rows(LOOKUP), { timeout: 30_000 }).toBe(rows);
  await expect(deliver.plan(LOOKUP)).toContainText(`which holds ${rows} rows`, { timeout: 30_000 });

  app.demo.publish();
  await new Shell(page).go('sources');
  const article = await new SourcesPage(page).choose('ctci');
  await article.getByRole('button', { name: /Pull now/ }).click();
  await expect(article.getByText(/6 new|Pulled 6/).first()).toBeVisible({ timeout: 30_000 });

  await reviewRows(page);
  await expect.poll(() => review.total()).toBe(6);
  await review.facet('Change', 'Changed').click();
  await expect.poll(() => review.total()).toBe(3);
  await review.open(0);
  const diff = await review.tab('For Devo');
  await expect(diff).toContainText('The lookup holds an earlier version of this row.');
  await expect(diff.getByRole('row', { name: /\(changed\)/ }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await review.facet('Change', 'Changed').click();
  await expect.poll(() => review.total()).toBe(6);

  await approveAll(page, review);
  await expect(deliver.plan(LOOKUP)).toContainText(
    `is brought up to date: 2 added, 3 changed, 1 removed. It holds ${rows} now and ${rows + 1} rows afterwards.`,
  );
  await deliver.handOver.click();
  await expect.poll(() => app.demo.lookups.rows(LOOKUP), { timeout: 30_000 }).toBe(rows + 1);
  await expect(deliver.plan(LOOKUP)).toContainText(`which holds ${rows + 1} rows`, { timeout: 30_000 });
});

/** A CVE that the list has and a vulnerability describes: not all of them are on both sides. */
async function commonCve(app: App): Promise<string> {
  const names = async (kind: 'cewl' | 'object', type: string): Promise<string[]> => {
    const filter = { kind: [kind], type: [type] };
    const { rows } = await ask(app, 'records.page', {
      filter,
      sort: { by: 'arrival', dir: 'asc' },
      limit: 500,
    });
    return rows.map((row) => (kind === 'cewl' ? row.id : row.name));
  };
  const listed = new Set(await names('cewl', 'cve'));
  const found = (await names('object', 'vulnerability')).find((name) => listed.has(name));
  if (found === undefined) throw new Error('the demo has no CVE on both sides');
  return found;
}

test('a list and a STIX vulnerability lead to each other', async ({ sluice: page, app }) => {
  await pulled(page);
  const review = await reviewRows(page);
  const sources = new SourcesPage(page);
  await new Shell(page).go('sources');
  await sources.pulled('taxii_21');
  await new Shell(page).go('review');
  await page.reload();
  await review.facet('Kind', 'STIX object').click();
  await review.facet('Type', 'vulnerability').click();
  await review.find(await commonCve(app));
  await review.open(0);
  await review.tab('Relations');
  await expect(
    review.neighbourhood.getByRole('button', { name: /^listed in CEWL, points to/ }).first(),
  ).toBeVisible({ timeout: 15_000 });
  await review.relationsAs('List');
  const listed = review
    .relations(/listed in/i)
    .getByRole('button')
    .first();
  const cve = (await listed.textContent({ timeout: 15_000 })) ?? '';
  await listed.click();
  await expect(review.record.locator('.detail-type')).toContainText('cve');
  await review.tab('Relations');
  await expect(
    review
      .relations(/described by/i)
      .getByRole('button')
      .first(),
  ).toBeVisible();
  expect(cve).not.toBe('');
});
